package io.chromasync.local.oracle;

import io.chromasync.local.samples.ChromaRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How well a Chroma collection shows what the table says, record by record. */
public record Agreement(
    String collection,
    int expected,
    int found,
    List<String> missing,
    List<String> extra,
    List<String> differing) {

  private static final int EXAMPLES = 3;

  public static Agreement of(
      String collection, Map<String, Expected> expected, Map<String, ChromaRecord> found) {
    List<String> missing = new ArrayList<>();
    List<String> differing = new ArrayList<>();
    expected.forEach(
        (id, wanted) -> {
          ChromaRecord record = found.get(id);
          if (record == null) {
            missing.add(id);
          } else {
            List<String> differences = wanted.differences(record);
            if (!differences.isEmpty()) {
              differing.add(id + ": " + String.join("; ", differences));
            }
          }
        });
    List<String> extra = found.keySet().stream().filter(id -> !expected.containsKey(id)).toList();
    return new Agreement(collection, expected.size(), found.size(), missing, extra, differing);
  }

  public boolean holds() {
    return missing.isEmpty() && extra.isEmpty() && differing.isEmpty();
  }

  /** How many are as they should be. */
  public int agreed() {
    return expected - missing.size() - differing.size();
  }

  /** A table with a line per collection, and some examples of what is wrong. */
  public static String report(List<Agreement> collections) {
    StringBuilder report = new StringBuilder();
    report.append(
        "%-10s %9s %9s %9s %9s %9s%n"
            .formatted("collection", "expected", "found", "missing", "extra", "differing"));
    for (Agreement each : collections) {
      report.append(
          String.format(
              Locale.ROOT,
              "%-10s %,9d %,9d %,9d %,9d %,9d%n",
              each.collection,
              each.expected,
              each.found,
              each.missing.size(),
              each.extra.size(),
              each.differing.size()));
    }
    for (Agreement each : collections) {
      examples(report, "missing", each.missing);
      examples(report, "extra", each.extra);
      examples(report, "differing", each.differing);
    }
    return report.toString();
  }

  private static void examples(StringBuilder report, String kind, List<String> all) {
    all.stream().limit(EXAMPLES).forEach(one -> report.append("%s %s%n".formatted(kind, one)));
  }
}
