package io.chromasync.source.lineage;

import io.chromasync.model.ItemChange;
import org.apache.flink.api.connector.source.SourceSplit;

/**
 * Shard with the position reached in it, as assigned to a reader and stored in its state.
 *
 * @param stream ARN of the stream that the shard belongs to
 * @param finished true if the shard is read to its end; such a split is kept only until a complete
 *     checkpoint contains the enumerator's record of it
 * @param roundUpMillis instant before which changes count as made at the end of their minute,
 *     because the job migrated from a stream with finer timestamps ({@link StreamMigration}); 0 =
 *     never. Since version 2
 */
public record ShardSplit(
    String stream, Shard shard, Position position, boolean finished, long roundUpMillis)
    implements SourceSplit {

  /** Returns the split of an unread shard, whose changes all keep their versions. */
  public static ShardSplit unread(String stream, Shard shard, Position position) {
    return unread(stream, shard, position, 0);
  }

  /** Returns the split of an unread shard, with parameters as in {@link ShardSplit}. */
  public static ShardSplit unread(
      String stream, Shard shard, Position position, long roundUpMillis) {
    return new ShardSplit(stream, shard, position, false, roundUpMillis);
  }

  @Override
  public String splitId() {
    return shard.id();
  }

  /** Returns this split with a new position. */
  public ShardSplit at(Position reached) {
    return new ShardSplit(stream, shard, reached, finished, roundUpMillis);
  }

  /** Returns this split, marked as read to its end. */
  public ShardSplit asFinished() {
    return new ShardSplit(stream, shard, position, true, roundUpMillis);
  }

  /** Returns the change of a record, with its version in this split. */
  public ItemChange versioned(ShardRecord record) {
    ItemChange change = record.change();
    return record.createdMillis() < roundUpMillis
        ? change.withVersion(change.version().atEndOfMinute())
        : change;
  }

  /**
   * Returns the origin of the records, for logs and dead letters: {@code
   * table/T/stream/…/shardId-…}.
   */
  String origin() {
    return originOf(stream, shard.id());
  }

  /**
   * Returns the origin of a shard's records, for logs and dead letters.
   *
   * @param stream ARN of the stream
   * @param shard id of the shard
   */
  public static String originOf(String stream, String shard) {
    String[] arn = stream.split(":", 6);
    return arn[arn.length - 1] + "/" + shard;
  }
}
