package io.chromasync.model;

import java.io.Serializable;

/**
 * Time of a change, and the total order of all changes of one entity.
 *
 * <p>Time comes first, then the sequence number, compared as a number (it has up to about 40
 * digits, so no primitive type fits). Equal versions of one entity are the same change.
 *
 * @param micros event time in microseconds since the epoch, at the resolution of the stream:
 *     DynamoDB Streams rounds down to whole seconds (<a
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
   * Copy at the end of its minute. The result is within the minute of the rounded-down time, and no
   * earlier than any finer time of the same change.
   */
  public Version atEndOfMinute() {
    return new Version(Math.floorDiv(micros, MINUTE) * MINUTE + MINUTE - 1, sequence);
  }

  /** Returns the greater of two versions; either may be null. */
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
