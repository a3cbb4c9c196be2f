package io.chromasync.resolve.rules;

import io.chromasync.model.DeltaStep;
import io.chromasync.model.Embedding;
import io.chromasync.model.EntityKey;
import io.chromasync.model.FactChange;
import io.chromasync.model.FactRegister;
import io.chromasync.model.Mutation;
import io.chromasync.model.Projection;
import io.chromasync.model.RecordKey;
import io.chromasync.model.RunReport;
import io.chromasync.model.SnapshotFacts;
import io.chromasync.model.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Updates the working set of a partition by a change of a fact, a snapshot, or a step of a run's
 * vector batch, and returns the resulting mutations. It selects the records to check and the
 * deletes by filter; {@link RecordReconciler} decides about each record.
 *
 * <p>Pure, except that it changes the given {@link WorkingSet}.
 */
public final class Resolver {

  /** Index of the run's id in the fact of a batch. */
  private static final int RUN = 0;

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
  public Resolution resolve(FactChange change, WorkingSet memory, long oldest) {
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
  public SnapshotMerge.Merged merge(SnapshotFacts listed, WorkingSet memory, long oldest) {
    return new SnapshotMerge(projection, memory, writes, listed, oldest).merge();
  }

  /**
   * Completes a snapshot of the whole table, after everything that it contains of the partition was
   * merged: older facts that it does not contain count as deleted.
   */
  public SnapshotMerge.Merged close(Version asOf, WorkingSet memory) {
    FactRegister read = memory.entry(EntityKey.SNAPSHOT);
    SnapshotFacts rest = SnapshotFacts.noMore(memory.partition(), asOf);
    boolean isClosed = read != null && !asOf.isAfter(read.version());
    return isClosed
        ? SnapshotMerge.nothing()
        : new SnapshotMerge(projection, memory, writes, rest, Long.MIN_VALUE).merge();
  }

  /**
   * Deletes a record that an audit found in Chroma, unless state shows it, or has not seen every
   * change of the partition, so that a run from before the job may have supplied it. The id is all
   * that is known: a delete by filter misses a record whose metadata name another.
   */
  public Resolution orphan(RecordKey orphan, WorkingSet memory) {
    if (!memory.sawAllBelow(EntityKey.PARTITION) || isShown(orphan, memory)) {
      return Resolution.nothing(ChangeOutcome.SUPERSEDED);
    }
    Version cause = memory.entry(EntityKey.PARTITION).version();
    Mutation delete = Mutation.delete(orphan, cause);
    return new Resolution(ChangeOutcome.APPLIED, List.of(delete), 0, 0, 0);
  }

  private static boolean isShown(RecordKey record, WorkingSet memory) {
    return memory.written(record.collection(), EntityKey.PARTITION).entrySet().stream()
        .anyMatch(
            each ->
                each.getValue().isShown()
                    && memory.record(record.collection(), each.getKey()).id().equals(record.id()));
  }

  /** Opens a delta: its rows are a fact, and the newest delta takes effect. */
  public Resolution open(DeltaStep loaded, WorkingSet memory, long oldest) {
    DeltaStep step = known(loaded, memory);
    FactChange change =
        new FactChange(
            step.partition(), step.batch(), step.contents(), step.version(), false, false, null);
    Resolution resolution = resolve(change, memory, oldest);
    return resolution.outcome() == ChangeOutcome.SUPERSEDED ? endRows(change, memory) : resolution;
  }

  /**
   * Reconciles the rows of a superseded delta. A run before a crash may have written them, unknown
   * to the restored state, and a replay writes nothing for them.
   */
  private Resolution endRows(FactChange superseded, WorkingSet memory) {
    RecordReconciler records =
        new RecordReconciler(projection, memory, Writes.WHOLE, superseded.version(), false);
    memory
        .tree()
        .records(superseded.partition(), superseded.entity(), superseded.fact())
        .forEach(records::follow);
    return new Resolution(ChangeOutcome.SUPERSEDED, records.mutations(), 0, 0, records.missing());
  }

  /** Applies the vector of a delta that was opened before. */
  public Resolution bring(DeltaStep loaded, WorkingSet memory) {
    DeltaStep step = known(loaded, memory);
    Embedding embedding = step.embedding();
    FactRegister newest = memory.entry(step.batch());
    if (newest == null || step.version().isAfter(newest.version())) {
      return Resolution.nothing(ChangeOutcome.TOO_LATE);
    }
    boolean isReplaced = memory.tree().of(step.collection()).replaced();
    if (isReplaced && newest.version().isAfter(step.version())) {
      return Resolution.nothing(ChangeOutcome.SUPERSEDED);
    }
    RecordReconciler records =
        new RecordReconciler(projection, memory, writes, step.version(), step.redriven());
    ChangeOutcome outcome = records.accept(embedding, step.version());
    return new Resolution(outcome, records.mutations(), 0, 0, records.missing());
  }

  /** Report of a completed delta; null if it arrived too late to be used. */
  public RunReport report(DeltaStep loaded, WorkingSet memory) {
    DeltaStep step = known(loaded, memory);
    FactRegister newest = memory.entry(step.batch());
    if (newest == null || step.version().isAfter(newest.version())) {
      return null;
    }
    long merged =
        memory.written(step.collection(), step.delta().scope()).values().stream()
            .filter(written -> written.isShown() && written.vector().equals(step.version()))
            .count();
    return RunReport.completed(step.delta(), (int) merged);
  }

  private Resolution follow(
      FactChange change, FactRegister before, WorkingSet memory, ChangeOutcome outcome) {
    List<Mutation> mutations = new ArrayList<>(deletes(change, before, memory));
    RecordReconciler records =
        new RecordReconciler(projection, memory, writes, change.version(), change.redriven());
    records.acceptOwn(change, outcome);
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
   * Deletes every record below a removed entity, even records without a fact: the job may have
   * started after they were written. A late removal of a recreated entity does the same, but
   * excludes records with newer vectors. A redriven removal is repeated only while the entity is
   * still deleted.
   */
  private List<Mutation> deletes(FactChange change, FactRegister before, WorkingSet memory) {
    EntityKey entity = change.entity();
    if (entity.kind().isBatch()) {
      return DeletesByFilter.byBatch(
          entity, change.fact(), change.version(), change.version(), memory);
    }
    Version known = before == null ? null : before.removed();
    boolean again = change.redriven() && memory.isTombstone(entity);
    if (Objects.equals(known, memory.removal(entity)) && !again) {
      return List.of();
    }
    return DeletesByFilter.below(entity, change.version(), memory);
  }

  /**
   * Sets the version that the run has in state, for a run that is loaded again from its item. The
   * item does not contain the version of its INSERT.
   */
  private static DeltaStep known(DeltaStep step, WorkingSet memory) {
    FactRegister newest = memory.entry(step.batch());
    boolean isKnown =
        step.redriven()
            && newest != null
            && newest.fact() != null
            && step.delta().run().equals(newest.fact().text(RUN));
    return isKnown ? step.withVersion(newest.version()) : step;
  }

  private static int tombstones(FactRegister before, FactRegister after) {
    int was = before != null && before.isTombstone() ? 1 : 0;
    return (after.isTombstone() ? 1 : 0) - was;
  }
}
