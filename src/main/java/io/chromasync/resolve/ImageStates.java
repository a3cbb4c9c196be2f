package io.chromasync.resolve;

import io.chromasync.config.DurableCounters;
import io.chromasync.model.Version;
import java.util.function.LongConsumer;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.state.FunctionInitializationContext;

/**
 * The state of {@link ResolveFacts}, written by something else than itself: an operator that has
 * the key context of an image, and whose state becomes that of resolve.
 */
public final class ImageStates {

  private final DurableCounters counters;
  private final ResolveMetrics metrics;
  private MapState<String, Chunk> chunks;

  private ImageStates(DurableCounters counters) {
    this.counters = counters;
    this.metrics = new ResolveMetrics(counters);
  }

  /**
   * Begins it.
   *
   * @param tableReadAsOf as of when the whole table was read
   */
  public static ImageStates initialize(
      FunctionInitializationContext context, MetricGroup group, Version tableReadAsOf)
      throws Exception {
    ResolveFacts.tableRead(
        context.getOperatorStateStore().getBroadcastState(ResolveFacts.TABLE_READ), tableReadAsOf);
    return new ImageStates(DurableCounters.of(context, group));
  }

  /** Opens what is keyed. */
  public void open(RuntimeContext context) {
    chunks = context.getMapState(ResolveFacts.CHUNKS);
  }

  /**
   * Puts an image, which is the current key.
   *
   * @param timers registers an event-time timer
   */
  public void put(ImageState image, LongConsumer timers) throws Exception {
    chunks.putAll(image.chunks());
    metrics.facts(image.facts());
    image.timers().forEach(timers::accept);
    metrics.tombstones(image.tombstones());
  }

  /** Before the state is written. */
  public void save() throws Exception {
    counters.save();
  }
}
