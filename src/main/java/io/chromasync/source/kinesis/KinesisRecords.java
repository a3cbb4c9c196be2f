package io.chromasync.source.kinesis;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.chromasync.model.ItemChange;
import io.chromasync.model.ItemChange.Operation;
import io.chromasync.model.ItemKey;
import io.chromasync.model.Version;
import io.chromasync.source.ItemFilter;
import io.chromasync.source.lineage.ShardRecord;
import io.chromasync.source.lineage.StreamMigration;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import software.amazon.awssdk.services.kinesis.model.Record;

/**
 * Converts records of <i>Kinesis Data Streams for DynamoDB</i> to {@link ShardRecord}s (<a
 * href="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/kds.html">developer
 * guide</a>). A payload is JSON in the shape of a stream record. Its time is in micro- or
 * milliseconds, as {@code ApproximateCreationDateTimePrecision} specifies, by default in
 * milliseconds. An invalid payload becomes a change without operation that contains the payload.
 * The operator that maps changes rejects it, and keeps it as a dead letter.
 *
 * <p>A change may arrive more than once, and out of order. It has no sequence number of DynamoDB's,
 * and the Kinesis record's own sequence number does not identify the change. Its version is
 * therefore its time and, in place of a sequence number, a number derived from the content of the
 * change:
 *
 * <ul>
 *   <li>A repeated change always has the same version.
 *   <li>Different changes of an item with the same time are ordered by operation: insert, modify,
 *       remove, as in an item's lifetime.
 *   <li>The order of two such changes with the same operation is arbitrary, but independent of the
 *       order of arrival. DynamoDB almost never makes two changes of an item within one
 *       microsecond, and rarely within one millisecond.
 *   <li>The number has more digits than DynamoDB's sequence numbers. A change is therefore not
 *       older than the same change in the table's own stream ({@link StreamMigration}).
 * </ul>
 *
 * <p>A sequence number in the payload, if there is one, takes precedence over the derived number.
 *
 * <p>Pure.
 */
public final class KinesisRecords {

  /**
   * Maximum time by which a change may be ahead of its record; a greater difference is an error.
   */
  public static final Duration AHEAD = Duration.ofMinutes(1);

  /** Number of digits after the first, equal to the maximum of DynamoDB's sequence numbers. */
  private static final int DIGITS = 40;

  private static final int HASH_BYTES = 16;

