package io.chromasync.resolve;

import io.chromasync.config.DurableCounters;
import io.chromasync.model.Announcement;
import io.chromasync.model.Arrival;
import io.chromasync.model.DeadLetter;
import io.chromasync.model.DeadLetter.Reason;
import io.chromasync.model.DeltaStep;
import io.chromasync.model.EntityKey;
import io.chromasync.model.FactChange;
import io.chromasync.model.ItemChange;
import io.chromasync.model.ListedFacts;
import io.chromasync.model.Mutation;
import io.chromasync.model.Projection;
import io.chromasync.model.Rollback;
import io.chromasync.model.RunDelta;
import io.chromasync.model.RunReport;
import io.chromasync.model.Target;
import io.chromasync.model.UpdateKeys;
import io.chromasync.model.Version;
import io.chromasync.resolve.Expiry.Expired;
import io.chromasync.resolve.Rewrite.Rewritten;
import io.chromasync.resolve.SnapshotMerge.Merged;
import java.util.concurrent.TimeUnit;
import java.util.function.LongUnaryOperator;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ReadOnlyBroadcastState;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.TimerService;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.co.KeyedBroadcastProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers the facts of each image in keyed state, and emits what Chroma should hold when one
 * changes, when a delta brings vectors, or when a reading of the table lists what is there.
 *
 * <p>Key: image id. Broadcast: as of when the whole table was read, once everything in it has been
 * merged; images that it did not list are gone. Or that Chroma went back: then everything is
 * written again ({@link Rewrite}). Time is event time: a removal is forgotten when the watermark
 * has passed it by the tombstone retention, so a replay of old changes forgets nothing too early.
 * Every image that is remembered has a timer, once in each retention, because the end of a reading
 * may remove an image and can set none. What cannot have its effect leaves through {@link
 * #DEAD_LETTERS}.
 *
 * <p>With first touch, what arrives of an image that state does not know waits, in state, for the
 * reading that {@link FirstTouch} has asked for.
 */
public final class ResolveFacts
    extends KeyedBroadcastProcessFunction<String, Arrival, Announcement, Mutation>
    implements CheckpointedFunction {

  /** Changes too late to be judged, and runs whose deltas cannot be used. */
  public static final OutputTag<DeadLetter> DEAD_LETTERS = new OutputTag<>("unresolved") {};

  /** As of when the whole table was read; its one key is {@link #TABLE}. */
  public static final MapStateDescriptor<String, Version> TABLE_READ =
      new MapStateDescriptor<>("table-read", Types.STRING, TypeInformation.of(Version.class));

  /** What is remembered of rewrites. */
  public static final MapStateDescriptor<String, Long> REWRITES = RewriteAll.STATE;

  private static final String TABLE = "table";

  static final MapStateDescriptor<String, Chunk> CHUNKS =
      new MapStateDescriptor<>("chunks", StringSerializer.INSTANCE, ChunkSerializer.INSTANCE);

  private static final MapStateDescriptor<String, KeptVector> VECTORS =
      new MapStateDescriptor<>("vectors", String.class, KeptVector.class);

  private static final Logger LOG = LoggerFactory.getLogger(ResolveFacts.class);

  private final Projection projection;
  private final Horizon horizon;
  private final boolean firstTouch;
  private final Target target;
  private final UpdateKeys updateKeys;

  private transient Resolver resolver;
  private transient StoredChunks chunks;
  private transient StoredVectors vectors;
  private transient Waiting waiting;
  private transient boolean isRestart;
  private transient DurableCounters counters;
  private transient ResolveMetrics metrics;

  /**
   * @param firstTouch whether what arrives of an unknown image waits for a reading of it
   * @param target what is written to, which must be what state is true of
   */
  public ResolveFacts(
      Projection projection,
      ResolveSettings settings,
      boolean firstTouch,
      Target target,
      UpdateKeys updateKeys) {
    this.projection = projection;
    this.updateKeys = updateKeys;
    this.horizon = new Horizon(settings);
    this.firstTouch = firstTouch;
    this.target = target;
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    counters = DurableCounters.of(context, getRuntimeContext().getMetricGroup());
    metrics = new ResolveMetrics(counters);
    isRestart = context.isRestored();
    WrittenTo.check(context.getOperatorStateStore().getBroadcastState(WrittenTo.STATE), target);
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    counters.save();
  }

  @Override
  public void open(OpenContext context) {
    chunks = new StoredChunks(getRuntimeContext().getMapState(CHUNKS));
    vectors = new StoredVectors(getRuntimeContext().getMapState(VECTORS));
    waiting = Waiting.in(getRuntimeContext());
  }

  /**
   * The rules.
   *
   * @param now processing time: that of the first call is the start's
   */
  private Resolver resolver(long now) {
    if (resolver == null) {
      Writes writes =
          isRestart
              ? Writes.ofRestart(updateKeys, TimeUnit.MILLISECONDS.toMicros(now))
              : Writes.ofFirstStart(updateKeys);
      resolver = new Resolver(projection, writes);
    }
    return resolver;
  }

  @Override
  public void processElement(Arrival arrival, ReadOnlyContext context, Collector<Mutation> out)
      throws Exception {
    boolean unknown = firstTouch && chunks.isEmpty() && tableReadAsOf(context) == null;
    boolean tellsAll = arrival.listed() != null && arrival.listed().whole();
    if (unknown && !tellsAll) {
      waiting.add(arrival);
      metrics.waits();
      return;
    }
    take(arrival, context, out);
    if (tellsAll) {
      release(context, out);
    }
  }

  /** What waits, waits for a reading, also where first touch was switched off meanwhile. */
  private void release(ReadOnlyContext context, Collector<Mutation> out) throws Exception {
    for (Arrival held : waiting.removeAll()) {
      metrics.goesOn();
      take(held, context, out);
    }
  }

  @Override
  public void processBroadcastElement(
      Announcement announcement, Context context, Collector<Mutation> out) throws Exception {
    if (announcement.rollback() == null) {
      endImages(announcement.tableReadAsOf(), context, out);
    } else {
      rewrite(announcement.rollback(), context, out);
    }
  }

  /** Chroma went back: everything that is remembered is written again. */
  private void rewrite(Rollback rollback, Context context, Collector<Mutation> out)
      throws Exception {
    long now = context.currentProcessingTime();
    if (!RewriteAll.isDue(rollback, context.getBroadcastState(REWRITES), now)) {
      return;
    }
    metrics.rewrites();
    Rewrite rewrite = new Rewrite(projection, rollback);
    RewriteAll all = new RewriteAll();
    Version tableRead = context.getBroadcastState(TABLE_READ).get(TABLE);
    context.applyToKeyedState(
        CHUNKS,
        (image, state) -> {
          ImageMemory memory = memory(image, tableRead);
          Rewritten rewritten = rewrite.rewrite(memory);
          metrics.facts(memory.save());
          metrics.count(rewritten);
          all.name(image, rewritten);
          rewritten.mutations().forEach(out::collect);
        });
  }

  /** The whole table was read, and all that it lists was merged: every other image is gone. */
  private void endImages(Version asOf, Context context, Collector<Mutation> out) throws Exception {
    Version before = context.getBroadcastState(TABLE_READ).get(TABLE);
    if (before != null && !asOf.isAfter(before)) {
      return;
    }
    if (asOf.micros() < horizon.oldest(context.currentWatermark())) {
      LOG.warn(
          "A reading of the whole table became older than resolve.tombstone-retention while it was"
              + " read: some of what it lists is too late, so what it does not list is not taken to"
              + " be gone. as_of_micros={}",
          asOf.micros());
      return;
    }
    context.applyToKeyedState(
        CHUNKS,
        (image, state) -> {
          ImageMemory memory = memory(image, before);
          Merged merged = resolver(context.currentProcessingTime()).close(asOf, memory);
          metrics.facts(memory.save());
          metrics.count(merged);
          emit(merged.followed(), image, out);
        });
    tableRead(context.getBroadcastState(TABLE_READ), asOf);
    metrics.tableRead();
  }

  static void tableRead(BroadcastState<String, Version> state, Version asOf) throws Exception {
    state.put(TABLE, asOf);
  }

  private void take(Arrival arrival, ReadOnlyContext context, Collector<Mutation> out)
      throws Exception {
    ImageMemory memory = memory(arrival.image(), tableReadAsOf(context));
    if (arrival.change() != null) {
      apply(arrival.change(), memory, context, out);
    } else if (arrival.listed() != null) {
      merge(arrival.listed(), memory, context, out);
    } else {
      follow(arrival.step(), memory, context, out);
    }
    metrics.facts(memory.save());
    // What is listed sets a timer of its own.
    if (arrival.listed() == null) {
      review(arrival.image(), context.timerService());
    }
  }

  private void apply(
      FactChange change, ImageMemory memory, ReadOnlyContext context, Collector<Mutation> out) {
    Resolution resolution =
        resolver(context.currentProcessingTime()).resolve(change, memory, oldest(context));
    metrics.count(change, resolution);
    if (resolution.outcome() == Outcome.TOO_LATE) {
      send(tooLate(change), context);
    }
    if (memory.isTombstone(change.entity())) {
      context.timerService().registerEventTimeTimer(horizon.due(change.version().micros()));
    }
    emit(resolution.causedBy(change.source()), change.image(), out);
  }

  /** With a timer, in any case: something may be removed, or nothing may be left. */
  private void merge(
      ListedFacts listed, ImageMemory memory, ReadOnlyContext context, Collector<Mutation> out) {
    Merged merged =
        resolver(context.currentProcessingTime()).merge(listed, memory, oldest(context));
    metrics.count(listed, merged);
    if (merged.withoutVector() > 0) {
      LOG.info(
          "A repair tells records by their metadata alone, as their vectors are not kept; those"
              + " that Chroma has lost need their run again. image={} records={}",
          listed.image(),
          merged.withoutVector());
    }
    for (int i = 0; i < listed.facts().size(); i++) {
      if (merged.outcomes().get(i) == Outcome.TOO_LATE) {
        send(tooLate(listed.facts().get(i)), context);
      }
    }
    context.timerService().registerEventTimeTimer(horizon.due(listed.asOf().micros()));
    emit(merged.followed(), listed.image(), out);
  }

  private void follow(
      DeltaStep step, ImageMemory memory, ReadOnlyContext context, Collector<Mutation> out) {
    if (step.opens() != null) {
      Resolution resolution =
          resolver(context.currentProcessingTime()).open(step, memory, oldest(context));
      metrics.countDelta(step, resolution);
      emit(resolution.causedBy(step.source()), step.image(), out);
    } else if (step.embedding() != null) {
      Resolution resolution = resolver(context.currentProcessingTime()).bring(step, memory);
      metrics.countVector(step, resolution);
      context.timerService().registerEventTimeTimer(horizon.drop(step.version().micros()));
      emit(resolution.causedBy(step.source()), step.image(), out);
    } else {
      end(step, memory, context, out);
    }
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext context, Collector<Mutation> out)
      throws Exception {
    ImageMemory memory = memory(context.getCurrentKey(), tableReadAsOf(context));
    long oldest = horizon.removedBefore(timestamp);
    if (horizon.isForRemovals(timestamp)) {
      Expired expired = Expiry.expire(memory, oldest);
      metrics.facts(memory.save());
      metrics.expired(expired.tombstones());
      remind(expired.next(), horizon::due, context);
    }
    VectorExpiry.Left left = new VectorExpiry(horizon.shownSince(timestamp), oldest).expire(memory);
    remind(left.shown(), horizon::drop, context);
    remind(left.hidden(), horizon::due, context);
    if (!chunks.isEmpty()) {
      review(context.getCurrentKey(), context.timerService());
    }
  }

  /** After the end of the input there is no later time. */
  private void review(String image, TimerService timers) {
    long watermark = timers.currentWatermark();
    if (watermark < Long.MAX_VALUE) {
      timers.registerEventTimeTimer(horizon.review(image, watermark));
    }
  }

  /** Its own timer may be gone: the retention may have been shorter when it was set. */
  private void remind(Long micros, LongUnaryOperator when, OnTimerContext context) {
    if (micros != null) {
      context.timerService().registerEventTimeTimer(when.applyAsLong(micros));
    }
  }

  /** The report goes behind all that the delta brought. */
  private void end(
      DeltaStep step, ImageMemory memory, ReadOnlyContext context, Collector<Mutation> out) {
    RunDelta delta = step.ends();
    EntityKey run = EntityKey.run(delta.receipt(), delta.run());
    RunReport report;
    if (step.error() != null) {
      report = RunReport.failed(delta, step.error());
      send(new DeadLetter(delta.source(), run.path(), Reason.RUN_FAILED, step.error()), context);
    } else {
      report = resolver(context.currentProcessingTime()).report(step, memory);
      if (report == null) {
        DeadLetter letter = tooLate(delta.source(), run, "no delta of its receipt is known");
        report = RunReport.failed(delta, letter.detail());
        send(letter, context);
      }
    }
    metrics.countReport(report);
    out.collect(Mutation.report(report, step.version()));
  }

  private void send(DeadLetter letter, ReadOnlyContext context) {
    metrics.letter();
    context.output(DEAD_LETTERS, letter);
  }

  private void emit(Resolution resolution, String image, Collector<Mutation> out) {
    if (resolution.missing() > 0) {
      metrics.missing(resolution.missing());
      LOG.warn(
          "Records came back from a removal, but their vectors are no longer kept; a new run must"
              + " bring them. image={} records={}",
          image,
          resolution.missing());
    }
    resolution.mutations().forEach(out::collect);
  }

  private ImageMemory memory(String image, Version tableReadAsOf) {
    return new ImageMemory(image, chunks, vectors, tableReadAsOf);
  }

  private static Version tableReadAsOf(ReadOnlyContext context) throws Exception {
    ReadOnlyBroadcastState<String, Version> state = context.getBroadcastState(TABLE_READ);
    return state.get(TABLE);
  }

  private long oldest(ReadOnlyContext context) {
    return horizon.oldest(context.timerService().currentWatermark());
  }

  private DeadLetter tooLate(FactChange change) {
    return tooLate(change.source(), change.entity(), "nothing is known of its entity");
  }

  private DeadLetter tooLate(ItemChange change, EntityKey entity, String unknown) {
    return new DeadLetter(
        change,
        entity.path(),
        Reason.TOO_LATE,
        "the change is older than resolve.tombstone-retention (%s) and %s"
            .formatted(horizon.settings().tombstoneRetention(), unknown));
  }
}
