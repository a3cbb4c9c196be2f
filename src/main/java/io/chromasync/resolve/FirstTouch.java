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
 * Requests a lazy, on-demand snapshot of each partition on its first touch, and again once {@link
 * ResolveFacts} may have expired its state.
 *
 * <p>Key and input: partition id. Time is event time, as in {@link ResolveFacts}. A request expires
 * after half the tombstone retention, whereas resolve keeps a snapshot for the whole retention. So
 * no input waits in resolve for a snapshot that is never requested.
 *
 * <p>Further touches do not extend a request: a duplicate also touches a partition, but does not
 * extend the state of resolve. State contains the request time, because the retention may be
 * shorter after a restart. A superfluous snapshot is harmless.
 */
public final class FirstTouch extends KeyedProcessFunction<String, String, SnapshotRequest> {

  private static final long serialVersionUID = 1;

  private static final long GRAIN = Duration.ofHours(1).toMillis();

  private final long memory;

  private transient ValueState<Long> askedAt;

  /** Creates the function. A request expires after half the tombstone retention. */
  public FirstTouch(ResolveSettings settings) {
    this.memory = settings.tombstoneRetention().toMillis() / 2;
  }

  @Override
  public void open(OpenContext context) {
    askedAt = getRuntimeContext().getState(new ValueStateDescriptor<>("asked-at", Types.LONG));
  }

  @Override
  public void processElement(String partition, Context context, Collector<SnapshotRequest> requests)
      throws Exception {
    Long time = context.timestamp();
    long now =
        Math.max(time == null ? 0 : time, Math.max(0, context.timerService().currentWatermark()));
    Long asked = askedAt.value();
    if (asked == null || forgetAt(asked) <= now) {
      requests.collect(new SnapshotRequest(partition, false));
      askedAt.update(now);
      context.timerService().registerEventTimeTimer(forgetAt(now));
    }
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext context, Collector<SnapshotRequest> requests)
      throws Exception {
    Long asked = askedAt.value();
    if (asked == null) {
      return;
    }
    if (forgetAt(asked) <= timestamp) {
      askedAt.clear();
    } else {
      context.timerService().registerEventTimeTimer(forgetAt(asked));
    }
  }

  /** Expiry time, rounded up to a full hour, so that many partitions share a timer. */
  private long forgetAt(long asked) {
    return ((asked + memory) / GRAIN + 1) * GRAIN;
  }
}
