package io.chromasync.source;

import io.chromasync.source.SourceSettings.OnGap;
import org.apache.flink.metrics.Counter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done about a {@link Gap}: the job fails, or it counts, logs an error and goes on.
 *
 * <p>Used by one thread.
 */
final class Gaps {

  private static final Logger LOG = LoggerFactory.getLogger(Gaps.class);
  private static final String REMEDY =
      " To go on without them, set 'source.on-gap' to skip. To bring them, then write again in the"
          + " table what changed in that time, and remove again what was removed: an incremental"
          + " export of the table to S3 lists both, if point-in-time recovery is on.";

  private final OnGap onGap;
  private final Counter counter;

  Gaps(OnGap onGap, Counter counter) {
    this.onGap = onGap;
    this.counter = counter;
  }

  /**
   * Returns if gaps are to be skipped.
   *
   * @throws StreamGap if they fail the job
   */
  void check(Gap gap) {
    if (onGap == OnGap.FAIL) {
      throw new StreamGap(gap.message() + REMEDY);
    }
  }

  /**
   * Counts a gap that is to be skipped.
   *
   * @throws StreamGap if gaps fail the job
   */
  void found(Gap gap) {
    check(gap);
    counter.inc();
    LOG.error("{} Skipped, as 'source.on-gap' is skip.", gap.message());
  }
}
