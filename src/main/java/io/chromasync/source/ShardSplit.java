package io.chromasync.source;

import org.apache.flink.api.connector.source.SourceSplit;

/**
 * A shard with the position reached in it: what is assigned to a reader and kept in its state.
 *
 * @param stream the stream's ARN, so that a split says by itself what it belongs to
 * @param finished whether the shard has been read to its end; such a split is kept only until the
 *     enumerator's knowledge of it is part of a complete checkpoint
 */
record ShardSplit(String stream, Shard shard, Position position, boolean finished)
    implements SourceSplit {

  static ShardSplit unread(String stream, Shard shard, Position position) {
    return new ShardSplit(stream, shard, position, false);
  }

  @Override
  public String splitId() {
    return shard.id();
  }

  ShardSplit at(Position reached) {
    return new ShardSplit(stream, shard, reached, finished);
  }

  ShardSplit asFinished() {
    return new ShardSplit(stream, shard, position, true);
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
