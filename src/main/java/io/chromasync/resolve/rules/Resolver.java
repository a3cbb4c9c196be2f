package io.chromasync.resolve.rules;

import io.chromasync.model.Collection;
import io.chromasync.model.DeltaStep;
import io.chromasync.model.Embedding;
import io.chromasync.model.EntityKey;
import io.chromasync.model.EntityType;
import io.chromasync.model.Fact;
import io.chromasync.model.FactChange;
import io.chromasync.model.FactRegister;
import io.chromasync.model.Mutation;
import io.chromasync.model.Projection;
import io.chromasync.model.RunReport;
import io.chromasync.model.SnapshotFacts;
import io.chromasync.model.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Derives mutations from one change of a fact, or one step of a delta. It selects the records to
 * check and the deletes by filter; {@link RecordReconciler} decides about each record.
 *
 * <p>Pure, except that it changes the given {@link ImageWorkingSet}.
 */
public final class Resolver {

  private final Projection projection;
  private final Writes writes;

  /**
   * Creates the resolver.
   *
   * @param writes policy of how much of a record is written
   */
  public Resolver(Projection projection, Writes writes) {
    this.projection = projection;
    this.writes = writes;
  }

  /**
   * Stores the change and returns its consequences.
   *
   * @param oldest event time in microseconds before which a change of an unknown entity is too late
   */
  public Resolution resolve(FactChange change, ImageWorkingSet memory, long oldest) {
    EntityKey entity = change.entity();
    FactRegister before = memory.entryBefore(entity, change.version());
    if (before == null && change.version().micros() < oldest) {
      return Resolution.nothing(ChangeOutcome.TOO_LATE);
    }
    FactRegister after = LastWriterWins.fold(before, change);
    ChangeOutcome outcome = LastWriterWins.outcome(before, change);
    FactRegister stored = memory.entry(entity);
    if (after.equals(stored) && !change.redriven()) {
      return Resolution.nothing(outcome);
    }
    memory.put(entity, after);
    return follow(change, stored, memory, memory.classified(change, outcome));
  }

  /**
   * Merges a snapshot.
   *
   * @param oldest as for {@link #resolve}
   */
  public SnapshotMerge.Merged merge(SnapshotFacts listed, ImageWorkingSet memory, long oldest) {
    return new SnapshotMerge(projection, memory, writes, listed, oldest).merge();
  }

  /**
   * Completes a snapshot of the whole table, after everything that it contains of the image was
   * merged: older facts that it does not contain count as deleted.
   */
  public SnapshotMerge.Merged close(Version asOf, ImageWorkingSet memory) {
    FactRegister read = memory.entry(EntityKey.snapshot());
    SnapshotFacts rest = SnapshotFacts.noMore(memory.image(), asOf);
    boolean isClosed = read != null && !asOf.isAfter(read.version());
    return isClosed
        ? SnapshotMerge.nothing()
        : new SnapshotMerge(projection, memory, writes, rest, Long.MIN_VALUE).merge();
  }

  /** Opens a delta: its rows are a fact, and the newest delta takes effect. */
  public Resolution open(DeltaStep loaded, ImageWorkingSet memory, long oldest) {
    DeltaStep step = known(loaded, memory);
    FactChange change =
        new FactChange(
            step.image(), deltaOf(step), Fact.of(step.opens()), step.version(), false, false, null);
    Resolution resolution = resolve(change, memory, oldest);
    return resolution.outcome() == ChangeOutcome.SUPERSEDED ? endRows(change, memory) : resolution;
  }

  /**
   * Reconciles the rows of a superseded delta. A run before a crash may have written them, unknown
   * to the restored state, and a replay writes nothing for them.
   */
  private Resolution endRows(FactChange superseded, ImageWorkingSet memory) {
    RecordReconciler records =
        new RecordReconciler(projection, memory, Writes.WHOLE, superseded.version(), false);
    superseded.fact().delta().rows().stream()
        .map(row -> Sweeps.rowOf(superseded.image(), superseded.entity(), row))
        .forEach(records::follow);
    return new Resolution(ChangeOutcome.SUPERSEDED, records.mutations(), 0, 0, records.missing());
  }

