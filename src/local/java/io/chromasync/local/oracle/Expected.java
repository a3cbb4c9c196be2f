package io.chromasync.local.oracle;

import io.chromasync.local.samples.ChromaRecord;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the table says a Chroma record must be.
 *
 * @param document null if the table does not decide it
 * @param holds metadata keys with exactly these values
 * @param lacks metadata keys that must not be there
 * @param times metadata keys that must be there and hold some point in time
 * @param vector null if nobody says
 */
// Nobody compares these; a vector of 1,536 floats as a list would box each.
@SuppressWarnings("ArrayRecordComponent")
public record Expected(
    String document,
    Map<String, Object> holds,
    Set<String> lacks,
    Set<String> times,
    float[] vector) {

  Expected(String document, Map<String, Object> holds, Set<String> lacks, Set<String> times) {
    this(document, holds, lacks, times, null);
  }

  public Expected withVector(float[] vector) {
    return new Expected(document, holds, lacks, times, vector);
  }

  /** Without keys that tell when something changed, which who only reads the table cannot know. */
  public Expected withoutTimes() {
    return new Expected(document, holds, lacks, Set.of(), vector);
  }

  /** One sentence per difference; empty if the record is right. */
  List<String> differences(ChromaRecord record) {
    List<String> differences = new ArrayList<>();
    if (document != null && !document.equals(record.document())) {
      differences.add("document must be '%s' but is '%s'".formatted(document, record.document()));
    }
    if (vector != null && !Arrays.equals(vector, record.vector())) {
      differences.add("its vector must be that of the newest run");
    }
    holds.forEach(
        (key, value) -> {
          Object actual = record.metadata().get(key);
          if (!same(value, actual)) {
            differences.add("%s must be %s but is %s".formatted(key, shown(value), shown(actual)));
          }
        });
    for (String key : new TreeSet<>(record.metadata().keySet())) {
      if (lacks.contains(key) || (isLabelFlag(key) && !holds.containsKey(key))) {
        differences.add(
            "%s must be absent but is %s".formatted(key, shown(record.metadata().get(key))));
      }
      if (isTime(key) && !parses(record.metadata().get(key))) {
        differences.add(
            "%s must be an ISO-8601 time but is %s"
                .formatted(key, shown(record.metadata().get(key))));
      }
    }
    for (String key : times) {
      if (!record.metadata().containsKey(key)) {
        differences.add(key + " must be there but is absent");
      }
    }
    return differences;
  }

  /** {@code label_TAX}, unlike {@code label_status}. */
  private static boolean isLabelFlag(String key) {
    return key.startsWith("label_") && key.length() > 6 && !Character.isLowerCase(key.charAt(6));
  }

  private static boolean isTime(String key) {
    return key.startsWith("last_") || key.endsWith("_removed_at");
  }

  private static boolean parses(Object time) {
    try {
      OffsetDateTime.parse(String.valueOf(time));
      return true;
    } catch (DateTimeParseException e) {
      return false;
    }
  }

  private static boolean same(Object expected, Object actual) {
    if (expected instanceof Integer whole && actual instanceof Number number) {
      return number.doubleValue() == whole;
    }
    return Objects.equals(expected, actual);
  }

  private static String shown(Object value) {
    return value == null
        ? "absent"
        : value instanceof String ? "'" + value + "'" : value.toString();
  }
}
