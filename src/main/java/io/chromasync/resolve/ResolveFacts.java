package io.chromasync.resolve;

import io.chromasync.model.Announcement;
import io.chromasync.model.DeadLetter;
import io.chromasync.model.EntityTree;
import io.chromasync.model.Mutation.UpdateKeys;
import io.chromasync.model.Projection;
import io.chromasync.model.ResolveInput;
import io.chromasync.model.Rollback;
import io.chromasync.model.SinkInput;
import io.chromasync.model.TargetCollections;
import io.chromasync.model.Version;
import io.chromasync.resolve.rules.Resolver;
import io.chromasync.resolve.rules.Rewrite;
import io.chromasync.resolve.rules.Rewrite.Rewritten;
import io.chromasync.resolve.rules.SnapshotMerge.Merged;
import io.chromasync.resolve.rules.WorkingSet;
import io.chromasync.resolve.rules.Writes;
import io.chromasync.runtime.DurableCounters;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ReadOnlyBroadcastState;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.co.KeyedBroadcastProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the facts of each partition in keyed state. Emits mutations when a fact changes, a delta
 * supplies vectors, or a snapshot is merged.
 *
 * <p>Key: partition id. Broadcast messages:
 *
 * <ul>
 *   <li>The snapshot timestamp of the whole table, once everything in it has been merged.
 *       Partitions that it does not list are then deleted.
 *   <li>A rollback of Chroma. Everything is then written again ({@link Rewrite}).
 * </ul>
 *
 * <p>Time is event time. A tombstone expires when the watermark has passed its removal by the
 * tombstone retention, so a replay of old changes expires nothing too early. Changes that cannot be
 * applied are emitted to {@link #DEAD_LETTERS}.
 *
 * <p>With first touch, input of a partition without state waits in state for the snapshot that
 * {@link FirstTouch} has requested.
 */
public final class ResolveFacts
    extends KeyedBroadcastProcessFunction<String, ResolveInput, Announcement, SinkInput>
    implements CheckpointedFunction {

  /**
   * Side output of changes that are too late to be classified, and of runs whose deltas cannot be
   * used.
   */
  public static final OutputTag<DeadLetter> DEAD_LETTERS = new OutputTag<>("unresolved") {};

  /** Side output of the answers to queries, each as a line of {@link PartitionDump}. */
  public static final OutputTag<String> QUERY_RESULTS =
      new OutputTag<>("query-results", Types.STRING);

  /** State of the snapshot timestamp of the whole table; its one key is {@link #TABLE}. */
  public static final MapStateDescriptor<String, Version> TABLE_READ =
      new MapStateDescriptor<>("table-read", Types.STRING, TypeInformation.of(Version.class));

  /** State of the last rewrite. */
  public static final MapStateDescriptor<String, Long> REWRITES = RewriteAll.STATE;

  private static final String TABLE = "table";

  private static final Logger LOG = LoggerFactory.getLogger(ResolveFacts.class);

  private final EntityTree tree;
  private final Projection projection;
  private final RetentionPolicy retention;
  private final boolean firstTouch;
  private final TargetCollections target;
  private final UpdateKeys updateKeys;

  private transient Resolver resolver;
  private transient StoredChunks chunks;
  private transient StoredVectors vectors;
  private transient HeldArrivals waiting;
  private transient ExpiryTimers timers;
  private transient ApplyInput input;
  private transient boolean isRestart;
  private transient DurableCounters counters;
  private transient ResolveMetrics metrics;

  /**
   * @param firstTouch true if input of an unknown partition waits for a snapshot of it
   * @param target collections to write to, which must be the collections that state belongs to
   */
  public ResolveFacts(
      EntityTree tree,
      Projection projection,
      ResolveSettings settings,
      boolean firstTouch,
      TargetCollections target,
      UpdateKeys updateKeys) {
    this.tree = tree;
    this.projection = projection;
    this.updateKeys = updateKeys;
    this.retention = new RetentionPolicy(settings);
    this.firstTouch = firstTouch;
    this.target = target;
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    counters = DurableCounters.of(context, getRuntimeContext().getMetricGroup());
    metrics = new ResolveMetrics(counters, tree);
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
    chunks = new StoredChunks(getRuntimeContext().getMapState(StoredChunks.state(tree)), tree);
    vectors = new StoredVectors(getRuntimeContext().getMapState(StoredVectors.STATE));
    waiting = HeldArrivals.in(getRuntimeContext());
    timers = new ExpiryTimers(retention, metrics);
    input = new ApplyInput(this::resolver, timers, metrics);
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
  public void processElement(
      ResolveInput arrival, ReadOnlyContext context, Collector<SinkInput> out) throws Exception {
    if (arrival.kind() == ResolveInput.Kind.QUERY) {
      context.output(QUERY_RESULTS, dump(arrival.query(), context).line(tree));
      return;
    }
    boolean waits = firstTouch && arrival.kind() != ResolveInput.Kind.ORPHAN;
    boolean unknown = waits && chunks.isEmpty() && tableReadAsOf(context) == null;
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

  /** Copies the state of the current partition. */
  private PartitionDump dump(ResolveInput.Query query, ReadOnlyContext context) throws Exception {
    return new PartitionDump(
        query.id(),
        query.partition(),
        context.currentProcessingTime(),
        tableReadAsOf(context),
        chunks.copy(),
        vectors.versions(),
        waiting.size());
  }

  /**
   * Applies the input that waits for a snapshot, even if first touch was switched off meanwhile.
   */
  private void release(ReadOnlyContext context, Collector<SinkInput> out) throws Exception {
    for (ResolveInput held : waiting.removeAll()) {
      metrics.resumed();
      take(held, context, out);
    }
  }

  @Override
  public void processBroadcastElement(
      Announcement announcement, Context context, Collector<SinkInput> out) throws Exception {
    switch (announcement.kind()) {
      case TABLE_READ -> endPartitions(announcement.tableReadAsOf(), context, out);
      case ROLLBACK -> {
        rewrite(announcement.rollback(), context, out);
        out.collect(SinkInput.rewritten(announcement.rollback()));
      }
    }
  }

  /** Writes the whole state again after a rollback of Chroma. */
  private void rewrite(Rollback rollback, Context context, Collector<SinkInput> out)
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
        StoredChunks.state(tree),
        (partition, state) -> {
          WorkingSet memory = memory(partition, tableRead);
          Rewritten rewritten = rewrite.rewrite(memory);
          metrics.facts(memory.save());
          metrics.count(rewritten);
          all.name(partition, rewritten);
          rewritten.mutations().forEach(mutation -> out.collect(SinkInput.of(mutation)));
        });
  }

  /**
   * Completes a snapshot of the whole table, all of whose items have been merged: every other
   * partition is deleted.
   */
  private void endPartitions(Version asOf, Context context, Collector<SinkInput> out)
      throws Exception {
    Version before = context.getBroadcastState(TABLE_READ).get(TABLE);
    if (before != null && !asOf.isAfter(before)) {
      return;
    }
    if (asOf.micros() < retention.oldest(context.currentWatermark())) {
      LOG.warn(
          "A snapshot of the whole table became older than resolve.tombstone-retention while it was"
              + " read: some of its items are too late, so items that it lacks do not count as"
              + " deleted. as_of_micros={}",
          asOf.micros());
      return;
    }
    context.applyToKeyedState(
        StoredChunks.state(tree),
        (partition, state) -> {
          WorkingSet memory = memory(partition, before);
          Merged merged = resolver(context.currentProcessingTime()).close(asOf, memory);
          metrics.facts(memory.save());
          metrics.count(merged);
          input.emit(merged.followed(), partition, out);
        });
    tableRead(context.getBroadcastState(TABLE_READ), asOf);
    metrics.tableRead();
  }

  static void tableRead(BroadcastState<String, Version> state, Version asOf) throws Exception {
    state.put(TABLE, asOf);
  }

  private void take(ResolveInput arrival, ReadOnlyContext context, Collector<SinkInput> out)
      throws Exception {
    WorkingSet memory = memory(arrival.partition(), tableReadAsOf(context));
    input.apply(arrival, memory, context, out);
    metrics.facts(memory.save());
    // A snapshot registers its own timer.
    if (arrival.listed() == null) {
      timers.review(arrival.partition(), context.timerService());
    }
  }

  private WorkingSet memory(String partition, Version tableReadAsOf) {
    return new WorkingSet(tree, partition, chunks, vectors, tableReadAsOf);
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext context, Collector<SinkInput> out)
      throws Exception {
    String partition = context.getCurrentKey();
    WorkingSet memory = memory(partition, tableReadAsOf(context));
    timers.expire(timestamp, memory, context.timerService());
    if (!chunks.isEmpty()) {
      timers.review(partition, context.timerService());
    }
  }

  private static Version tableReadAsOf(ReadOnlyContext context) throws Exception {
    ReadOnlyBroadcastState<String, Version> state = context.getBroadcastState(TABLE_READ);
    return state.get(TABLE);
  }
}
