package io.chromasync.deadletters;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chromasync.model.DeadLetter;
import io.chromasync.model.DeadLetter.Reason;
import io.chromasync.model.ItemChange;
import io.chromasync.model.ItemChange.Operation;
import io.chromasync.model.ItemKey;
import io.chromasync.model.Version;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/**
 * JSON format of dead letters: one line for each, with equal bytes for equal dead letters:
 *
 * <pre>{@code
 * {"reason":"too_late","entity":"receipt/1/place","time":"2026-03-02T18:04:11Z","detail":…,
 *  "origin":…,"record":{"eventName":"MODIFY","dynamodb":{"Keys":{"PK":{"S":…},"SK":{"S":…}},
 *  "NewImage":…,"OldImage":…,"SequenceNumber":…,"ApproximateCreationDateTimeMicros":…}}}
 * }</pre>
 *
 * <p>{@code time} is the time of the change, which is its version together with the sequence
 * number. The record has the shape of a stream record. An item that is not JSON is written as a
 * string. For an unknown change, time, origin and record are null, and the dead letter cannot be
 * redriven. Thread-safe.
 */
public final class DeadLetterJson {

  private static final ObjectMapper JSON = new ObjectMapper();

  private DeadLetterJson() {}

  /** Returns the line with its line terminator, as in files. */
  public static byte[] encoded(DeadLetter letter) {
    return (line(letter) + '\n').getBytes(StandardCharsets.UTF_8);
  }

  /** Returns the line without its line terminator. */
  public static String line(DeadLetter letter) {
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    line.put("reason", letter.reason().name().toLowerCase(Locale.ROOT));
    line.put("entity", letter.entity());
    ItemChange change = letter.change();
    line.put("time", change == null ? null : time(change.version()).toString());
    line.put("detail", letter.detail());
    line.put("origin", change == null ? null : change.origin());
    line.set("record", change == null ? null : record(change));
    try {
      return JSON.writeValueAsString(line);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of JSON can be written", e);
    }
  }

  /**
   * Parses a dead letter; its change is marked as redriven.
   *
   * @throws IOException if the line is not a dead letter; the message describes the error without
   *     the line's content
   */
  public static DeadLetter parse(String line) throws IOException {
    JsonNode letter = tree(line);
    JsonNode record = letter.path("record");
    JsonNode dynamodb = record.path("dynamodb");
    ItemChange change =
        new ItemChange(
            operation(record),
            key(dynamodb, ItemKey.PARTITION),
            key(dynamodb, ItemKey.SORT),
            item(dynamodb, "NewImage"),
            item(dynamodb, "OldImage"),
            new Version(micros(dynamodb), digits(dynamodb)),
            optional(letter, "origin"),
            true);
    Reason reason = constant(Reason.class, required(letter, "reason").toUpperCase(Locale.ROOT));
    return new DeadLetter(change, optional(letter, "entity"), reason, optional(letter, "detail"));
  }

  /** Returns null if the record contained no known operation. */
  private static Operation operation(JsonNode record) throws IOException {
    if (!record.has("eventName")) {
      throw new IOException("it has no 'eventName'");
    }
    String name = optional(record, "eventName");
    return name == null ? null : constant(Operation.class, name);
  }

  private static ObjectNode record(ItemChange change) {
    ObjectNode record = JsonNodeFactory.instance.objectNode();
    record.put("eventName", change.operation() == null ? null : change.operation().name());
    ObjectNode dynamodb = record.putObject("dynamodb");
    ObjectNode keys = dynamodb.putObject("Keys");
    putKey(keys, ItemKey.PARTITION, change.partitionKey());
    putKey(keys, ItemKey.SORT, change.sortKey());
    putItem(dynamodb, "NewImage", change.newItem());
    putItem(dynamodb, "OldImage", change.oldItem());
    dynamodb.put("SequenceNumber", change.version().sequence());
    dynamodb.put("ApproximateCreationDateTimeMicros", change.version().micros());
    return record;
  }

  private static void putKey(ObjectNode keys, String name, String value) {
    if (value != null) {
      keys.putObject(name).put("S", value);
    }
  }

  private static void putItem(ObjectNode dynamodb, String name, String item) {
    if (item != null) {
      dynamodb.set(name, asJson(item));
    }
  }

  /**
   * Returns the item unchanged, or as a string if it is not a JSON object: a dead letter keeps all
   * content.
   */
  private static JsonNode asJson(String item) {
    try {
      JsonNode tree = JSON.readTree(item);
      return tree.isObject() ? tree : JsonNodeFactory.instance.textNode(item);
    } catch (JsonProcessingException e) {
      return JsonNodeFactory.instance.textNode(item);
    }
  }

  private static Instant time(Version version) {
    return Instant.EPOCH.plus(version.micros(), ChronoUnit.MICROS);
  }

  private static JsonNode tree(String line) throws IOException {
    try {
      JsonNode tree = JSON.readTree(line);
      if (tree.isObject()) {
        return tree;
      }
    } catch (JsonProcessingException e) {
      throw new IOException("it is no JSON: " + e.getOriginalMessage(), e);
    }
    throw new IOException("it is no JSON object");
  }

  private static String key(JsonNode dynamodb, String name) {
    return optional(dynamodb.path("Keys").path(name), "S");
  }

  private static String item(JsonNode dynamodb, String name) {
    JsonNode item = dynamodb.path(name);
    if (item.isMissingNode() || item.isNull()) {
      return null;
    }
    return item.isTextual() ? item.textValue() : item.toString();
  }

  private static long micros(JsonNode dynamodb) throws IOException {
    JsonNode micros = dynamodb.path("ApproximateCreationDateTimeMicros");
    if (!micros.canConvertToLong() || !micros.isIntegralNumber()) {
      throw new IOException("its record has no ApproximateCreationDateTimeMicros");
    }
    return micros.longValue();
  }

  private static String digits(JsonNode dynamodb) throws IOException {
    String digits = required(dynamodb, "SequenceNumber");
    if (!digits.matches("[0-9]*")) {
      throw new IOException("its SequenceNumber is no number");
    }
    return digits;
  }

  private static String optional(JsonNode node, String name) {
    return node.path(name).textValue();
  }

  private static String required(JsonNode node, String name) throws IOException {
    String text = optional(node, name);
    if (text == null) {
      throw new IOException("it has no '%s'".formatted(name));
    }
    return text;
  }

  private static <E extends Enum<E>> E constant(Class<E> type, String name) throws IOException {
    try {
      return Enum.valueOf(type, name);
    } catch (IllegalArgumentException e) {
      throw new IOException("'%s' is no %s".formatted(name, type.getSimpleName()), e);
    }
  }
}
