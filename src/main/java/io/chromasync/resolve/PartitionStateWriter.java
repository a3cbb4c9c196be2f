package io.chromasync.resolve;

import io.chromasync.model.EntityTree;
import io.chromasync.model.Version;
import io.chromasync.resolve.rules.PartitionState;
import io.chromasync.resolve.rules.StateChunk;
import io.chromasync.runtime.DurableCounters;
import java.util.function.LongConsumer;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.state.FunctionInitializationContext;

/**
 * Writer of the state of {@link ResolveFacts} for another operator, which has the key context of an
 * partition. The state of that operator becomes the state of resolve.
 */
public final class PartitionStateWriter {

  private final DurableCounters counters;
  private final EntityTree tree;
  private final ResolveMetrics metrics;
  private MapState<String, StateChunk> chunks;

  private PartitionStateWriter(DurableCounters counters, EntityTree tree) {
    this.counters = counters;
    this.tree = tree;
    this.metrics = new ResolveMetrics(counters, tree);
  }

  /**
   * Creates a writer and stores the snapshot timestamp.
   *
   * @param tableReadAsOf snapshot timestamp of the whole table
   */
  public static PartitionStateWriter initialize(
      FunctionInitializationContext context,
      MetricGroup group,
      EntityTree tree,
      Version tableReadAsOf)
      throws Exception {
    ResolveFacts.tableRead(
        context.getOperatorStateStore().getBroadcastState(ResolveFacts.TABLE_READ), tableReadAsOf);
    return new PartitionStateWriter(DurableCounters.of(context, group), tree);
  }

  /** Opens the keyed state. */
  public void open(RuntimeContext context) {
    chunks = context.getMapState(StoredChunks.state(tree));
  }

  /**
   * Stores a partition, which is the current key.
   *
   * @param timers registers an event-time timer
   */
  public void put(PartitionState partition, LongConsumer timers) throws Exception {
    chunks.putAll(partition.chunks());
    metrics.facts(partition.facts());
    partition.timers().forEach(timers::accept);
    metrics.tombstones(partition.tombstones());
  }

  /** Saves the counters, before the state is written. */
  public void save() throws Exception {
    counters.save();
  }
}
