package io.chromasync.resolve;

import io.chromasync.model.EntityTree;
import io.chromasync.model.Projection;
import io.chromasync.model.SnapshotFacts;
import io.chromasync.model.Version;
import io.chromasync.resolve.rules.HeapChunks;
import io.chromasync.resolve.rules.NoVectors;
import io.chromasync.resolve.rules.PartitionState;
import io.chromasync.resolve.rules.Resolver;
import io.chromasync.resolve.rules.SnapshotMerge.Merged;
import io.chromasync.resolve.rules.WorkingSet;
import io.chromasync.resolve.rules.Writes;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Resolves a snapshot of the whole table on its own. The result is the state that {@link
 * ResolveFacts} would have after merging only this snapshot. No mutations are sent to Chroma; state
 * marks their records as written.
 *
 * <p>Key: partition id. For bounded input: a partition is resolved when its input ends. Its pieces
 * are merged in order of their snapshot timestamps, and pieces with the same timestamp together. A
 * partition without a parsed item is omitted, because the end of the snapshot implies its absence.
 * In batch mode Flink supplies the partitions consecutively.
 */
public final class ResolveSnapshot
    extends KeyedProcessFunction<String, SnapshotFacts, PartitionState> {

  private static final long serialVersionUID = 1;

  private static final ListStateDescriptor<SnapshotFacts> PIECES =
      new ListStateDescriptor<>("pieces", SnapshotFacts.class);

  private final EntityTree tree;
  private final Projection projection;
  private final RetentionPolicy retention;
  private final Version asOf;

  private transient Resolver resolver;
  private transient ListState<SnapshotFacts> pieces;

  /**
   * @param asOf timestamp of the whole snapshot; entities that it does not list are deleted
   */
  public ResolveSnapshot(
      EntityTree tree, Projection projection, ResolveSettings settings, Version asOf) {
    this.tree = tree;
    this.projection = projection;
    this.retention = new RetentionPolicy(settings);
    this.asOf = asOf;
  }

  @Override
  public void open(OpenContext context) {
    resolver = new Resolver(projection, Writes.UNSENT);
    pieces = getRuntimeContext().getListState(PIECES);
  }

  @Override
  public void processElement(SnapshotFacts piece, Context context, Collector<PartitionState> out)
      throws Exception {
    pieces.add(piece);
    context.timerService().registerEventTimeTimer(Long.MAX_VALUE);
  }

  @Override
  public void onTimer(long end, OnTimerContext context, Collector<PartitionState> out)
      throws Exception {
    TreeMap<Version, SnapshotFacts> all = new TreeMap<>();
    for (SnapshotFacts piece : pieces.get()) {
      all.merge(piece.asOf(), piece, ResolveSnapshot::join);
    }
    pieces.clear();
    PartitionState partition = resolve(context.getCurrentKey(), all.values());
    if (partition.facts() > 0) {
      out.collect(partition);
    }
  }

  private static SnapshotFacts join(SnapshotFacts one, SnapshotFacts other) {
    return new SnapshotFacts(
        one.partition(),
        one.asOf(),
        concat(one.facts(), other.facts()),
        concat(one.unreadable(), other.unreadable()),
        one.whole() || other.whole(),
        one.repair() || other.repair());
  }

  private static <T> List<T> concat(List<T> one, List<T> other) {
    return Stream.concat(one.stream(), other.stream()).toList();
  }

  private PartitionState resolve(String partition, Collection<SnapshotFacts> oldestFirst) {
    HeapChunks chunks = new HeapChunks();
    TreeSet<Long> timers = new TreeSet<>();
    int tombstones = 0;
    for (SnapshotFacts listed : oldestFirst) {
      WorkingSet memory = new WorkingSet(tree, partition, chunks, new NoVectors(), null);
      tombstones += tombstones(resolver.merge(listed, memory, Long.MIN_VALUE));
      memory.save();
      timers.add(retention.due(listed.asOf().micros()));
    }
    if (chunks.isEmpty()) {
      return new PartitionState(partition, Map.of(), List.of(), 0);
    }
    WorkingSet memory = new WorkingSet(tree, partition, chunks, new NoVectors(), null);
    tombstones += tombstones(resolver.close(asOf, memory));
    memory.save();
    return new PartitionState(partition, chunks.byPath(), List.copyOf(timers), tombstones);
  }

  private static int tombstones(Merged merged) {
    return merged.followed().tombstones();
  }
}
