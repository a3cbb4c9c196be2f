package io.chromasync.model;

import java.io.Serializable;

/**
 * When a change happened, and the total order of all changes of one entity.
 *
 * <p>Time first, then the sequence number compared as a number (it has up to about 40 digits, so no
 * primitive holds it). Equal versions of one entity are the same change.
 *
 * @param micros event time in microseconds since the epoch, as fine as the stream says it: DynamoDB
 *     Streams rounds down to whole seconds (<a
 *     href="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_StreamRecord.html">StreamRecord</a>)
 * @param sequence decimal digits; empty counts as zero
 */
public record Version(long micros, String sequence) implements Comparable<Version>, Serializable {

  private static final long MINUTE = 60_000_000;

  @Override
  public int compareTo(Version other) {
    int byTime = Long.compare(micros, other.micros);
    return byTime != 0 ? byTime : compareNumbers(sequence, other.sequence);
  }

  public boolean isAfter(Version other) {
    return compareTo(other) > 0;
  }

  /**
   * The same change at the end of its minute: no later than the minute that its time was rounded
   * down in, and no earlier than any finer time of the same change.
   */
  public Version atEndOfMinute() {
    return new Version(Math.floorDiv(micros, MINUTE) * MINUTE + MINUTE - 1, sequence);
  }

  /** The greater of two versions, either of which may be null. */
  public static Version max(Version one, Version other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return one.isAfter(other) ? one : other;
  }

  private static int compareNumbers(String one, String other) {
    int start = leadingZeros(one);
    int otherStart = leadingZeros(other);
    int byLength = Integer.compare(one.length() - start, other.length() - otherStart);
    return byLength != 0 ? byLength : one.substring(start).compareTo(other.substring(otherStart));
  }

  private static int leadingZeros(String digits) {
    int zeros = 0;
    while (zeros < digits.length() && digits.charAt(zeros) == '0') {
      zeros++;
    }
    return zeros;
  }
}
