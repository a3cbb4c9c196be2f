package io.chromasync.simulation;

import io.chromasync.chroma.SimulatedSink;
import io.chromasync.chroma.SimulatedSink.Failed;
import io.chromasync.model.DeltaStep;
import io.chromasync.model.FactChange;
import io.chromasync.model.ItemChange;
import io.chromasync.model.Mutation;
import io.chromasync.model.RecordKey;
import io.chromasync.model.Rollback;
import io.chromasync.model.RunDelta;
import io.chromasync.model.SnapshotFacts;
import io.chromasync.model.Version;
import io.chromasync.receipts.Mapped;
import io.chromasync.resolve.SimulatedResolve;
import io.chromasync.runtime.HeldWatermarks;
import io.chromasync.simulation.Listing.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * The decision path from item changes to the writer, as the graph has it, on one {@link State}: the
 * real mapping, resolve and writer, with a {@link Parts joint} between any two.
 */
final class SimulatedPath {

  private final SimulatedSink sink;
  private final long lingerMillis;
  private final Parts parts;
  private final Consumer<Mutation> emitted;
  private final State state;
  private final SimulatedResolve.Attempt attempt;
  private final HeldWatermarks watermarks = new HeldWatermarks();
  private final List<Loading> loading = new ArrayList<>();
  private long watermark = Long.MIN_VALUE;

  /**
   * A delta that is not merged.
   *
   * @param arrival as of its run
   */
  private record Loading(RunDelta delta, long arrival) {}

  /** When the newest mutation of each record was written. */
  private final Map<RecordKey, Long> writtenAt = new HashMap<>();

  /**
   * @param emitted sees every mutation as resolve emits it
   * @param restarted whether the job starts from the state of a checkpoint
   */
  SimulatedPath(
      SimulatedSink sink,
      long lingerMillis,
      Parts parts,
      Consumer<Mutation> emitted,
      State state,
      boolean restarted) {
    this.sink = sink;
    this.lingerMillis = lingerMillis;
    this.parts = parts;
    this.emitted = emitted;
    this.state = state;
    this.attempt = new SimulatedResolve.Attempt(restarted);
    state.images.values().forEach(image -> image.begin(attempt));
    hold(state.loading);
  }

  State state() {
    return state;
  }

  /** The deltas that are not merged. */
  List<RunDelta> loading() {
    return loading.stream().map(Loading::delta).toList();
  }

  private void hold(List<RunDelta> deltas) {
    deltas.forEach(delta -> loading.add(new Loading(delta, watermarks.arrival())));
  }

  /** No change of this time or an earlier one is read from now on. */
  void watermark(long millis) throws Failed {
    watermarks.add(millis);
    release();
  }

  /** All steps of a delta are merged. */
  void merged(RunDelta delta) throws Failed {
    loading.remove(
        loading.stream().filter(each -> each.delta().equals(delta)).findFirst().orElseThrow());
    release();
  }

  private void release() throws Failed {
    long oldest =
        parts.deltasHold()
            ? loading.stream().mapToLong(Loading::arrival).min().orElse(HeldWatermarks.NO_WORK)
            : HeldWatermarks.NO_WORK;
    long passed = watermarks.passed(oldest);
    if (passed > watermark) {
      watermark = passed;
      for (int task = 0; task < parts.tasks(); task++) {
        sink.watermark(passed, task);
      }
    }
  }

  void take(Change change) throws Failed {
    if (change.is(Kind.END)) {
      end(change);
    } else if (change.isReading()) {
      merge(change);
    } else {
      apply(change);
    }
  }

  private void apply(Change change) throws Failed {
    Mapped mapped = Mapped.of(versioned(change.item()));
    if (mapped.fact() != null) {
      check(change, mapped.fact());
      hear(mapped.fact(), image(change.image()));
    } else {
      state.loading.addAll(mapped.deltas());
      hold(mapped.deltas());
      state.count(mapped.isIgnored() ? "IGNORED" : mapped.isRejected() ? "REJECTED" : "RUN");
    }
  }

  private void hear(FactChange change, SimulatedResolve image) throws Failed {
    FactChange heard = parts.heard(change, image);
    if (heard == null) {
      state.count("SUPERSEDED");
      return;
    }
    SimulatedResolve before = image.copy();
    SimulatedResolve.Resolved resolved = image.apply(heard);
    state.count(resolved.outcome());
    emit(resolved.mutations(), before, image);
  }

