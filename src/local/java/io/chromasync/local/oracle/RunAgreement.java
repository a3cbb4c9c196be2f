package io.chromasync.local.oracle;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Whether the table tells of each of its runs that both collections show it. */
public final class RunAgreement {

  private RunAgreement() {}

  /**
   * Compares the runs of the table with their marks.
   *
   * @param items all of the table
   */
  public static Agreement of(List<Map<String, AttributeValue>> items) {
    List<Map<String, AttributeValue>> runs =
        items.stream().filter(item -> item.get("TYPE").s().equals("COMPACTION_RUN")).toList();
    List<String> differing = new ArrayList<>();
    for (Map<String, AttributeValue> run : runs) {
      differences(run, "lines", differing);
      differences(run, "words", differing);
    }
    return new Agreement("runs", runs.size(), runs.size(), List.of(), List.of(), differing);
  }

  private static void differences(
      Map<String, AttributeValue> run, String collection, List<String> differing) {
    String state = run.get(collection + "_state").s();
    String finished = run.get(collection + "_finished_at").s();
    String error = run.get(collection + "_error").s();
    if (!"COMPLETED".equals(state) || finished == null || error != null) {
      differing.add(
          "%s: %s must be COMPLETED but are %s, finished at %s, error %s"
              .formatted(run.get("SK").s(), collection, state, finished, error));
    }
  }
}
