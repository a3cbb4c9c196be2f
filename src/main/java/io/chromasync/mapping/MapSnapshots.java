package io.chromasync.mapping;

import io.chromasync.config.DurableCounters;
import io.chromasync.model.DeadLetter;
import io.chromasync.model.EntityKey;
import io.chromasync.model.FactChange;
import io.chromasync.model.ItemChange;
import io.chromasync.model.ItemChange.Operation;
import io.chromasync.model.ListedFacts;
import io.chromasync.model.RunDelta;
import io.chromasync.model.TableSnapshot;
import io.chromasync.model.TableSnapshot.Extent;
import io.chromasync.model.Version;
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
 * Turns readings of the table into the facts that they list. An item that is listed restates what
 * is there: it is a MODIFY that alters nothing. That the whole table was read leaves by {@link
 * #TABLES_READ}, the deltas of runs that nobody has merged by {@link MapItems#DELTAS}, what cannot
 * be understood by {@link MapItems#DEAD_LETTERS}.
 *
 * <p>Counts as {@link MapItems} does; keeps only its counters.
 */
public final class MapSnapshots extends ProcessFunction<TableSnapshot, ListedFacts>
    implements CheckpointedFunction {

  /** As of when the whole table was read. */
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
  public void processElement(TableSnapshot snapshot, Context context, Collector<ListedFacts> out) {
    if (snapshot.extent() == Extent.TABLE) {
      context.output(TABLES_READ, snapshot.asOf());
      return;
    }
    List<FactChange> facts = new ArrayList<>();
    List<EntityKey> unreadable = new ArrayList<>();
    PendingRuns runs = new PendingRuns(snapshot.runs());
    for (ItemChange change : changes(snapshot)) {
      Meaning meaning = ItemMapper.meaningOfListed(change, runs);
      metrics.count(meaning);
      if (meaning instanceof Meaning.Fact fact) {
        facts.add(fact.change());
      } else if (meaning instanceof Meaning.Rejected rejected) {
        addEntity(change, unreadable);
        context.output(
            MapItems.DEAD_LETTERS,
            new DeadLetter(change, rejected.entity(), rejected.reason(), rejected.detail()));
      }
    }
    boolean whole = snapshot.extent() == Extent.PARTITION;
    if (whole || !facts.isEmpty() || !unreadable.isEmpty()) {
      out.collect(
          new ListedFacts(
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
    String partitionKey = ItemKeys.partitionOf(snapshot.image());
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
