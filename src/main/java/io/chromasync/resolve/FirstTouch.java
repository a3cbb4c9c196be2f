package io.chromasync.resolve;

import io.chromasync.model.SnapshotRequest;
import java.time.Duration;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Asks for a reading of each image that is touched for the first time, or again after so long that
 * {@link ResolveFacts} may have forgotten it.
 *
 * <p>Key, and input: image id. Time is event time, as there. It forgets after half the tombstone
 * retention without a touch, always before resolve does, so none waits there for a reading that
 * nobody asks for; a reading too many does no harm.
 */
public final class FirstTouch extends KeyedProcessFunction<String, String, SnapshotRequest> {

  private static final long serialVersionUID = 1;

  private static final long GRAIN = Duration.ofHours(1).toMillis();

  private final long memory;

  private transient ValueState<Long> forgetAt;

  public FirstTouch(ResolveSettings settings) {
    this.memory = settings.tombstoneRetention().toMillis() / 2;
  }

  @Override
  public void open(OpenContext context) {
    forgetAt = getRuntimeContext().getState(new ValueStateDescriptor<>("forget-at", Types.LONG));
  }

  @Override
  public void processElement(String image, Context context, Collector<SnapshotRequest> requests)
      throws Exception {
    Long before = forgetAt.value();
    if (before == null) {
      requests.collect(new SnapshotRequest(image, false));
    }
    Long time = context.timestamp();
    long now =
        Math.max(time == null ? Long.MIN_VALUE : time, context.timerService().currentWatermark());
    long at = now < 0 ? GRAIN : ((now + memory) / GRAIN + 1) * GRAIN;
    if (before == null || at > before) {
      forgetAt.update(at);
      context.timerService().registerEventTimeTimer(at);
    }
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext context, Collector<SnapshotRequest> requests)
      throws Exception {
    Long at = forgetAt.value();
    if (at != null && at <= timestamp) {
      forgetAt.clear();
    }
  }
}
