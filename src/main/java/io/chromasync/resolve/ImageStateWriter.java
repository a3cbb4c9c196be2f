package io.chromasync.resolve;

import io.chromasync.model.Version;
import io.chromasync.resolve.rules.ImageState;
import io.chromasync.resolve.rules.StateChunk;
import io.chromasync.runtime.DurableCounters;
import java.util.function.LongConsumer;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.state.FunctionInitializationContext;

/**
 * Writer of the state of {@link ResolveFacts} for another operator, which has the key context of an
 * image. The state of that operator becomes the state of resolve.
 */
public final class ImageStateWriter {

  private final DurableCounters counters;
  private final ResolveMetrics metrics;
  private MapState<String, StateChunk> chunks;

  private ImageStateWriter(DurableCounters counters) {
    this.counters = counters;
    this.metrics = new ResolveMetrics(counters);
  }

  /**
   * Creates a writer and stores the snapshot timestamp.
   *
   * @param tableReadAsOf snapshot timestamp of the whole table
   */
  public static ImageStateWriter initialize(
      FunctionInitializationContext context, MetricGroup group, Version tableReadAsOf)
      throws Exception {
    ResolveFacts.tableRead(
        context.getOperatorStateStore().getBroadcastState(ResolveFacts.TABLE_READ), tableReadAsOf);
    return new ImageStateWriter(DurableCounters.of(context, group));
  }

  /** Opens the keyed state. */
  public void open(RuntimeContext context) {
    chunks = context.getMapState(ResolveFacts.CHUNKS);
  }

  /**
   * Stores an image, which is the current key.
   *
   * @param timers registers an event-time timer
   */
  public void put(ImageState image, LongConsumer timers) throws Exception {
    chunks.putAll(image.chunks());
    metrics.facts(image.facts());
    image.timers().forEach(timers::accept);
    metrics.tombstones(image.tombstones());
  }

  /** Saves the counters, before the state is written. */
  public void save() throws Exception {
    counters.save();
  }
}
