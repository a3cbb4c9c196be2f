package io.chromasync.source;

/**
 * How far a shard has been read, and what counts of it.
 *
 * @param sequence of the last record read, or null if none has been
 * @param createdMillis when that record was created, in milliseconds since the epoch; 0 without one
 * @param fromMillis records created earlier are passed over; {@link #EVERYTHING} passes over none
 * @param promised whether every record counts on being read, so that a missing one is a gap. Shards
 *     found at a fresh start promise nothing: their oldest records may be trimmed at any moment
 */
record Position(String sequence, long createdMillis, long fromMillis, boolean promised) {

  static final long EVERYTHING = Long.MIN_VALUE;

  static Position start(long fromMillis, boolean promised) {
    return new Position(null, 0, fromMillis, promised);
  }

  boolean isStart() {
    return sequence == null;
  }

  /** Whether records lost from here on are a gap. */
  boolean isOwed() {
    return promised || sequence != null;
  }

  Position after(ShardRecord record) {
    return new Position(record.sequence(), record.createdMillis(), fromMillis, promised);
  }

  /** The oldest record there still is, after a gap that may be skipped. */
  Position oldest() {
    return start(fromMillis, false);
  }

  boolean counts(ShardRecord record) {
    return record.createdMillis() >= fromMillis;
  }
}
