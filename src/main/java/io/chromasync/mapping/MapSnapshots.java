package io.chromasync.mapping;

import io.chromasync.model.Announcement;
import io.chromasync.model.EntityKey;
import io.chromasync.model.FactChange;
import io.chromasync.model.ItemChange;
import io.chromasync.model.ItemChange.Operation;
import io.chromasync.model.ResolveInput;
import io.chromasync.model.RunDelta;
import io.chromasync.model.SnapshotFacts;
import io.chromasync.model.SnapshotPart;
import io.chromasync.model.TableSnapshot;
import io.chromasync.model.TableSnapshot.Extent;
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
public final class MapSnapshots extends ProcessFunction<SnapshotPart, ResolveInput>
    implements CheckpointedFunction {

  /** Side output of completed snapshots of the whole table. */
  public static final OutputTag<Announcement> TABLES_READ =
      new OutputTag<>("tables-read", TypeInformation.of(Announcement.class));

  private static final long serialVersionUID = 1;

  private final Domain domain;
  private final boolean allRuns;

  private transient MappingMetrics metrics;

  /** Creates the function for the items of a domain; runs that are completed are not loaded. */
  public MapSnapshots(Domain domain) {
    this(domain, false);
  }

  /**
   * Creates the function for the items of a domain.
   *
   * @param allRuns true if the newest run of each scope is loaded even if its item marks it as
   *     completed, because it was completed for other collections
   */
  public MapSnapshots(Domain domain, boolean allRuns) {
    this.domain = domain;
    this.allRuns = allRuns;
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    metrics = MappingMetrics.of(context, getRuntimeContext());
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    metrics.save();
  }

  @Override
  public void processElement(SnapshotPart part, Context context, Collector<ResolveInput> out) {
    switch (part.kind()) {
      case ITEMS -> map(part.items(), context, out);
      case END -> context.output(TABLES_READ, Announcement.of(part.completedAsOf()));
    }
  }

  private void map(TableSnapshot snapshot, Context context, Collector<ResolveInput> out) {
    List<FactChange> facts = new ArrayList<>();
    List<EntityKey> unreadable = new ArrayList<>();
    Domain.Listing listing = domain.listing(allRuns || snapshot.runs());
    for (ItemChange change : changes(snapshot)) {
      MappedItem mapped = listing.map(change);
      metrics.count(mapped);
      if (mapped instanceof MappedItem.Fact fact) {
        facts.add(fact.change());
      } else if (mapped instanceof MappedItem.Rejected rejected) {
        if (rejected.entity() != null) {
          unreadable.add(rejected.entity());
        }
        context.output(MapItems.DEAD_LETTERS, rejected.deadLetter(change));
      }
    }
    boolean whole = snapshot.extent() == Extent.PARTITION;
    if (whole || !facts.isEmpty() || !unreadable.isEmpty()) {
      out.collect(
          ResolveInput.of(
              new SnapshotFacts(
                  snapshot.partition(),
                  snapshot.asOf(),
                  facts,
                  unreadable,
                  whole,
                  snapshot.repair())));
    }
    if (whole) {
      load(listing.runs(), context);
    }
  }

  private void load(List<RunDelta> deltas, Context context) {
    for (RunDelta delta : deltas) {
      metrics.pendingDelta();
      context.output(MapItems.DELTAS, delta);
    }
  }

  private List<ItemChange> changes(TableSnapshot snapshot) {
    List<ItemChange> changes = new ArrayList<>();
    String partitionKey = domain.partitionKey(snapshot.partition());
    for (String item : snapshot.items()) {
      changes.add(
          new ItemChange(
              Operation.LISTED,
              partitionKey,
              domain.sortKey(item),
              item,
              null,
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
