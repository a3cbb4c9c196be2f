package io.chromasync.source;

import io.chromasync.aws.DynamoDbJson;
import io.chromasync.aws.TableKeys;
import io.chromasync.model.ItemChange;
import io.chromasync.model.ItemChange.Operation;
import io.chromasync.model.Version;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.StreamRecord;

/**
 * Turns DynamoDB's stream records into ours, whatever they hold: what makes no sense is rejected by
 * who reads the change, and kept. Only a record that does not say where it stands in its shard, and
 * when it was made, cannot be read: nothing behind it could be said to be read either.
 *
 * <p>Pure.
 */
final class StreamRecords {

  /** The key attributes of the table; the start of the job checks that they are its keys. */
  static final String PARTITION_KEY = TableKeys.PARTITION;

  static final String SORT_KEY = TableKeys.SORT;

  private StreamRecords() {}

  /**
   * Reads one record.
   *
   * @param origin names stream and shard
   * @throws IllegalArgumentException if the record has no sequence number or no time
   */
  static ShardRecord read(Record from, String origin) {
    StreamRecord body = from.dynamodb();
    check(body != null, origin, "body");
    check(body.sequenceNumber() != null, origin, "SequenceNumber");
    check(body.approximateCreationDateTime() != null, origin, "ApproximateCreationDateTime");
    Instant created = body.approximateCreationDateTime();
    ItemChange change =
        new ItemChange(
            operation(from),
            key(body, PARTITION_KEY),
            key(body, SORT_KEY),
            body.hasNewImage() ? DynamoDbJson.write(body.newImage()) : null,
            body.hasOldImage() ? DynamoDbJson.write(body.oldImage()) : null,
            new Version(ChronoUnit.MICROS.between(Instant.EPOCH, created), body.sequenceNumber()),
            origin);
    return new ShardRecord(body.sequenceNumber(), created.toEpochMilli(), change);
  }

  private static void check(boolean there, String origin, String what) {
    if (!there) {
      throw new IllegalArgumentException(
          "A stream record of %s has no %s; the job cannot read past it".formatted(origin, what));
    }
  }

  /** Null where the record names none that is known. */
  private static Operation operation(Record record) {
    if (record.eventName() == null) {
      return null;
    }
    return switch (record.eventName()) {
      case INSERT -> Operation.INSERT;
      case MODIFY -> Operation.MODIFY;
      case REMOVE -> Operation.REMOVE;
      case UNKNOWN_TO_SDK_VERSION -> null;
    };
  }

  private static String key(StreamRecord body, String name) {
    Map<String, AttributeValue> keys = body.keys();
    AttributeValue value = keys.get(name);
    return value == null ? null : value.s();
  }
}