  /** Applies the vector of a delta that was opened before. */
  public Resolution bring(DeltaStep loaded, ImageWorkingSet memory) {
    DeltaStep step = known(loaded, memory);
    Embedding embedding = step.embedding();
    FactRegister newest = memory.entry(deltaOf(step));
    if (newest == null || step.version().isAfter(newest.version())) {
      return Resolution.nothing(ChangeOutcome.TOO_LATE);
    }
    boolean isOfRow = step.collection() == Collection.LINES;
    if (isOfRow && newest.version().isAfter(step.version())) {
      return Resolution.nothing(ChangeOutcome.SUPERSEDED);
    }
    RecordReconciler records =
        new RecordReconciler(projection, memory, writes, step.version(), step.redriven());
    ChangeOutcome outcome = records.accept(embedding, step.version());
    return new Resolution(outcome, records.mutations(), 0, 0, records.missing());
  }

  /** Report of a completed delta; null if it arrived too late to be used. */
  public RunReport report(DeltaStep loaded, ImageWorkingSet memory) {
    DeltaStep step = known(loaded, memory);
    FactRegister newest = memory.entry(deltaOf(step));
    if (newest == null || step.version().isAfter(newest.version())) {
      return null;
    }
    long merged =
        memory.written(step.collection(), EntityKey.receipt(step.receipt())).values().stream()
            .filter(written -> written.isShown() && written.vector().equals(step.version()))
            .count();
    return RunReport.completed(step.ends(), (int) merged);
  }

  private Resolution follow(
      FactChange change, FactRegister before, ImageWorkingSet memory, ChangeOutcome outcome) {
    List<Mutation> mutations = new ArrayList<>(sweeps(change, before, memory));
    RecordReconciler records =
        new RecordReconciler(projection, memory, writes, change.version(), change.redriven());
    int unchanged =
        records.followAll(records.affected(change.entity(), before == null ? null : before.fact()));
    mutations.addAll(records.mutations());
    return new Resolution(
        outcome,
        mutations,
        tombstones(before, memory.entry(change.entity())),
        unchanged,
        records.missing());
  }

  /**
   * Deletes every record below a removed image, receipt or line, even records without a fact: the
   * job may have started after they were written. A late removal of a recreated entity does the
   * same, but excludes records with newer vectors. A redriven removal is repeated only while the
   * entity is still deleted.
   */
  private List<Mutation> sweeps(FactChange change, FactRegister before, ImageWorkingSet memory) {
    EntityKey entity = change.entity();
    if (entity.type() == EntityType.DELTA) {
      return Sweeps.byDelta(entity, change.fact(), change.version(), change.version(), memory);
    }
    Version known = before == null ? null : before.removed();
    boolean again = change.redriven() && memory.isTombstone(entity);
    if (Objects.equals(known, memory.removal(entity)) && !again) {
      return List.of();
    }
    return Sweeps.below(entity, change.version(), memory);
  }

  /**
   * Sets the version that the run has in state, for a run that is loaded again from its item. The
   * item does not contain the version of its INSERT.
   */
  private static DeltaStep known(DeltaStep step, ImageWorkingSet memory) {
    FactRegister newest = memory.entry(deltaOf(step));
    boolean isKnown =
        step.redriven()
            && newest != null
            && newest.fact() != null
            && step.run().equals(newest.fact().delta().run());
    return isKnown ? step.withVersion(newest.version()) : step;
  }

  private static int tombstones(FactRegister before, FactRegister after) {
    int was = before != null && before.isTombstone() ? 1 : 0;
    return (after.isTombstone() ? 1 : 0) - was;
  }

  private static EntityKey deltaOf(DeltaStep step) {
    return EntityKey.delta(step.receipt(), step.collection());
  }
}
