package io.chromasync.resolve;

import io.chromasync.config.DurableCounters;
import io.chromasync.model.DeadLetter;
import io.chromasync.model.DeadLetter.Reason;
import io.chromasync.model.DeltaStep;
import io.chromasync.model.EntityKey;
import io.chromasync.model.FactChange;
import io.chromasync.model.ItemChange;
import io.chromasync.model.Mutation;
import io.chromasync.model.Projection;
import io.chromasync.model.RunDelta;
import io.chromasync.model.RunReport;
import io.chromasync.resolve.Expiry.Expired;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongUnaryOperator;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers the facts of each image in keyed state, and emits what Chroma should hold when one
 * changes, or when a delta brings vectors.
 *
 * <p>Key: image id. Time is event time: a removal is forgotten when the watermark has passed it by
 * the tombstone retention, so a replay of old changes forgets nothing too early. What cannot have
 * its effect leaves through {@link #DEAD_LETTERS}.
 */
public final class ResolveFacts
    extends KeyedCoProcessFunction<String, FactChange, DeltaStep, Mutation>
    implements CheckpointedFunction {

  /** Changes too late to be judged, and runs whose deltas cannot be used. */
  public static final OutputTag<DeadLetter> DEAD_LETTERS = new OutputTag<>("unresolved") {};

  /** Timers fire on the hour, so that the removals of an hour share one. */
  private static final long TIMER_GRAIN = Duration.ofHours(1).toMillis();

  /** Those of vectors fire on the minute: vectors are large. */
  private static final long VECTOR_TIMER_GRAIN = Duration.ofMinutes(1).toMillis();

  private static final Logger LOG = LoggerFactory.getLogger(ResolveFacts.class);

  private final Projection projection;
  private final ResolveSettings settings;

  private transient Resolver resolver;
  private transient StoredChunks chunks;
  private transient StoredVectors vectors;
  private transient DurableCounters counters;
  private transient ResolveMetrics metrics;

  public ResolveFacts(Projection projection, ResolveSettings settings) {
    this.projection = projection;
    this.settings = settings;
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    counters = DurableCounters.of(context, getRuntimeContext().getMetricGroup());
    metrics = new ResolveMetrics(counters);
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    counters.save();
  }

  @Override
  public void open(OpenContext context) {
    resolver = new Resolver(projection);
    MapState<String, Chunk> chunkState =
        getRuntimeContext()
            .getMapState(new MapStateDescriptor<>("chunks", String.class, Chunk.class));
    MapState<String, KeptVector> vectorState =
        getRuntimeContext()
            .getMapState(new MapStateDescriptor<>("vectors", String.class, KeptVector.class));
    chunks = new StoredChunks(chunkState);
    vectors = new StoredVectors(vectorState);
  }

  @Override
  public void processElement1(FactChange change, Context context, Collector<Mutation> out) {
    ImageMemory memory = memory(change.image());
    Resolution resolution = resolver.resolve(change, memory, oldest(context));
    memory.save();
    metrics.count(change, resolution);
    if (resolution.outcome() == Outcome.TOO_LATE) {
      send(tooLate(change.source(), change.entity(), "nothing is known of its entity"), context);
    }
    if (change.isRemoval() && resolution.outcome() == Outcome.APPLIED) {
      context.timerService().registerEventTimeTimer(due(change.version().micros()));
    }
    emit(resolution, change.image(), change.source(), out);
  }

  @Override
  public void processElement2(DeltaStep step, Context context, Collector<Mutation> out) {
    ImageMemory memory = memory(step.image());
    if (step.opens() != null) {
      Resolution resolution = resolver.open(step, memory, oldest(context));
      metrics.countDelta(step, resolution);
      emit(resolution, step.image(), step.source(), out);
    } else if (step.embedding() != null) {
      Resolution resolution = resolver.bring(step, memory);
      metrics.countVector(step, resolution);
      context.timerService().registerEventTimeTimer(drop(step.version().micros()));
      emit(resolution, step.image(), step.source(), out);
    } else {
      end(step, memory, context, out);
    }
    memory.save();
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext context, Collector<Mutation> out) {
    ImageMemory memory = memory(context.getCurrentKey());
    long oldest = TimeUnit.MILLISECONDS.toMicros(timestamp - retentionMillis());
    if (timestamp % TIMER_GRAIN == 0) {
      Expired expired = Expiry.expire(memory, oldest);
      memory.save();
      metrics.expired(expired.tombstones());
      remind(expired.next(), this::due, context);
    }
    long shownSince = TimeUnit.MILLISECONDS.toMicros(timestamp - vectorRetention());
    VectorExpiry.Left left = new VectorExpiry(shownSince, oldest).expire(memory);
    remind(left.shown(), this::drop, context);
    remind(left.hidden(), this::due, context);
  }

  /** Its own timer may be gone: the retention may have been shorter when it was set. */
  private void remind(Long micros, LongUnaryOperator when, OnTimerContext context) {
    if (micros != null) {
      context.timerService().registerEventTimeTimer(when.applyAsLong(micros));
    }
  }

  /** The report goes behind all that the delta brought, in its lane. */
  private void end(DeltaStep step, ImageMemory memory, Context context, Collector<Mutation> out) {
    RunDelta delta = step.ends();
    EntityKey run = EntityKey.run(delta.receipt(), delta.run());
    RunReport report;
    if (step.error() != null) {
      report = RunReport.failed(delta, step.error());
      send(new DeadLetter(delta.source(), run.path(), Reason.RUN_FAILED, step.error()), context);
    } else {
      report = resolver.report(step, memory);
      if (report == null) {
        DeadLetter letter = tooLate(delta.source(), run, "no delta of its receipt is known");
        report = RunReport.failed(delta, letter.detail());
        send(letter, context);
      }
    }
    metrics.countReport(report);
    out.collect(Mutation.report(report, step.version()));
  }

  private void send(DeadLetter letter, Context context) {
    metrics.letter();
    context.output(DEAD_LETTERS, letter);
  }

  private void emit(
      Resolution resolution, String image, ItemChange cause, Collector<Mutation> out) {
    if (resolution.missing() > 0) {
      metrics.missing(resolution.missing());
      LOG.warn(
          "Records came back from a removal, but their vectors are no longer kept; a new run must"
              + " bring them. image={} records={}",
          image,
          resolution.missing());
    }
    resolution.mutations().forEach(mutation -> out.collect(mutation.causedBy(cause)));
  }

  private ImageMemory memory(String image) {
    return new ImageMemory(image, chunks, vectors);
  }

  /** The event time, in microseconds, before which a change of an unknown entity is too late. */
  private long oldest(Context context) {
    long watermark = context.timerService().currentWatermark();
    boolean never =
        settings.tooLate() == ResolveSettings.TooLate.APPLY || watermark == Long.MIN_VALUE;
    return never ? Long.MIN_VALUE : TimeUnit.MILLISECONDS.toMicros(watermark - retentionMillis());
  }

  /** The first full hour, in milliseconds, by which a removal is older than the retention. */
  private long due(long removedMicros) {
    return onThe(TIMER_GRAIN, TimeUnit.MICROSECONDS.toMillis(removedMicros) + retentionMillis());
  }

  /** The first full minute, in milliseconds, by which a run is older than the vector retention. */
  private long drop(long runMicros) {
    return onThe(VECTOR_TIMER_GRAIN, TimeUnit.MICROSECONDS.toMillis(runMicros) + vectorRetention());
  }

  private static long onThe(long grain, long millis) {
    return (millis / grain + 1) * grain;
  }

  private long retentionMillis() {
    return settings.tombstoneRetention().toMillis();
  }

  private long vectorRetention() {
    return settings.vectorRetention().toMillis();
  }

  private DeadLetter tooLate(ItemChange change, EntityKey entity, String unknown) {
    return new DeadLetter(
        change,
        entity.path(),
        Reason.TOO_LATE,
        "the change is older than resolve.tombstone-retention (%s) and %s"
            .formatted(settings.tombstoneRetention(), unknown));
  }
}
