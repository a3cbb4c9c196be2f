package io.chromasync.resolve;

import io.chromasync.model.Announcement;
import io.chromasync.model.DeadLetter;
import io.chromasync.model.DeadLetter.Reason;
import io.chromasync.model.DeltaStep;
import io.chromasync.model.EntityKey;
import io.chromasync.model.FactChange;
import io.chromasync.model.ItemChange;
import io.chromasync.model.Mutation;
import io.chromasync.model.Projection;
import io.chromasync.model.ResolveInput;
import io.chromasync.model.Rollback;
import io.chromasync.model.RunDelta;
import io.chromasync.model.RunReport;
import io.chromasync.model.SnapshotFacts;
import io.chromasync.model.TargetCollections;
import io.chromasync.model.UpdateKeys;
import io.chromasync.model.Version;
import io.chromasync.resolve.rules.ChangeOutcome;
import io.chromasync.resolve.rules.Expiry;
import io.chromasync.resolve.rules.Expiry.Expired;
import io.chromasync.resolve.rules.ImageWorkingSet;
import io.chromasync.resolve.rules.KeptVector;
import io.chromasync.resolve.rules.Resolution;
import io.chromasync.resolve.rules.Resolver;
import io.chromasync.resolve.rules.Rewrite;
import io.chromasync.resolve.rules.Rewrite.Rewritten;
import io.chromasync.resolve.rules.SnapshotMerge.Merged;
import io.chromasync.resolve.rules.StateChunk;
import io.chromasync.resolve.rules.VectorExpiry;
import io.chromasync.resolve.rules.Writes;
import io.chromasync.runtime.DurableCounters;
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
 * Keeps the facts of each image in keyed state. Emits mutations when a fact changes, a delta
 * supplies vectors, or a snapshot is merged.
 *
 * <p>Key: image id. Broadcast messages:
 *
 * <ul>
 *   <li>The snapshot timestamp of the whole table, once everything in it has been merged. Images
 *       that it does not list are then deleted.
 *   <li>A rollback of Chroma. Everything is then written again ({@link Rewrite}).
 * </ul>
 *
 * <p>Time is event time. A tombstone expires when the watermark has passed its removal by the
 * tombstone retention, so a replay of old changes expires nothing too early. Every image in state
 * has a timer, once per retention: the end of a snapshot may delete an image, but cannot register a
 * timer. Changes that cannot be applied are emitted to {@link #DEAD_LETTERS}.
 *
 * <p>With first touch, input of an image without state waits in state for the snapshot that {@link
 * FirstTouch} has requested.
 */
public final class ResolveFacts
    extends KeyedBroadcastProcessFunction<String, ResolveInput, Announcement, Mutation>
    implements CheckpointedFunction {

  /**
   * Side output of changes that are too late to be classified, and of runs whose deltas cannot be
   * used.
   */
  public static final OutputTag<DeadLetter> DEAD_LETTERS = new OutputTag<>("unresolved") {};

  /** State of the snapshot timestamp of the whole table; its one key is {@link #TABLE}. */
  public static final MapStateDescriptor<String, Version> TABLE_READ =
      new MapStateDescriptor<>("table-read", Types.STRING, TypeInformation.of(Version.class));

  /** State of the last rewrite. */
  public static final MapStateDescriptor<String, Long> REWRITES = RewriteAll.STATE;

  private static final String TABLE = "table";

  static final MapStateDescriptor<String, StateChunk> CHUNKS =
      new MapStateDescriptor<>("chunks", StringSerializer.INSTANCE, ChunkSerializer.INSTANCE);

  private static final MapStateDescriptor<String, KeptVector> VECTORS =
      new MapStateDescriptor<>("vectors", String.class, KeptVector.class);

  private static final Logger LOG = LoggerFactory.getLogger(ResolveFacts.class);

  private final Projection projection;
  private final RetentionPolicy horizon;
  private final boolean firstTouch;
  private final TargetCollections target;
  private final UpdateKeys updateKeys;

  private transient Resolver resolver;
  private transient StoredChunks chunks;
  private transient StoredVectors vectors;
  private transient HeldArrivals waiting;
  private transient boolean isRestart;
  private transient DurableCounters counters;
  private transient ResolveMetrics metrics;

  /**
   * @param firstTouch true if input of an unknown image waits for a snapshot of it
   * @param target collections to write to, which must be the collections that state belongs to
   */
  public ResolveFacts(
      Projection projection,
      ResolveSettings settings,
      boolean firstTouch,
      TargetCollections target,
      UpdateKeys updateKeys) {
    this.projection = projection;
    this.updateKeys = updateKeys;
    this.horizon = new RetentionPolicy(settings);
    this.firstTouch = firstTouch;
    this.target = target;
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    counters = DurableCounters.of(context, getRuntimeContext().getMetricGroup());
    metrics = new ResolveMetrics(counters);
    isRestart = context.isRestored();
    CollectionGuard.check(
        context.getOperatorStateStore().getBroadcastState(CollectionGuard.STATE), target);
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    counters.save();
  }

  @Override
  public void open(OpenContext context) {
    chunks = new StoredChunks(getRuntimeContext().getMapState(CHUNKS));
    vectors = new StoredVectors(getRuntimeContext().getMapState(VECTORS));
    waiting = HeldArrivals.in(getRuntimeContext());
  }

  /**
   * Returns the resolver.
   *
   * @param now processing time; the first call defines the start time
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
  public void processElement(ResolveInput arrival, ReadOnlyContext context, Collector<Mutation> out)
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

  /**
   * Applies the input that waits for a snapshot, even if first touch was switched off meanwhile.
   */
  private void release(ReadOnlyContext context, Collector<Mutation> out) throws Exception {
    for (ResolveInput held : waiting.removeAll()) {
      metrics.resumed();
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

  /** Writes the whole state again after a rollback of Chroma. */
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
          ImageWorkingSet memory = memory(image, tableRead);
          Rewritten rewritten = rewrite.rewrite(memory);
          metrics.facts(memory.save());
          metrics.count(rewritten);
          all.name(image, rewritten);
          rewritten.mutations().forEach(out::collect);
        });
  }

  /**
   * Completes a snapshot of the whole table, all of whose items have been merged: every other image
   * is deleted.
   */
  private void endImages(Version asOf, Context context, Collector<Mutation> out) throws Exception {
    Version before = context.getBroadcastState(TABLE_READ).get(TABLE);
    if (before != null && !asOf.isAfter(before)) {
      return;
    }
    if (asOf.micros() < horizon.oldest(context.currentWatermark())) {
      LOG.warn(
          "A snapshot of the whole table became older than resolve.tombstone-retention while it was"
              + " read: some of its items are too late, so items that it lacks do not count as"
              + " deleted. as_of_micros={}",
          asOf.micros());
      return;
    }
    context.applyToKeyedState(
        CHUNKS,
        (image, state) -> {
          ImageWorkingSet memory = memory(image, before);
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

  private void take(ResolveInput arrival, ReadOnlyContext context, Collector<Mutation> out)
      throws Exception {
    ImageWorkingSet memory = memory(arrival.image(), tableReadAsOf(context));
    if (arrival.change() != null) {
      apply(arrival.change(), memory, context, out);
    } else if (arrival.listed() != null) {
      merge(arrival.listed(), memory, context, out);
    } else {
      follow(arrival.step(), memory, context, out);
    }
    metrics.facts(memory.save());
    // A snapshot registers its own timer.
    if (arrival.listed() == null) {
      review(arrival.image(), context.timerService());
    }
  }

  private void apply(
      FactChange change, ImageWorkingSet memory, ReadOnlyContext context, Collector<Mutation> out) {
    Resolution resolution =
        resolver(context.currentProcessingTime()).resolve(change, memory, oldest(context));
    metrics.count(change, resolution);
    if (resolution.outcome() == ChangeOutcome.TOO_LATE) {
      send(tooLate(change), context);
    }
    if (memory.isTombstone(change.entity())) {
      context.timerService().registerEventTimeTimer(horizon.due(change.version().micros()));
    }
    emit(resolution.causedBy(change.source()), change.image(), out);
  }

  /**
   * Merges a snapshot. It always registers a timer, because entities may have been removed, or
   * nothing may be left.
   */
  private void merge(
      SnapshotFacts listed,
      ImageWorkingSet memory,
      ReadOnlyContext context,
      Collector<Mutation> out) {
    Merged merged =
        resolver(context.currentProcessingTime()).merge(listed, memory, oldest(context));
    metrics.count(listed, merged);
    if (merged.withoutVector() > 0) {
      LOG.info(
          "A repair writes only the metadata of records, because their vectors are not kept;"
              + " records that Chroma has lost need their run again. image={} records={}",
          listed.image(),
          merged.withoutVector());
    }
    for (int i = 0; i < listed.facts().size(); i++) {
      if (merged.outcomes().get(i) == ChangeOutcome.TOO_LATE) {
        send(tooLate(listed.facts().get(i)), context);
      }
    }
    context.timerService().registerEventTimeTimer(horizon.due(listed.asOf().micros()));
    emit(merged.followed(), listed.image(), out);
  }

  private void follow(
      DeltaStep step, ImageWorkingSet memory, ReadOnlyContext context, Collector<Mutation> out) {
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
    ImageWorkingSet memory = memory(context.getCurrentKey(), tableReadAsOf(context));
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

  /** Registers the next review of an image; there is none after the end of the input. */
  private void review(String image, TimerService timers) {
    long watermark = timers.currentWatermark();
    if (watermark < Long.MAX_VALUE) {
      timers.registerEventTimeTimer(horizon.review(image, watermark));
    }
  }

  /**
   * Registers a timer again. The earlier timer may be missing: the retention may have been shorter
   * when it was registered.
   */
  private void remind(Long micros, LongUnaryOperator when, OnTimerContext context) {
    if (micros != null) {
      context.timerService().registerEventTimeTimer(when.applyAsLong(micros));
    }
  }

  /** Ends a delta. The report follows all mutations of the delta. */
  private void end(
      DeltaStep step, ImageWorkingSet memory, ReadOnlyContext context, Collector<Mutation> out) {
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
          "Deleted records were recreated, but their vectors are no longer kept; a new run must"
              + " supply the vectors. image={} records={}",
          image,
          resolution.missing());
    }
    resolution.mutations().forEach(out::collect);
  }

  private ImageWorkingSet memory(String image, Version tableReadAsOf) {
    return new ImageWorkingSet(image, chunks, vectors, tableReadAsOf);
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
