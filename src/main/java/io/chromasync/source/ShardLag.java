package io.chromasync.source;

import io.chromasync.source.lineage.Position;
import io.chromasync.source.lineage.StreamResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Lag of a reader: the age of the position in the shard that is furthest behind, or zero while that
 * is less than a few poll intervals. The lag of a shard without responses grows, whatever the
 * reason.
 *
 * <p>DynamoDB Streams does not report the distance to the tip, so an empty page counts as the tip.
 * The lag can therefore be too low for a short time, as DynamoDB may return empty pages in the
 * middle of a shard.
 *
 * <p>Thread-safe: pages come from any thread, and metric reporters read the lag.
 */
final class ShardLag {

  /** Maximum age of a shard at its tip, between two polls. */
  private static final Duration POLLS = Duration.ofSeconds(5);

  private final Map<String, Long> readToMillis = new ConcurrentHashMap<>();

  /** Starts to track a shard. */
  void opened(String shard, Position position) {
    readToMillis.put(shard, position.readToMillis());
  }

  void closed(String shard) {
    readToMillis.remove(shard);
  }

  /**
   * Records a page.
   *
   * @param asked time of the request: an empty page does not cover any later time
   */
  void read(String shard, StreamResponse.Page page, Instant asked) {
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

  private static long readTo(StreamResponse.Page page, Instant asked) {
    if (page.millisBehind() != null) {
      return asked.toEpochMilli() - page.millisBehind();
    }
    return page.records().isEmpty()
        ? asked.toEpochMilli()
        : page.records().get(page.records().size() - 1).createdMillis();
  }
}
