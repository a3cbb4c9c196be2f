package io.chromasync.source.lineage;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Period of which the stream lacks changes, or no longer has them all. Pure.
 *
 * @param what sentences that explain the gap, with the stream and the shard
 * @param from instant before which everything was certainly read
 * @param to instant after which everything can still be read
 */
public record Gap(String what, Instant from, Instant to) {

  public Gap {
    from = from.isBefore(to) ? from : to;
  }

  /**
   * Returns the gap of a shard that no longer exists, or is trimmed beyond the position reached.
   */
  public static Gap inShard(ShardSplit split, Position reached, Instant to) {
    String read =
        reached.isStart()
            ? "none of it was read yet"
            : "the last change read has sequence number %s".formatted(reached.sequence());
    return new Gap(
        "Shard %s of stream %s no longer has all its unread changes: %s."
            .formatted(split.shard().id(), split.stream(), read),
        Instant.ofEpochMilli(reached.readToMillis()),
        to);
  }

  /**
   * Returns the gap of a stream that was not watched for longer than its retention.
   *
   * @param from instant at which reading should resume
   */
  public static Gap beyond(Duration retention, String stream, Instant from, Instant to) {
    return new Gap(
        "Stream %s retains changes for %s hours only, but reading must resume from %s."
            .formatted(stream, retention.toHours(), from),
        from,
        to);
  }

  /**
   * Returns the gap between two streams of a table: switching its stream off and on creates a new
   * stream.
   *
   * @param from last instant at which the old stream was certainly switched on
   * @param to instant since when the new stream has every change
   */
  public static Gap between(String old, String stream, Instant from, Instant to) {
    return new Gap(
        ("The state is of stream %s, but the settings mean stream %s. Neither stream has the"
                + " changes made after the old stream was switched off and before the new stream"
                + " was switched on. If gaps are skipped, the job first reads the unread changes of"
                + " the old stream while they are retained (DynamoDB: 24 hours after it was"
                + " switched off).")
            .formatted(old, stream),
        from,
        to);
  }

  /**
   * Returns the gap of a migration to another stream of the table that does not reach back to the
   * position in the old stream.
   */
  public static Gap beforeMove(String old, StreamMigration move, Instant to) {
    return new Gap(
        ("The state is of stream %s, but the settings mean stream %s. That stream was created after"
                + " the last change that was read, or no longer has the changes that followed it;"
                + " the old stream may still have them.")
            .formatted(old, move.stream()),
        Instant.ofEpochMilli(move.readToMillis()),
        to);
  }

  /**
   * Returns the gap since the end of a stream that was switched off, while the table keeps
   * changing.
   */
  public static Gap afterEnd(String stream, Instant from, Instant to) {
    return new Gap(
        ("Stream %s was switched off and is read to its end; nothing is read until the table's"
                + " stream is switched on again and the job is started from its savepoint, with"
                + " 'source.table' or the new 'source.stream-arn'.")
            .formatted(stream),
        from,
        to);
  }

  /** Returns the full description, for people. */
  String message() {
    return "%s Changes made from %s to %s may be missing."
        .formatted(what, from.truncatedTo(ChronoUnit.MILLIS), to.truncatedTo(ChronoUnit.MILLIS));
  }
}
