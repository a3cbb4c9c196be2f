package io.chromasync.resolve;

import io.chromasync.model.DeadLetter;
import io.chromasync.model.FactChange;
import io.chromasync.model.Mutation;
import io.chromasync.model.Projection;
import io.chromasync.resolve.Expiry.Expired;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Remembers the facts of each image in keyed state, and emits what Chroma should hold when one
 * changes.
 *
 * <p>Key: image id. Time is event time: a removal is forgotten when the watermark has passed it by
 * the tombstone retention, so a replay of old changes forgets nothing too early. Changes too late
 * to be judged leave through {@link #TOO_LATE}.
 */
public final class ResolveFacts extends KeyedProcessFunction<String, FactChange, Mutation> {

  /** Changes older than the tombstone retention of entities without memory. */
  public static final OutputTag<DeadLetter> TOO_LATE = new OutputTag<>("too-late") {};

  /** Timers fire on the hour, so that the removals of an hour share one. */
  private static final long TIMER_GRAIN = Duration.ofHours(1).toMillis();

  private final Projection projection;
  private final ResolveSettings settings;

  private transient Resolver resolver;
  private transient StoredChunks chunks;
  private transient ResolveMetrics metrics;

  public ResolveFacts(Projection projection, ResolveSettings settings) {
    this.projection = projection;
    this.settings = settings;
  }

  @Override
  public void open(OpenContext context) {
    resolver = new Resolver(projection);
    MapState<String, Chunk> state =
        getRuntimeContext()
            .getMapState(new MapStateDescriptor<>("chunks", String.class, Chunk.class));
    chunks = new StoredChunks(state);
    metrics = new ResolveMetrics(getRuntimeContext().getMetricGroup());
  }

  @Override
  public void processElement(FactChange change, Context context, Collector<Mutation> out) {
    ImageMemory memory = new ImageMemory(change.image(), chunks);
    Resolution resolution =
        resolver.resolve(change, memory, oldest(context.timerService().currentWatermark()));
    memory.save();
    metrics.count(change, resolution);
    if (resolution.outcome() == Outcome.TOO_LATE) {
      context.output(TOO_LATE, deadLetter(change));
    }
    if (change.isRemoval() && resolution.outcome() == Outcome.APPLIED) {
      context.timerService().registerEventTimeTimer(due(change.version().micros()));
    }
    resolution.mutations().forEach(out::collect);
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext context, Collector<Mutation> out) {
    ImageMemory memory = new ImageMemory(context.getCurrentKey(), chunks);
    long oldest = TimeUnit.MILLISECONDS.toMicros(timestamp - retentionMillis());
    Expired expired = Expiry.expire(memory, oldest);
    memory.save();
    metrics.expired(expired.tombstones());
    if (expired.next() != null) {
      // Its own timer may be gone: the retention may have been shorter when it was set.
      context.timerService().registerEventTimeTimer(due(expired.next()));
    }
  }

  /** The event time, in microseconds, before which a change of an unknown entity is too late. */
  private long oldest(long watermark) {
    boolean never =
        settings.tooLate() == ResolveSettings.TooLate.APPLY || watermark == Long.MIN_VALUE;
    return never ? Long.MIN_VALUE : TimeUnit.MILLISECONDS.toMicros(watermark - retentionMillis());
  }

  /** The first full hour, in milliseconds, by which a removal is older than the retention. */
  private long due(long removedMicros) {
    long due = TimeUnit.MICROSECONDS.toMillis(removedMicros) + retentionMillis();
    return (due / TIMER_GRAIN + 1) * TIMER_GRAIN;
  }

  private long retentionMillis() {
    return settings.tombstoneRetention().toMillis();
  }

  private DeadLetter deadLetter(FactChange change) {
    return new DeadLetter(
        change.source(),
        change.entity().path(),
        DeadLetter.Reason.TOO_LATE,
        "the change is older than resolve.tombstone-retention ("
            + settings.tombstoneRetention()
            + ") and nothing is known of its entity");
  }
}
