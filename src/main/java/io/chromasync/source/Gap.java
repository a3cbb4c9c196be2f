package io.chromasync.source;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * A time of which the stream does not have every change, or no longer has. Pure.
 *
 * @param what the sentences that tell why, with the stream and the shard
 * @param from what was created before this moment was surely read
 * @param to what was created later is still there to be read
 */
record Gap(String what, Instant from, Instant to) {

  Gap {
    from = from.isBefore(to) ? from : to;
  }

  /** A shard is trimmed beyond what was read of it, or gone. */
  static Gap inShard(ShardSplit split, Position reached, Instant to) {
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
   * Nobody watched the stream for longer than it keeps changes.
   *
   * @param from where reading is to go on
   */
  static Gap beyond(Duration retention, String stream, Instant from, Instant to) {
    return new Gap(
        "Stream %s keeps changes for %s hours only, but is to be read on from %s."
            .formatted(stream, retention.toHours(), from),
        from,
        to);
  }

  /**
   * The table's stream was switched off and on again, which makes another one.
   *
   * @param from when the old one was surely still on
   * @param to since when the new one has every change
   */
  static Gap between(String old, String stream, Instant from, Instant to) {
    return new Gap(
        ("The state is of stream %s, but the settings mean stream %s. What changed after the one"
                + " was switched off and before the other was switched on is in neither; what is"
                + " unread of the old one is read first if gaps are skipped, as long as it is kept"
                + " (DynamoDB: 24 hours from when it was switched off).")
            .formatted(old, stream),
        from,
        to);
  }

  /**
   * The settings mean another stream of the table, which does not reach back to where this one was
   * read to.
   */
  static Gap beforeMove(String old, Move move, Instant to) {
    return new Gap(
        ("The state is of stream %s, but the settings mean stream %s, which was made later than the"
                + " last change that was read, or no longer has what followed it; the old one may"
                + " still have it.")
            .formatted(old, move.stream()),
        Instant.ofEpochMilli(move.readToMillis()),
        to);
  }

  /** The stream was switched off, and the table goes on without it. */
  static Gap afterEnd(String stream, Instant from, Instant to) {
    return new Gap(
        ("Stream %s was switched off and is read to its end; nothing is read until the table's"
                + " stream is switched on again and the job is started from its savepoint, with"
                + " 'source.table' or the new 'source.stream-arn'.")
            .formatted(stream),
        from,
        to);
  }

  /** Everything there is to know of it, for people. */
  String message() {
    return "%s Changes made from %s to %s may be missing."
        .formatted(what, from.truncatedTo(ChronoUnit.MILLIS), to.truncatedTo(ChronoUnit.MILLIS));
  }
}
