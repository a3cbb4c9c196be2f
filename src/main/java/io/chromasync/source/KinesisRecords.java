package io.chromasync.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.chromasync.model.ItemChange;
import io.chromasync.model.ItemChange.Operation;
import io.chromasync.model.Version;
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
 * Turns records of <i>Kinesis Data Streams for DynamoDB</i> into ours (<a
 * href="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/kds.html">developer
 * guide</a>): JSON of the shape of a stream record, its time in micro- or milliseconds as {@code
 * ApproximateCreationDateTimePrecision} says, in milliseconds if it says nothing. What makes no
 * sense becomes a change that names no operation and holds the payload, which is rejected by who
 * reads it, and kept.
 *
 * <p>A change may come more than once, and out of order, and has no sequence number of its own;
 * that of the Kinesis record says nothing of it. So its version is its time and, in place of a
 * sequence number, a number made of what the change says. The same change has the same version
 * whenever it comes. Of different changes of one item with the same time, an insert is before a
 * modification and this before a removal, as in an item's life; the order of two of a kind is
 * arbitrary, but the same for every order of arrival. DynamoDB makes two changes of an item within
 * one microsecond hardly ever, within one millisecond seldom. The number has more digits than
 * DynamoDB's sequence numbers: a change is not before itself as the table's own stream tells it
 * ({@link Move}).
 *
 * <p>Pure.
 */
final class KinesisRecords {

  /** How far the time of a change may be ahead of its record's; more, and it is taken for wrong. */
  static final Duration AHEAD = Duration.ofMinutes(1);

  /** DynamoDB's sequence numbers have at most 40 digits; these are as many, after the first one. */
  private static final int DIGITS = 40;

  private static final int HASH_BYTES = 16;

  /** Writes the same item as the same text, whatever the order of its attributes. */
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED)
          .build();

  private KinesisRecords() {}

  /**
   * Reads one record. Its change is null if it is of another table.
   *
   * @param origin names stream and shard
   * @param table the one whose changes are wanted, or null for those of any
   * @param filter of which changes the items are wanted; others have no version of their own
   * @throws IllegalArgumentException if the record has no sequence number or no time of arrival
   */
  static ShardRecord read(Record from, String origin, String table, ItemFilter filter) {
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

  /** A missing node if it is no JSON. */
  private static JsonNode parse(byte[] payload) {
    try {
      return JSON.readTree(payload);
    } catch (IOException e) {
      return JSON.missingNode();
    }
  }

  /** A record that names no table is not said to be of another. */
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
            key(body, StreamRecords.PARTITION_KEY),
            key(body, StreamRecords.SORT_KEY),
            null,
            null,
            new Version(micros, ""),
            origin,
            false,
            type(body));
    return filter.wantsItems(change) ? withItems(change, body) : change;
  }

  /** The change with its items, and the version that they give it. */
  private static ItemChange withItems(ItemChange change, JsonNode body) {
    String newItem = item(body.path("NewImage"));
    String oldItem = item(body.path("OldImage"));
    String sequence = sequence(body.path("SequenceNumber"), change.operation(), newItem, oldItem);
    return change
        .withItems(newItem, oldItem)
        .withVersion(new Version(change.version().micros(), sequence));
  }

  /** Of the new item, or of the old one where there is no new one. */
  private static String type(JsonNode body) {
    JsonNode item = body.hasNonNull("NewImage") ? body.path("NewImage") : body.path("OldImage");
    return item.path("TYPE").path("S").textValue();
  }

  /** Null if the record does not say when the change was made. */
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

  /** Null where the record names none that is known. */
  private static Operation operation(JsonNode name) {
    return Arrays.stream(Operation.values())
        .filter(operation -> operation.name().equals(name.textValue()))
        .findAny()
        .orElse(null);
  }

  private static String key(JsonNode body, String name) {
    return body.path("Keys").path(name).path("S").textValue();
  }

  private static String item(JsonNode image) {
    if (image.isMissingNode() || image.isNull()) {
      return null;
    }
    try {
      return JSON.writeValueAsString(image);
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

  /** In an item's life; never zero, which would not count as a digit. */
  private static int place(Operation operation) {
    if (operation == null) {
      return 1;
    }
    return switch (operation) {
      case INSERT -> 1;
      case MODIFY -> 2;
      case REMOVE -> 3;
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
