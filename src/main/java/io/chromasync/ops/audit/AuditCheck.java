package io.chromasync.ops.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** Check of a written report: whether it has the hash that it names. Pure. */
final class AuditCheck {

  private static final String END = "</script>";

  private AuditCheck() {}

  /**
   * Returns the report in a file.
   *
   * @param text of a JSON file or of a page
   * @return null if there is none
   */
  static JsonNode report(String text) {
    int begin = text.indexOf(AuditPage.JSON);
    int end = text.indexOf(END, Math.max(0, begin));
    String json =
        begin < 0
            ? text
            : text.substring(
                begin + AuditPage.JSON.length(), Math.max(begin + AuditPage.JSON.length(), end));
    try {
      JsonNode report = new ObjectMapper().readTree(json);
      return report != null && report.isObject() && report.has("verdict") ? report : null;
    } catch (JsonProcessingException e) {
      return null;
    }
  }
}
