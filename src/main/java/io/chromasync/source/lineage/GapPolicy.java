package io.chromasync.source.lineage;

import io.chromasync.source.SourceSettings.OnGap;
import org.apache.flink.metrics.Counter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Policy for a {@link Gap}: the job either fails, or counts the gap, logs an error and continues.
 *
 * <p>Used by one thread.
 */
public final class GapPolicy {

  private static final Logger LOG = LoggerFactory.getLogger(GapPolicy.class);
  private static final String REMEDY =
      " To resume without them, set 'source.on-gap' to skip. To recover them, then rewrite the"
          + " items of the table that changed in that time, and repeat the deletes. An incremental"
          + " export of the table to S3 lists both kinds of change if point-in-time recovery is"
          + " on.";

  private final OnGap onGap;
  private final Counter counter;

  /**
   * Creates the policy.
   *
   * @param counter metric that counts the skipped gaps
   */
  public GapPolicy(OnGap onGap, Counter counter) {
    this.onGap = onGap;
    this.counter = counter;
  }

  /**
   * Returns normally if gaps are skipped.
   *
   * @throws StreamGap if gaps fail the job
   */
  public void check(Gap gap) {
    if (onGap == OnGap.FAIL) {
      throw new StreamGap(gap.message() + REMEDY);
    }
  }

  /**
   * Counts and logs a gap that is skipped.
   *
   * @throws StreamGap if gaps fail the job
   */
  public void found(Gap gap) {
    check(gap);
    counter.inc();
    LOG.error("{} Skipped, as 'source.on-gap' is skip.", gap.message());
  }
}