  /** Mapper that writes equal items as equal text, whatever the order of their attributes. */
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED)
          .build();

  private KinesisRecords() {}

  /**
   * Converts one record. Its change is null if it is of another table.
   *
   * @param origin stream and shard, for changes and messages
   * @param table table whose changes are read, or null for changes of any table
   * @param filter selects the changes whose items are needed; the versions of all other changes
   *     have no number derived from their content
   * @throws IllegalArgumentException if the record has no sequence number or no time of arrival
   */
  public static ShardRecord read(Record from, String origin, String table, ItemFilter filter) {
    check(from.sequenceNumber() != null, origin, "SequenceNumber");
    check(from.approximateArrivalTimestamp() != null, origin, "ApproximateArrivalTimestamp");
    Instant arrived = from.approximateArrivalTimestamp();
    byte[] payload = from.data() == null ? new byte[0] : from.data().asByteArrayUnsafe();
    JsonNode tree = parse(payload);
    boolean foreign = table != null && isOfAnother(table, tree.path("tableName"));
    return new ShardRecord(
        from.sequenceNumber(),
        arrived.toEpochMilli(),
        foreign ? null : change(payload, tree, arrived, origin, filter));
  }

  private static void check(boolean there, String origin, String what) {
    if (!there) {
      throw new IllegalArgumentException(
          "A record of %s has no %s; the job cannot read past it".formatted(origin, what));
    }
  }

  /** Returns a missing node if the payload is not JSON. */
  private static JsonNode parse(byte[] payload) {
    try {
      return JSON.readTree(payload);
    } catch (IOException e) {
      return JSON.missingNode();
    }
  }

  /** Returns whether the record names another table; false if it names no table. */
  private static boolean isOfAnother(String table, JsonNode named) {
    return named.isTextual() && !named.textValue().equals(table);
  }

  private static ItemChange change(
      byte[] payload, JsonNode tree, Instant arrived, String origin, ItemFilter filter) {
    JsonNode body = tree.path("dynamodb");
    Long micros = micros(body);
    if (micros == null || micros > micros(arrived.plus(AHEAD))) {
      String text = new String(payload, StandardCharsets.UTF_8);
      Version version = new Version(micros(arrived), "");
      return new ItemChange(null, null, null, text, null, version, origin);
    }
    Operation operation = operation(tree.path("eventName"));
    ItemChange change =
        new ItemChange(
            operation,
            key(body, ItemKey.PARTITION),
            key(body, ItemKey.SORT),
            null,
            null,
            new Version(micros, ""),
            origin,
            false,
            type(body));
    return filter.wantsItems(change) ? withItems(change, body) : change;
  }

  /** Returns the change with its items, and with the version derived from them. */
  private static ItemChange withItems(ItemChange change, JsonNode body) {
    String newItem = item(body.path("NewImage"));
    String oldItem = item(body.path("OldImage"));
    String sequence = sequence(body.path("SequenceNumber"), change.operation(), newItem, oldItem);
    return change
        .withItems(newItem, oldItem)
        .withVersion(new Version(change.version().micros(), sequence));
  }

  /** Returns the type of the new item, or of the old item if there is no new item. */
  private static String type(JsonNode body) {
    JsonNode item = body.hasNonNull("NewImage") ? body.path("NewImage") : body.path("OldImage");
    return item.path("TYPE").path("S").textValue();
  }

  /**
   * Returns the time of the change in microseconds since the epoch; null if it is missing or
   * invalid.
   */
  private static Long micros(JsonNode body) {
    JsonNode time = body.path("ApproximateCreationDateTime");
    JsonNode precision = body.path("ApproximateCreationDateTimePrecision");
    if (!time.isIntegralNumber() || !time.canConvertToLong()) {
      return null;
    }
    long value = time.longValue();
    if (value < 0) {
      return null;
    }
    boolean milliseconds =
        precision.isMissingNode()
            || precision.isNull()
            || "MILLISECOND".equals(precision.textValue());
    if (milliseconds) {
      return value <= Long.MAX_VALUE / 1000 ? Long.valueOf(value * 1000) : null;
    }
    return "MICROSECOND".equals(precision.textValue()) ? value : null;
  }

  private static long micros(Instant time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }

  /** Returns null for a missing or unknown operation. */
  private static Operation operation(JsonNode name) {
    return Arrays.stream(Operation.values())
        .filter(Operation::isOfStream)
        .filter(operation -> operation.name().equals(name.textValue()))
        .findAny()
        .orElse(null);
  }

  private static String key(JsonNode body, String name) {
    return body.path("Keys").path(name).path("S").textValue();
  }

  private static String item(JsonNode item) {
    if (item.isMissingNode() || item.isNull()) {
      return null;
    }
    try {
      return JSON.writeValueAsString(item);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of JSON can be written", e);
    }
  }

  private static String sequence(
      JsonNode given, Operation operation, String newItem, String oldItem) {
    if (given.isTextual() && given.textValue().matches("[0-9]{1,40}")) {
      return given.textValue();
    }
    String digits = hash(newItem + '\n' + oldItem).toString();
    return place(operation) + "0".repeat(DIGITS - digits.length()) + digits;
  }

  /**
   * Returns the rank of an operation in an item's lifetime; never zero, because a leading zero
   * would not count as a digit.
   */
  private static int place(Operation operation) {
    if (operation == null) {
      return 1;
    }
    return switch (operation) {
      case INSERT -> 1;
      case MODIFY -> 2;
      case REMOVE -> 3;
      case LISTED -> throw new IllegalArgumentException("a stream lists no items");
    };
  }

  private static BigInteger hash(String text) {
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return new BigInteger(1, Arrays.copyOf(hash, HASH_BYTES));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
