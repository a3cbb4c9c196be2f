package io.chromasync.simulation;

import io.chromasync.model.Embedding;
import io.chromasync.model.EntityKey;
import io.chromasync.model.RecordKey;
import io.chromasync.receipts.ReceiptKeys;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.simulation.Listing.Kind;
import io.chromasync.testing.ChromaModel.Stored;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Promise 1: what Chroma must hold, said from the domain's rules 11 to 19 alone, from facts and
 * deltas as they are in the end, without any code of the path.
 */
final class Expectation {

  private final Map<String, Fold> images = new HashMap<>();
  private final Map<RecordKey, Vector> newest = new HashMap<>();
  private final Map<String, Delta> newestLines = new HashMap<>();

  /** A vector that came for a record. */
  private record Vector(int index, Embedding embedding) {}

  /**
   * @param changes that were read, in any order
   * @param deltas that were loaded, in any order
   */
  static Expectation of(List<Change> changes, Iterable<Delta> deltas) {
    Expectation expectation = new Expectation();
    changes.forEach(expectation::fold);
    for (Delta delta : deltas) {
      if (!delta.isBroken()) {
        expectation.take(delta);
      }
    }
    return expectation;
  }

  /**
   * Whether the records of both collections are those.
   *
   * @param unrepaired ids of records that are not looked at
   */
  void check(Map<String, Stored> shown, Set<String> unrepaired) {
    Map<String, Stored> expected = records();
    Set<String> ids = new TreeSet<>(shown.keySet());
    ids.addAll(expected.keySet());
    ids.removeAll(unrepaired);
    ids.removeIf(id -> Objects.equals(shown.get(id), expected.get(id)));
    if (!ids.isEmpty()) {
      throw new Violation(1, "what was read is not what Chroma shows" + list(ids, shown, expected));
    }
  }

  private static String list(
      Set<String> ids, Map<String, Stored> shown, Map<String, Stored> expected) {
    return ids.stream()
        .map(id -> "%n  %s%n    is  %s%n    not %s".formatted(id, shown.get(id), expected.get(id)))
        .collect(Collectors.joining());
  }

  private void fold(Change change) {
    if (change.is(Kind.END)) {
      TableLife.IMAGES.forEach(image -> foldOf(image).read(change));
      return;
    }
    Fold fold = foldOf(change.image());
    if (change.isReading()) {
      fold.read(change);
    } else if (change.fact() != null) {
      fold.apply(change);
    }
  }

  private Fold foldOf(String image) {
    return images.computeIfAbsent(image, unused -> new Fold());
  }

  /** Rule 4.7.4: of the vectors of a word the newest counts; of rows, those of the newest delta. */
  private void take(Delta delta) {
    if (delta.collection().equals(ReceiptTree.LINES)) {
      newestLines.merge(
          delta.receiptName(), delta, (one, other) -> one.index() > other.index() ? one : other);
    }
    for (Embedding embedding : delta.embeddings()) {
      newest.merge(
          embedding.record(),
          new Vector(delta.index(), embedding),
          (one, other) -> one.index > other.index ? one : other);
    }
  }

  private Map<String, Stored> records() {
    Map<String, Stored> records = new TreeMap<>();
    newest.forEach(
        (record, vector) -> {
          Fold facts = foldOf(record.partition());
          if (isThere(record, vector.index, facts)) {
            records.put(record.id(), stored(vector, facts));
          }
        });
    return records;
  }

  /** Rule 11. */
  private boolean isThere(RecordKey record, int vector, Fold facts) {
    EntityKey entity = record.entity();
    return !facts.isHidden(entity)
        && !facts.wasCutOffAfter(entity, vector)
        && (record.collection().equals(ReceiptTree.WORDS) || newestLines(record).index() == vector);
  }

  private Delta newestLines(RecordKey row) {
    return newestLines.get(Delta.receiptName(row.partition(), ReceiptKeys.receiptOf(row.entity())));
  }

  private Stored stored(Vector vector, Fold facts) {
    RecordKey record = vector.embedding.record();
    ExpectedMetadata metadata = new ExpectedMetadata(facts, vector.embedding);
    Map<String, Object> expected =
        record.collection().equals(ReceiptTree.WORDS)
            ? metadata.ofWord()
            : metadata.ofRow(members(record, vector.index, facts));
    List<Float> numbers = new ArrayList<>();
    for (float number : vector.embedding.vector()) {
      numbers.add(number);
    }
    return new Stored(numbers, vector.embedding.document(), expected);
  }

  /** Rule 17: the lines of the row that are there, and were not removed since. */
  private List<EntityKey> members(RecordKey row, int vector, Fold facts) {
    return newestLines(row).rows().stream()
        .filter(group -> group.lineIds().get(0).equals(ReceiptKeys.lineOf(row.entity())))
        .flatMap(group -> group.lineIds().stream())
        .map(line -> ReceiptKeys.line(ReceiptKeys.receiptOf(row.entity()), line))
        .filter(line -> !facts.isGone(line) && !facts.wasRemovedAfter(line, vector))
        .toList();
  }
}
