package io.chromasync.mapping;

import io.chromasync.model.DeadLetter;
import io.chromasync.model.EntityKey;
import io.chromasync.model.FactChange;
import io.chromasync.model.ItemChange;
import io.chromasync.model.ItemChange.Operation;
import io.chromasync.model.ItemKey;
import io.chromasync.model.RunDelta;
import io.chromasync.model.SnapshotFacts;
import io.chromasync.model.TableSnapshot;
import io.chromasync.model.TableSnapshot.Extent;
import io.chromasync.model.Version;
import io.chromasync.runtime.DurableCounters;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Maps snapshots to the facts that they list. A listed item is a no-op update: a MODIFY that alters
 * nothing. Side outputs:
 *
 * <ul>
 *   <li>{@link #TABLES_READ}: completed snapshots of the whole table
 *   <li>{@link MapItems#DELTAS}: deltas of runs that have not been merged
 *   <li>{@link MapItems#DEAD_LETTERS}: rejected items
 * </ul>
 *
 * <p>Counts as {@link MapItems} does; state consists of counters only.
 */
public final class MapSnapshots extends ProcessFunction<TableSnapshot, SnapshotFacts>
    implements CheckpointedFunction {

  /** Side output of the snapshot timestamps of the whole table. */
  public static final OutputTag<Version> TABLES_READ =
      new OutputTag<>("tables-read", TypeInformation.of(Version.class));

  private static final long serialVersionUID = 1;

  private transient DurableCounters counters;
  private transient MappingMetrics metrics;

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    counters = DurableCounters.of(context, getRuntimeContext().getMetricGroup());
    metrics = new MappingMetrics(counters);
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    counters.save();
  }

  @Override
  public void processElement(
      TableSnapshot snapshot, Context context, Collector<SnapshotFacts> out) {
    if (snapshot.extent() == Extent.TABLE) {
      context.output(TABLES_READ, snapshot.asOf());
      return;
    }
    List<FactChange> facts = new ArrayList<>();
    List<EntityKey> unreadable = new ArrayList<>();
    PendingRuns runs = new PendingRuns(snapshot.runs());
    for (ItemChange change : changes(snapshot)) {
      MappedItem meaning = ItemMapper.meaningOfListed(change, runs);
      metrics.count(meaning);
      if (meaning instanceof MappedItem.Fact fact) {
        facts.add(fact.change());
      } else if (meaning instanceof MappedItem.Rejected rejected) {
        addEntity(change, unreadable);
        context.output(
            MapItems.DEAD_LETTERS,
            new DeadLetter(change, rejected.entity(), rejected.reason(), rejected.detail()));
      }
    }
    boolean whole = snapshot.extent() == Extent.PARTITION;
    if (whole || !facts.isEmpty() || !unreadable.isEmpty()) {
      out.collect(
          new SnapshotFacts(
              snapshot.image(), snapshot.asOf(), facts, unreadable, whole, snapshot.repair()));
    }
    if (whole) {
      load(runs.deltas(), context);
    }
  }

  private static void addEntity(ItemChange change, List<EntityKey> entities) {
    EntityKey entity = change.sortKey() == null ? null : ItemKeys.entity(change.sortKey());
    if (entity != null) {
      entities.add(entity);
    }
  }

  private void load(List<RunDelta> deltas, Context context) {
    for (RunDelta delta : deltas) {
      counters.counter("pending_deltas_listed").inc();
      context.output(MapItems.DELTAS, delta);
    }
  }

  private static List<ItemChange> changes(TableSnapshot snapshot) {
    List<ItemChange> changes = new ArrayList<>();
    String partitionKey = ItemKey.partitionOf(snapshot.image());
    for (String item : snapshot.items()) {
      changes.add(
          new ItemChange(
              Operation.MODIFY,
              partitionKey,
              Item.sortKeyOf(item),
              item,
              item,
              snapshot.asOf(),
              snapshot.origin()));
    }
    for (String sortKey : snapshot.gone()) {
      changes.add(
          new ItemChange(
              Operation.REMOVE,
              partitionKey,
              sortKey,
              null,
              null,
              snapshot.asOf(),
              snapshot.origin()));
    }
    return changes;
  }
}
