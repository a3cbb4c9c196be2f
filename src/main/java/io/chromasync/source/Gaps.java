package io.chromasync.source;

import io.chromasync.source.SourceSettings.OnGap;
import java.time.Duration;
import java.time.Instant;
import org.apache.flink.metrics.Counter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done about changes that the stream no longer has: the job fails, or it counts, warns and
 * goes on.
 *
 * <p>Used by one thread.
 */
final class Gaps {

  private static final Logger LOG = LoggerFactory.getLogger(Gaps.class);
  private static final String REMEDY =
      " Start anew without state and with a snapshot of the table, or set 'source.on-gap' to skip"
          + " to go on with the oldest change there is.";

  private final OnGap onGap;
  private final Counter counter;

  Gaps(OnGap onGap, Counter counter) {
    this.onGap = onGap;
    this.counter = counter;
  }

  /**
   * Returns if the gap is to be skipped.
   *
   * @param what the whole sentence: which stream, which shard, what is missing
   * @throws StreamGap if gaps fail the job
   */
  void found(String what) {
    if (onGap == OnGap.FAIL) {
      throw new StreamGap(what + REMEDY);
    }
    counter.inc();
    LOG.warn("{} Skipped, as 'source.on-gap' is skip.", what);
  }

  /** The sentence about a shard that is trimmed beyond what was read of it, or gone. */
  static String inShard(ShardSplit split, Position reached, Instant now) {
    String read =
        reached.isStart()
            ? "none of it was read yet"
            : "the last change read has sequence number %s".formatted(reached.sequence());
    return ("Shard %s of stream %s no longer has all its unread changes: %s, and what was created"
            + " up to %s ago is done.")
        .formatted(split.shard().id(), split.stream(), read, age(reached, now));
  }

  private static Duration age(Position reached, Instant now) {
    long millis = now.toEpochMilli() - reached.readToMillis();
    return Duration.ofSeconds(Math.max(0, millis) / 1000);
  }
}