  private void merge(Change reading) throws Failed {
    List<FactChange> facts = new ArrayList<>();
    for (Change listed : reading.listed()) {
      FactChange mapped = Mapped.of(versioned(listed.item())).fact();
      check(listed, mapped);
      facts.add(mapped);
    }
    Version asOf = parts.version(reading.item().version());
    boolean whole = !reading.is(Kind.PART);
    boolean repair = reading.is(Kind.REPAIR);
    SnapshotFacts listed =
        new SnapshotFacts(reading.image(), asOf, facts, List.of(), whole, repair);
    List<String> outcomes = new ArrayList<>();
    for (SnapshotFacts piece : parts.pieces(listed)) {
      SimulatedResolve image = image(reading.image());
      SimulatedResolve before = image.copy();
      SimulatedResolve.Listed merged = image.apply(piece);
      outcomes.addAll(merged.outcomes());
      if (repair) {
        emit(merged.mutations());
      } else {
        emit(merged.mutations(), before, image);
      }
    }
    outcomes.stream().limit(facts.size()).forEach(state::count);
  }

  /** To every image that is in state, and to all that come into it later. */
  private void end(Change reading) throws Failed {
    Version asOf = parts.endsAsOf(parts.version(reading.item().version()));
    for (SimulatedResolve image : state.images.values()) {
      SimulatedResolve before = image.copy();
      emit(image.close(asOf), before, image);
    }
    state.tableReadAsOf = asOf;
  }

  void take(DeltaStep step) throws Failed {
    SimulatedResolve image = image(step.partition());
    if (step.kind() == DeltaStep.Kind.ENDS) {
      sink.write(image.end(step), parts.task(step.partition()));
      return;
    }
    SimulatedResolve before = image.copy();
    emit(image.apply(step), before, image);
  }

  /**
   * Chroma went back.
   *
   * @return the ids of records that cannot be repaired
   */
  List<String> take(Rollback rollback) throws Failed {
    List<String> unrepaired = new ArrayList<>();
    for (SimulatedResolve image : state.images.values()) {
      SimulatedResolve.Rewritten rewritten = image.rewrite(rollback);
      unrepaired.addAll(rewritten.unrepaired());
      emit(parts.rewritten(rewritten.mutations()));
    }
    return unrepaired;
  }

  private void emit(List<Mutation> mutations, SimulatedResolve before, SimulatedResolve after)
      throws Failed {
    emit(
        mutations.stream()
            .map(mutation -> parts.resolved(mutation, before, after))
            .filter(Objects::nonNull)
            .toList());
  }

  private void emit(List<Mutation> mutations) throws Failed {
    for (Mutation mutation : mutations) {
      emitted.accept(mutation);
      write(parts.emitted(mutation));
    }
  }

  private void write(Mutation mutation) throws Failed {
    Long last = writtenAt.put(mutation.record(), sink.now());
    boolean holdsOlder = last != null && last + lingerMillis > sink.now();
    if (parts.isTaken(mutation, holdsOlder)) {
      sink.write(mutation, parts.task(mutation));
    }
  }

  private SimulatedResolve image(String image) {
    return state.images.computeIfAbsent(
        image,
        i ->
            new SimulatedResolve(
                i, parts.projection(), parts::remembered, state.tableReadAsOf, attempt));
  }

  private ItemChange versioned(ItemChange item) {
    return new ItemChange(
        item.operation(),
        item.partitionKey(),
        item.sortKey(),
        item.newItem(),
        item.oldItem(),
        parts.version(item.version()),
        item.origin());
  }

  /** The mapping must say what whoever changed the table meant. */
  private static void check(Change change, FactChange mapped) {
    FactChange meant = change.fact();
    boolean isSame =
        meant.entity().equals(mapped.entity())
            && Objects.equals(meant.fact(), mapped.fact())
            && meant.inserted() == mapped.inserted()
            && meant.noOp() == mapped.noOp();
    if (!isSame) {
      throw new Violation(1, "%s is mapped to %s instead of %s".formatted(change, mapped, meant));
    }
  }
}
