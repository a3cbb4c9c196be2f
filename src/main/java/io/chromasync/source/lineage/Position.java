package io.chromasync.source.lineage;

import io.chromasync.source.ShardStream;
import java.time.Instant;

/**
 * Position in a shard, with the records that count from there on.
 *
 * @param sequence sequence number of the last record read, or null if no record was read
 * @param readToMillis instant before which everything to be read has been read, in milliseconds
 *     since the epoch. It is the last record's creation time, the last time the tip was seen or,
 *     before the first record, the instant since when records are guaranteed to be read
 * @param fromMillis creation time before which records are skipped; {@link #EVERYTHING} skips none
 * @param guaranteed true if every record from here on is guaranteed to be read. Shards found at a
 *     fresh start guarantee nothing before their first record: their oldest records may be trimmed
 *     at any time
 */
public record Position(String sequence, long readToMillis, long fromMillis, boolean guaranteed) {

  /** Value of {@link #fromMillis} that skips no records. */
  public static final long EVERYTHING = Long.MIN_VALUE;

  /** Returns the position before the first record of a shard that was found at a fresh start. */
  public static Position start(long fromMillis, Instant readTo) {
    return new Position(null, readTo.toEpochMilli(), fromMillis, false);
  }

  /** Returns the position before the first record of a shard that did not exist at this instant. */
  public static Position born(long fromMillis, Instant after) {
    return new Position(null, after.toEpochMilli(), fromMillis, true);
  }

  /** Returns a creation time for logs, or {@code oldest} for {@link #EVERYTHING}. */
  public static Object instant(long millis) {
    return millis == EVERYTHING ? "oldest" : Instant.ofEpochMilli(millis);
  }

  /** Returns whether reading starts at the shard's oldest record: no record was read. */
  public boolean isStart() {
    return sequence == null;
  }

  /**
   * Returns whether the stream may have trimmed records between this position and its oldest
   * record.
   *
   * @param retainedSince start of the retention window: {@link ShardStream.Limits#retainedSince}
   */
  public boolean isOlderThan(Instant retainedSince) {
    return readToMillis < retainedSince.toEpochMilli();
  }

  /**
   * Returns the position after a record. The creation time of a shard's first record is used even
   * if it is much older than the instant since when records are guaranteed. From the first record
   * on, every record is guaranteed to be read.
   */
  public Position after(ShardRecord record) {
    long before = isStart() ? fromMillis : readToMillis;
    long readTo = Math.max(before, record.createdMillis());
    return new Position(record.sequence(), readTo, fromMillis, true);
  }

  /** Returns the same position, given that no unread record was created before this instant. */
  public Position readTo(long millis) {
    return new Position(sequence, Math.max(readToMillis, millis), fromMillis, guaranteed);
  }

  /**
   * Returns the position of the oldest record, given that no unread record was trimmed before it.
   */
  public Position oldest() {
    return new Position(null, readToMillis, fromMillis, guaranteed);
  }

  /** Returns the position of the oldest record after a skipped gap, which is not counted again. */
  public Position skipped(Instant now) {
    return start(fromMillis, now);
  }

  /** Returns whether a record is not skipped: it was not created before {@link #fromMillis}. */
  public boolean counts(ShardRecord record) {
    return record.createdMillis() >= fromMillis;
  }
}
