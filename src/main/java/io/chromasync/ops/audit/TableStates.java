package io.chromasync.ops.audit;

import io.chromasync.delta.DeltaArchive;
import io.chromasync.mapping.Domain;
import io.chromasync.model.DeltaStep;
import io.chromasync.model.EntityKey;
import io.chromasync.model.Fact;
import io.chromasync.model.FactChange;
import io.chromasync.model.Mutation.UpdateKeys;
import io.chromasync.model.Projection;
import io.chromasync.model.RunDelta;
import io.chromasync.model.SnapshotFacts;
import io.chromasync.model.Version;
import io.chromasync.ops.JobTable;
import io.chromasync.ops.TableFacts;
import io.chromasync.ops.audit.AuditReport.Unverified;
import io.chromasync.resolve.PartitionDump;
import io.chromasync.resolve.rules.HeapChunks;
import io.chromasync.resolve.rules.HeapVectors;
import io.chromasync.resolve.rules.Resolver;
import io.chromasync.resolve.rules.WorkingSet;
import io.chromasync.resolve.rules.Writes;
import io.chromasync.snapshot.TableReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * States that a new job would have after a snapshot of the table, with the vectors of the newest
 * runs: what Chroma should show if no job can be asked. A partition with a delta that cannot be
 * read has no state, and is unverified.
 */
final class TableStates implements States {

  /** Version of all items. */
  private static final Version ITEMS = new Version(1, "");

  private final Domain domain;
  private final JobTable job;
  private final TableReader reader;
  private final DeltaArchive archive;
  private final Resolver resolver;
  private final Consumer<Unverified> unverified;

  /**
   * @param unverified receives each partition without a state
   */
  TableStates(
      Domain domain,
      Projection projection,
      JobTable job,
      TableReader reader,
      DeltaArchive archive,
      Consumer<Unverified> unverified) {
    this.domain = domain;
    this.job = job;
    this.reader = reader;
    this.archive = archive;
    this.resolver = new Resolver(projection, Writes.ofFirstStart(UpdateKeys.ALL));
    this.unverified = unverified;
  }

  @Override
  public void read(Collection<String> partitions, Consumer<PartitionDump> states)
      throws IOException {
    for (String partition : partitions) {
      TableFacts table = job.facts(partition, reader);
      HeapChunks chunks = new HeapChunks();
      WorkingSet memory = new WorkingSet(domain.tree(), partition, chunks, new HeapVectors(), null);
      resolver.merge(listed(partition, table), memory, Long.MIN_VALUE);
      if (load(table.runs(), memory)) {
        memory.save();
        states.accept(new PartitionDump("", partition, Long.MIN_VALUE, null, chunks, Map.of(), 0));
      }
    }
  }

  private static SnapshotFacts listed(String partition, TableFacts table) {
    List<FactChange> changes = new ArrayList<>();
    for (Map.Entry<EntityKey, Fact> each : table.facts().entrySet()) {
      changes.add(
          new FactChange(
              partition,
              each.getKey(),
              each.getValue(),
              ITEMS,
              false,
              true,
              null,
              table.vectors().get(each.getKey())));
    }
    return new SnapshotFacts(partition, ITEMS, changes, List.copyOf(table.rejected()), true, false);
  }

  private boolean load(List<RunDelta> runs, WorkingSet memory) {
    for (RunDelta run : runs) {
      try {
        for (DeltaStep step : archive.steps(run)) {
          switch (step.kind()) {
            case OPENS -> resolver.open(step, memory, Long.MIN_VALUE);
            case BRINGS -> resolver.bring(step, memory);
            case ENDS -> {}
          }
        }
      } catch (IOException e) {
        unverified.accept(
            new Unverified(
                run.partition(), "run %s cannot be read: %s".formatted(run.run(), e.getMessage())));
        return false;
      }
    }
    return true;
  }
}
