package io.chromasync.source;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How far a reader is behind: the age of the place up to which the shard that is furthest behind
 * was read, and zero while that is younger than some polls. A shard that nothing is heard of, for
 * whatever reason, falls behind.
 *
 * <p>Where the API does not say how far it is to the tip, an empty page counts as the tip. That is
 * a little early at most: DynamoDB may answer empty pages on the way through a shard.
 *
 * <p>Thread-safe: pages come from any thread, and metric reporters ask.
 */
final class ShardLag {

  /** A shard at its tip is this old at most between two polls. */
  private static final Duration POLLS = Duration.ofSeconds(5);

  private final Map<String, Long> readToMillis = new ConcurrentHashMap<>();

  /** A shard is read from now on. */
  void opened(String shard, Position position) {
    readToMillis.put(shard, position.readToMillis());
  }

  void closed(String shard) {
    readToMillis.remove(shard);
  }

  /**
   * A page came.
   *
   * @param asked when it was asked for: an empty one says nothing of later
   */
  void read(String shard, Answer.Page page, Instant asked) {
    readToMillis.computeIfPresent(shard, (id, before) -> readTo(page, asked));
  }

  long millis(Instant now) {
    long young = now.toEpochMilli();
    long oldest = readToMillis.values().stream().mapToLong(Long::longValue).min().orElse(young);
    long behind = young - oldest;
    return behind < POLLS.toMillis() ? 0 : behind;
  }

  int shards() {
    return readToMillis.size();
  }

  private static long readTo(Answer.Page page, Instant asked) {
    if (page.millisBehind() != null) {
      return asked.toEpochMilli() - page.millisBehind();
    }
    return page.records().isEmpty()
        ? asked.toEpochMilli()
        : page.records().get(page.records().size() - 1).createdMillis();
  }
}
