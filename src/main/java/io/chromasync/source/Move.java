package io.chromasync.source;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * From one stream of a table to another that tells of the same changes, as from DynamoDB Streams to
 * Kinesis. Pure.
 *
 * <p>Nothing tells which record of the one is which of the other, so the other is read from a
 * moment before all that is unread of the one, and some changes come twice. Their versions differ:
 * Kinesis has the time of a change in micro- or milliseconds, DynamoDB Streams in whole seconds
 * (DynamoDB Local in whole minutes), always rounded down. So
 *
 * <ul>
 *   <li>from rounded to finer times, a change that comes again has a version that is no smaller,
 *       and every newer change has a greater one;
 *   <li>from finer to rounded times, a change could seem older than one that was made before it in
 *       the same minute. So until the finer times end, the rounded ones count as the end of their
 *       minute, and the first of these is again true.
 * </ul>
 *
 * <p>Whole minutes are read again, so every change of a minute comes in the end with a version of
 * the new stream, and these are in order. Meanwhile a record may show an older change of that
 * minute.
 *
 * @param stream the ARN of the other
 * @param fromMillis where reading begins; {@link Position#EVERYTHING} for its oldest record
 * @param readToMillis whatever changed before this moment was read from the one; not before {@code
 *     fromMillis}
 * @param roundUpMillis until when rounded times count as the end of their minute; 0 = they never do
 */
record Move(String stream, long fromMillis, long readToMillis, long roundUpMillis) {

  /**
   * How much is read again besides the begun minute: more than DynamoDB takes to bring a change to
   * Kinesis, and more than clocks differ.
   */
  static final Duration OVERLAP = Duration.ofMinutes(15);

  /**
   * Plans a move, when the positions of all shards are known.
   *
   * @param roundsTimes whether the other stream's times are rounded down
   * @param now for a stream that owes nothing yet
   */
  static Move of(Lineage one, String stream, boolean roundsTimes, Instant now) {
    long readTo = one.readToMillis();
    if (readTo == Position.EVERYTHING) {
      return new Move(stream, readTo, now.toEpochMilli(), roundUp(one, roundsTimes));
    }
    Instant begun = Instant.ofEpochMilli(readTo).truncatedTo(ChronoUnit.MINUTES);
    return new Move(stream, begun.minus(OVERLAP).toEpochMilli(), readTo, roundUp(one, roundsTimes));
  }

  /** After the last change that was read: none is ahead of its record by more than allowed. */
  private static long roundUp(Lineage one, boolean roundsTimes) {
    if (!roundsTimes) {
      return 0;
    }
    Instant last = one.watchedTo().plus(KinesisRecords.AHEAD);
    return last.truncatedTo(ChronoUnit.MINUTES).plus(1, ChronoUnit.MINUTES).toEpochMilli();
  }

  /** Whether something is owed from before this moment. */
  boolean owesFromBefore(Instant moment) {
    return !owesNothing() && readToMillis < moment.toEpochMilli();
  }

  /** Whether even the oldest records of the one were unread, which it owed to nobody. */
  boolean owesNothing() {
    return fromMillis == Position.EVERYTHING;
  }
}
