package io.chromasync.source;

import java.time.Instant;

/**
 * How far a shard has been read, and what counts of it.
 *
 * @param sequence of the last record read, or null if none has been
 * @param readToMillis whatever was created before this moment and is to be read has been read: the
 *     last record's creation, the last time the tip was seen, or, before the first record, the
 *     moment since when records are owed. In milliseconds since the epoch
 * @param fromMillis records created earlier are passed over; {@link #EVERYTHING} passes over none
 * @param owed whether every record from here on counts on being read. Shards found at a fresh start
 *     owe nothing before their first record: their oldest may be trimmed at any moment
 */
record Position(String sequence, long readToMillis, long fromMillis, boolean owed) {

  static final long EVERYTHING = Long.MIN_VALUE;

  /** Nothing read yet of a shard that was found at a fresh start. */
  static Position start(long fromMillis, Instant readTo) {
    return new Position(null, readTo.toEpochMilli(), fromMillis, false);
  }

  /** Nothing read yet of a shard that did not exist at this moment. */
  static Position born(long fromMillis, Instant after) {
    return new Position(null, after.toEpochMilli(), fromMillis, true);
  }

  boolean isStart() {
    return sequence == null;
  }

  /**
   * Whether the stream may have dropped records between this position and the oldest it has.
   *
   * @param horizon what was created earlier may be dropped: {@link ShardStream.Limits#horizon}
   */
  boolean isOlderThan(Instant horizon) {
    return readToMillis < horizon.toEpochMilli();
  }

  /**
   * The place after a record. A shard is read no further than its first record says: it may be much
   * older than the moment since when records are owed, and from it on every one counts.
   */
  Position after(ShardRecord record) {
    long before = isStart() ? fromMillis : readToMillis;
    long readTo = Math.max(before, record.createdMillis());
    return new Position(record.sequence(), readTo, fromMillis, true);
  }

  /** The same place, when nothing unread was created before a moment. */
  Position readTo(long millis) {
    return new Position(sequence, Math.max(readToMillis, millis), fromMillis, owed);
  }

  /** The oldest record there still is, when no unread one was dropped before it. */
  Position oldest() {
    return new Position(null, readToMillis, fromMillis, owed);
  }

  /** The oldest record there still is, after a gap that is skipped: it is not counted again. */
  Position skipped(Instant now) {
    return start(fromMillis, now);
  }

  boolean counts(ShardRecord record) {
    return record.createdMillis() >= fromMillis;
  }
}
