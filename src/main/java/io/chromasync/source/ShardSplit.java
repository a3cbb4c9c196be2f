package io.chromasync.source;

import io.chromasync.model.ItemChange;
import org.apache.flink.api.connector.source.SourceSplit;

/**
 * A shard with the position reached in it: what is assigned to a reader and kept in its state.
 *
 * @param stream the stream's ARN, so that a split says by itself what it belongs to
 * @param finished whether the shard has been read to its end; such a split is kept only until the
 *     enumerator's knowledge of it is part of a complete checkpoint
 * @param roundUpMillis changes that were made before this moment count as made at the end of their
 *     minute, because the job comes from a stream with finer times ({@link Move}); 0 if it does
 *     not. Since version 2
 */
record ShardSplit(
    String stream, Shard shard, Position position, boolean finished, long roundUpMillis)
    implements SourceSplit {

  static ShardSplit unread(String stream, Shard shard, Position position) {
    return unread(stream, shard, position, 0);
  }

  static ShardSplit unread(String stream, Shard shard, Position position, long roundUpMillis) {
    return new ShardSplit(stream, shard, position, false, roundUpMillis);
  }

  @Override
  public String splitId() {
    return shard.id();
  }

  ShardSplit at(Position reached) {
    return new ShardSplit(stream, shard, reached, finished, roundUpMillis);
  }

  ShardSplit asFinished() {
    return new ShardSplit(stream, shard, position, true, roundUpMillis);
  }

  /** What a record says, with the version that it has in this split. */
  ItemChange versioned(ShardRecord record) {
    ItemChange change = record.change();
    return record.createdMillis() < roundUpMillis
        ? change.withVersion(change.version().atEndOfMinute())
        : change;
  }

  /** Where its records come from, for logs and dead letters: {@code table/T/stream/…/shardId-…}. */
  String origin() {
    return originOf(stream, shard.id());
  }

  static String originOf(String stream, String shard) {
    String[] arn = stream.split(":", 6);
    return arn[arn.length - 1] + "/" + shard;
  }
}
