package io.chromasync.source;

import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;

/** What one page brings, on their way from the fetching thread to the task. */
final class ShardFetch implements RecordsWithSplitIds<ShardStep> {

  /** What a woken thread brings. */
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

  /** The end of a shard, after these steps. */
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
