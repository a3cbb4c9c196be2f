package io.chromasync.source;

import io.chromasync.source.lineage.ShardStep;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;

/** Steps of one page, passed from the fetcher thread to the task's thread. */
final class ShardFetch implements RecordsWithSplitIds<ShardStep> {

  /** Empty fetch, returned after a wake-up. */
  static final ShardFetch NOTHING = new ShardFetch(null, List.of(), Set.of());

  private final Iterator<ShardStep> steps;
  private final Set<String> finished;
  private String shard;

  private ShardFetch(String shard, List<? extends ShardStep> steps, Set<String> finished) {
    this.shard = steps.isEmpty() ? null : shard;
    this.steps = List.<ShardStep>copyOf(steps).iterator();
    this.finished = finished;
  }

  static ShardFetch of(String shard, List<? extends ShardStep> steps) {
    return new ShardFetch(shard, steps, Set.of());
  }

  /** Returns the last steps of a shard that ends after them. */
  static ShardFetch last(String shard, List<? extends ShardStep> steps) {
    return new ShardFetch(shard, steps, Set.of(shard));
  }

  @Override
  public String nextSplit() {
    String next = shard;
    shard = null;
    return next;
  }

  @Override
  public ShardStep nextRecordFromSplit() {
    return steps.hasNext() ? steps.next() : null;
  }

  @Override
  public Set<String> finishedSplits() {
    return finished;
  }
}
