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
 * <p>Key, and input: image id. Time is event time, as there. It forgets half the tombstone
 * retention after it asked, and resolve remembers a reading for all of it: so none waits there for
 * a reading that nobody asks for. More touches do not put that off, as a duplicate touches an image
 * too, and resolve remembers it no longer for that. State holds when it asked, because the
 * retention may be a shorter one after a restart. A reading too many does no harm.
 */
public final class FirstTouch extends KeyedProcessFunction<String, String, SnapshotRequest> {

  private static final long serialVersionUID = 1;

  private static final long GRAIN = Duration.ofHours(1).toMillis();

  private final long memory;

  private transient ValueState<Long> askedAt;

  public FirstTouch(ResolveSettings settings) {
    this.memory = settings.tombstoneRetention().toMillis() / 2;
  }

  @Override
  public void open(OpenContext context) {
    askedAt = getRuntimeContext().getState(new ValueStateDescriptor<>("asked-at", Types.LONG));
  }

  @Override
  public void processElement(String image, Context context, Collector<SnapshotRequest> requests)
      throws Exception {
    Long time = context.timestamp();
    long now =
        Math.max(time == null ? 0 : time, Math.max(0, context.timerService().currentWatermark()));
    Long asked = askedAt.value();
    if (asked == null || forgetAt(asked) <= now) {
      requests.collect(new SnapshotRequest(image, false));
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

  /** On a full hour, so that many share a timer. */
  private long forgetAt(long asked) {
    return ((asked + memory) / GRAIN + 1) * GRAIN;
  }
}
