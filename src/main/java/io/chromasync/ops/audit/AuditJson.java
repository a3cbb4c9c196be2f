package io.chromasync.ops.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Report of an audit as JSON, with a hash of itself: {@code sha256} is the SHA-256 of the same
 * object without this field, written without whitespace, in UTF-8.
 */
final class AuditJson {

  private static final String HASH = "sha256";

  private static final ObjectMapper JSON =
      new ObjectMapper()
          .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT);

  private static final ObjectMapper COMPACT = new ObjectMapper();

  private AuditJson() {}

  /** Returns the report as JSON; names in snake case, kinds in lower case. */
  static ObjectNode of(AuditReport report) {
    ObjectNode json = JSON.valueToTree(report);
    json.put("verdict", report.verdict().name());
    return json.put(HASH, hash(json));
  }

  /** Returns the hash that a report names. */
  static String hashOf(JsonNode report) {
    return report.path(HASH).asText();
  }

  /** Returns true if the report has the hash that it names: nothing in it was changed. */
  static boolean isIntact(JsonNode report) {
    if (!report.isObject() || !report.path(HASH).isTextual()) {
      return false;
    }
    ObjectNode rest = report.deepCopy();
    rest.remove(HASH);
    return hash(rest).equals(hashOf(report));
  }

  /** Returns the JSON as text for people. */
  static String text(JsonNode report) {
    try {
      return JSON.writeValueAsString(report) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("every tree can be written", e);
    }
  }

  private static String hash(ObjectNode json) {
    try {
      byte[] bytes = COMPACT.writeValueAsBytes(json);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (JsonProcessingException | NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256, and writes JSON", e);
    }
  }
}
