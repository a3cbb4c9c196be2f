package io.chromasync.source.lineage;

import io.chromasync.source.kinesis.KinesisRecords;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Migration from one stream of a table to another with the same changes, such as from DynamoDB
 * Streams to Kinesis. Pure.
 *
 * <p>Records of the two streams cannot be matched. The new stream is therefore read from an instant
 * before all unread changes of the old stream, and some changes are read twice. Their versions
 * differ: Kinesis has the time of a change in micro- or milliseconds, DynamoDB Streams in seconds
 * (DynamoDB Local in minutes), always rounded down. The consequences are:
 *
 * <ul>
 *   <li>From rounded to finer timestamps, a repeated change has a version that is no smaller, and
 *       every newer change has a greater version.
 *   <li>From finer to rounded timestamps, a change could seem older than an earlier change of the
 *       same minute. Until the finer timestamps end, rounded timestamps therefore count as the end
 *       of their minute. The first rule then holds again.
 * </ul>
 *
 * <p>Minutes are read again completely. In the end, every change of a minute thus has a version of
 * the new stream, and these versions are in order. Meanwhile a record may show an older change of
 * that minute.
 *
 * @param stream ARN of the new stream
 * @param fromMillis creation time at which reading starts; {@link Position#EVERYTHING} for the
 *     oldest record
 * @param readToMillis instant before which all changes were read from the old stream; not before
 *     {@code fromMillis}
 * @param roundUpMillis instant before which rounded timestamps count as the end of their minute; 0
 *     = never
 */
public record StreamMigration(
    String stream, long fromMillis, long readToMillis, long roundUpMillis) {

  /**
   * Time that is read again besides the current minute. It exceeds the delay with which DynamoDB
   * writes a change to Kinesis, and differences between clocks.
   */
  static final Duration OVERLAP = Duration.ofMinutes(15);

  /**
   * Plans a migration, once the positions of all shards are known.
   *
   * @param one lineage of the old stream
   * @param stream ARN of the new stream
   * @param roundsTimes true if the timestamps of the new stream are rounded down
   * @param now position of an old stream whose oldest records are unread
   */
  public static StreamMigration of(Lineage one, String stream, boolean roundsTimes, Instant now) {
    long readTo = one.readToMillis();
    if (readTo == Position.EVERYTHING) {
      return new StreamMigration(stream, readTo, now.toEpochMilli(), roundUp(one, roundsTimes));
    }
    Instant begun = Instant.ofEpochMilli(readTo).truncatedTo(ChronoUnit.MINUTES);
    return new StreamMigration(
        stream, begun.minus(OVERLAP).toEpochMilli(), readTo, roundUp(one, roundsTimes));
  }

  /**
   * Returns the end of a minute by which every change read was made, as a change is ahead of its
   * record by at most {@link KinesisRecords#AHEAD}; 0 if the new stream does not round.
   */
  private static long roundUp(Lineage one, boolean roundsTimes) {
    if (!roundsTimes) {
      return 0;
    }
    Instant last = one.watchedTo().plus(KinesisRecords.AHEAD);
    return last.truncatedTo(ChronoUnit.MINUTES).plus(1, ChronoUnit.MINUTES).toEpochMilli();
  }

  /** Returns whether unread changes from before this instant are guaranteed to be read. */
  public boolean guaranteesBefore(Instant timestamp) {
    return !guaranteesNothing() && readToMillis < timestamp.toEpochMilli();
  }

  /**
   * Returns whether even the oldest records of the old stream were unread, none of which was
   * guaranteed.
   */
  public boolean guaranteesNothing() {
    return fromMillis == Position.EVERYTHING;
  }
}
