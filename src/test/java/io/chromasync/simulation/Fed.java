package io.chromasync.simulation;

import io.chromasync.model.CollectionName;
import io.chromasync.model.FactChange;
import io.chromasync.model.Mutation;
import io.chromasync.model.RunDelta;
import io.chromasync.model.SnapshotFacts;
import io.chromasync.model.Version;
import io.chromasync.receipts.Mapped;
import io.chromasync.receipts.ReceiptKeys;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.resolve.SimulatedResolve;
import io.chromasync.simulation.Listing.Kind;
import io.chromasync.testing.ChromaModel;
import io.chromasync.testing.ChromaModel.Stored;
import io.chromasync.testing.Deltas;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A job that is fed with changes and readings, and a Chroma that does at once what it is told: the
 * mapping and resolve alone, for who compares two jobs.
 */
final class Fed {

  private final Map<String, Delta> deltas;
  private final Parts parts;
  private final Map<String, SimulatedResolve> images = new TreeMap<>();
  private final SimulatedResolve.Attempt attempt;
  private final Map<CollectionName, ChromaModel> chroma =
      Map.of(ReceiptTree.WORDS, new ChromaModel(), ReceiptTree.LINES, new ChromaModel());
  private Version tableReadAsOf;

  /**
   * @param deltas what runs bring, by {@link Delta#name}
   */
  Fed(Map<String, Delta> deltas, Parts parts) {
    attempt = new SimulatedResolve.Attempt(false);
    this.deltas = deltas;
    this.parts = parts;
  }

  /** Puts into Chroma what another job shows. */
  Fed holding(Map<String, Stored> records) {
    records.forEach((id, record) -> chroma.get(collection(id)).records().put(id, record));
    return this;
  }

  Map<String, Stored> records() {
    Map<String, Stored> all = new TreeMap<>();
    chroma.values().forEach(collection -> all.putAll(collection.records()));
    return all;
  }

  void take(Change change) {
    if (change.is(Kind.END)) {
      end(change).forEach(this::write);
    } else if (change.isReading()) {
      merge(change).forEach(this::write);
    } else {
      apply(change);
    }
  }

  /** Takes a reading as a bootstrap does: what follows counts as written. */
  void bootstrap(List<Change> pieces, Change end) {
    pieces.forEach(this::merge);
    end(end);
  }

  /** Loads what a run brings, as of its INSERT or of the second of it. */
  void load(Change run, boolean isListed) {
    for (RunDelta delta : Mapped.of(run.item()).deltas()) {
      RunDelta loaded = isListed ? listed(delta) : delta;
      deltas.get(Delta.name(delta)).steps(loaded).forEach(this::take);
    }
  }

  private void take(io.chromasync.model.DeltaStep step) {
    if (step.kind() != io.chromasync.model.DeltaStep.Kind.ENDS) {
      image(step.partition()).apply(step).forEach(this::write);
    }
  }

  private static RunDelta listed(RunDelta delta) {
    return Deltas.delta(
        delta.partition(),
        ReceiptKeys.receiptOf(delta.scope()),
        delta.run(),
        delta.collection(),
        delta.prefix(),
        new Version(delta.version().micros(), ""),
        delta.source());
  }

  private void apply(Change change) {
    Mapped mapped = Mapped.of(change.item());
    if (mapped.fact() == null) {
      load(change, false);
      return;
    }
    FactChange heard = parts.heard(mapped.fact(), image(change.image()));
    if (heard != null) {
      image(change.image()).apply(heard).mutations().forEach(this::write);
    }
  }

  private List<Mutation> merge(Change reading) {
    List<FactChange> facts = new ArrayList<>();
    reading.listed().forEach(listed -> facts.add(Mapped.of(listed.item()).fact()));
    SnapshotFacts all =
        new SnapshotFacts(
            reading.image(),
            reading.item().version(),
            facts,
            List.of(),
            !reading.is(Kind.PART),
            reading.is(Kind.REPAIR));
    List<Mutation> mutations = new ArrayList<>();
    parts
        .pieces(all)
        .forEach(piece -> mutations.addAll(image(reading.image()).apply(piece).mutations()));
    return mutations;
  }

  private List<Mutation> end(Change reading) {
    List<Mutation> mutations = new ArrayList<>();
    tableReadAsOf = reading.item().version();
    images.values().forEach(image -> mutations.addAll(image.close(tableReadAsOf)));
    return mutations;
  }

  private void write(Mutation mutation) {
    chroma.get(mutation.record().collection()).apply(mutation);
  }

  private SimulatedResolve image(String image) {
    return images.computeIfAbsent(
        image,
        i ->
            new SimulatedResolve(i, parts.projection(), parts::remembered, tableReadAsOf, attempt));
  }

  private static CollectionName collection(String id) {
    return id.contains("#WORD#") ? ReceiptTree.WORDS : ReceiptTree.LINES;
  }
}
