package io.chromasync.resolve;

import io.chromasync.model.Collection;
import io.chromasync.model.DeltaStep;
import io.chromasync.model.Embedding;
import io.chromasync.model.EntityKey;
import io.chromasync.model.EntityType;
import io.chromasync.model.Entry;
import io.chromasync.model.Fact;
import io.chromasync.model.FactChange;
import io.chromasync.model.ListedFacts;
import io.chromasync.model.Mutation;
import io.chromasync.model.Projection;
import io.chromasync.model.RunReport;
import io.chromasync.model.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What follows from one change of a fact, or one step of a delta. {@link Records} decides for each
 * record; here is which records are looked at, and what is swept.
 *
 * <p>Pure but for the {@link ImageMemory} it is given.
 */
final class Resolver {

  private final Projection projection;
  private final Writes writes;

  Resolver(Projection projection, Writes writes) {
    this.projection = projection;
    this.writes = writes;
  }

  /**
   * Remembers the change and says what follows.
   *
   * @param oldest event time in microseconds before which a change of an unknown entity is too late
   */
  Resolution resolve(FactChange change, ImageMemory memory, long oldest) {
    EntityKey entity = change.entity();
    Entry before = memory.entryBefore(entity, change.version());
    if (before == null && change.version().micros() < oldest) {
      return Resolution.nothing(Outcome.TOO_LATE);
    }
    Entry after = LastWriterWins.fold(before, change);
    Outcome outcome = LastWriterWins.outcome(before, change);
    Entry stored = memory.entry(entity);
    if (after.equals(stored) && !change.redriven()) {
      return Resolution.nothing(outcome);
    }
    memory.put(entity, after);
    return follow(change, stored, memory, memory.judged(change, outcome));
  }

  /**
   * Merges a reading of the table.
   *
   * @param oldest as for {@link #resolve}
   */
  SnapshotMerge.Merged merge(ListedFacts listed, ImageMemory memory, long oldest) {
    return new SnapshotMerge(projection, memory, writes, listed, oldest).merge();
  }

  /** The whole table was read, and all that it lists of the image was merged: there is no more. */
  SnapshotMerge.Merged close(Version asOf, ImageMemory memory) {
    Entry read = memory.entry(EntityKey.snapshot());
    ListedFacts rest = ListedFacts.noMore(memory.image(), asOf);
    boolean isClosed = read != null && !asOf.isAfter(read.version());
    return isClosed
        ? SnapshotMerge.nothing()
        : new SnapshotMerge(projection, memory, writes, rest, Long.MIN_VALUE).merge();
  }

  /** A delta opens: its rows are a fact, and the newest of them counts. */
  Resolution open(DeltaStep loaded, ImageMemory memory, long oldest) {
    DeltaStep step = known(loaded, memory);
    FactChange change =
        new FactChange(
            step.image(), deltaOf(step), Fact.of(step.opens()), step.version(), false, false, null);
    Resolution resolution = resolve(change, memory, oldest);
    return resolution.outcome() == Outcome.SUPERSEDED ? endRows(change, memory) : resolution;
  }

  /**
   * Before a crash that the state knows nothing of, the rows of an older delta may have been
   * written. A replay writes nothing for it.
   */
  private Resolution endRows(FactChange superseded, ImageMemory memory) {
    Records records = new Records(projection, memory, Writes.WHOLE, superseded.version(), false);
    superseded.fact().delta().rows().stream()
        .map(row -> Sweeps.rowOf(superseded.image(), superseded.entity(), row))
        .forEach(records::follow);
    return new Resolution(Outcome.SUPERSEDED, records.mutations(), 0, 0, records.missing());
  }

  /** A delta brings a vector, after it has opened. */
  Resolution bring(DeltaStep loaded, ImageMemory memory) {
    DeltaStep step = known(loaded, memory);
    Embedding embedding = step.embedding();
    Entry newest = memory.entry(deltaOf(step));
    if (newest == null || step.version().isAfter(newest.version())) {
      return Resolution.nothing(Outcome.TOO_LATE);
    }
    boolean isOfRow = step.collection() == Collection.LINES;
    if (isOfRow && newest.version().isAfter(step.version())) {
      return Resolution.nothing(Outcome.SUPERSEDED);
    }
    Records records = new Records(projection, memory, writes, step.version(), step.redriven());
    Outcome outcome = records.accept(embedding, step.version());
    return new Resolution(outcome, records.mutations(), 0, 0, records.missing());
  }

  /** What to tell of a delta that has ended; null if it came too late to be used. */
  RunReport report(DeltaStep loaded, ImageMemory memory) {
    DeltaStep step = known(loaded, memory);
    Entry newest = memory.entry(deltaOf(step));
    if (newest == null || step.version().isAfter(newest.version())) {
      return null;
    }
    long merged =
        memory.written(step.collection(), EntityKey.receipt(step.receipt())).values().stream()
            .filter(written -> written.isShown() && written.vector().equals(step.version()))
            .count();
    return RunReport.completed(step.ends(), (int) merged);
  }

  private Resolution follow(FactChange change, Entry before, ImageMemory memory, Outcome outcome) {
    List<Mutation> mutations = new ArrayList<>(sweeps(change, before, memory));
    Records records = new Records(projection, memory, writes, change.version(), change.redriven());
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
   * Ends every record below a removed image, receipt or line, also those that no fact speaks of:
   * the job may have started after they came. Also when the removal is late and the entity is back;
   * then records whose vectors are newer are spared. A removal that is redriven does so again only
   * while it holds.
   */
  private List<Mutation> sweeps(FactChange change, Entry before, ImageMemory memory) {
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
   * A step of a run that is loaded again by its item has the version by which state knows the run:
   * an item does not say when it was inserted.
   */
  private static DeltaStep known(DeltaStep step, ImageMemory memory) {
    Entry newest = memory.entry(deltaOf(step));
    boolean isKnown =
        step.redriven()
            && newest != null
            && newest.fact() != null
            && step.run().equals(newest.fact().delta().run());
    return isKnown ? step.withVersion(newest.version()) : step;
  }

  private static int tombstones(Entry before, Entry after) {
    int was = before != null && before.isTombstone() ? 1 : 0;
    return (after.isTombstone() ? 1 : 0) - was;
  }

  private static EntityKey deltaOf(DeltaStep step) {
    return EntityKey.delta(step.receipt(), step.collection());
  }
}
