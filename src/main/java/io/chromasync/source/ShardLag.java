package io.chromasync.source;

import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How far a reader is behind: the age of the last record read of the shard that is furthest behind,
 * and zero where the tip was reached.
 *
 * <p>Where the API does not say how far it is to the tip, an empty page counts as the tip. That is
 * a little early at most: DynamoDB may answer empty pages on the way through a shard.
 *
 * <p>Thread-safe: pages come from any thread, and metric reporters ask.
 */
final class ShardLag {

  private static final long AT_TIP = Long.MAX_VALUE;

  private final Map<String, Long> readToMillis = new ConcurrentHashMap<>();

  void opened(String shard) {
    readToMillis.put(shard, AT_TIP);
  }

  void closed(String shard) {
    readToMillis.remove(shard);
  }

  void read(String shard, Answer.Page page, Instant now) {
    readToMillis.computeIfPresent(shard, (id, before) -> readTo(page, now));
  }

  long millis(Instant now) {
    long oldest = readToMillis.values().stream().mapToLong(Long::longValue).min().orElse(AT_TIP);
    return oldest == AT_TIP ? 0 : Math.max(0, now.toEpochMilli() - oldest);
  }

  int shards() {
    return readToMillis.size();
  }

  private static long readTo(Answer.Page page, Instant now) {
    if (page.millisBehind() != null) {
      return page.millisBehind() == 0 ? AT_TIP : now.toEpochMilli() - page.millisBehind();
    }
    return page.records().isEmpty()
        ? AT_TIP
        : page.records().get(page.records().size() - 1).createdMillis();
  }
}
