package io.chromasync.simulation;

import io.chromasync.model.EntityKey;
import io.chromasync.model.FactChange;
import io.chromasync.model.RecordKey;
import io.chromasync.model.RunReport;
import io.chromasync.receipts.ReceiptKeys;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.testing.Deltas;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Promise 3: every change that is read ends in exactly one outcome, the one that the plain fold
 * names, and is counted in it once, over all failures; every run is told to have ended; and no
 * record is written that nothing speaks of.
 */
final class NothingLost {

  private final Map<String, Delta> deltas;
  private final Set<String> known = new HashSet<>();
  private final Set<String> brought = new HashSet<>();
  private final Set<String> told = new TreeSet<>();

  NothingLost(Map<String, Delta> deltas) {
    this.deltas = deltas;
  }

  /** A change is read, perhaps again. */
  void read(Change change) {
    if (change.isReading()) {
      change.listed().forEach(this::read);
    } else if (change.fact() != null) {
      know(change.fact());
    }
  }

  /** A delta is loaded, perhaps again. */
  void loaded(Delta delta) {
    delta
        .embeddings()
        .forEach(
            embedding -> {
              RecordKey record = embedding.record();
              brought.add(record.id());
              known.add(record.id());
              known.add(
                  ReceiptTree.row(
                          record.partition(),
                          ReceiptKeys.receiptOf(record.entity()),
                          ReceiptKeys.lineOf(record.entity()))
                      .id());
            });
  }

  /** A report is told. */
  void told(RunReport report) {
    String name =
        Delta.name(
            report.partition(),
            ReceiptKeys.receiptOf(report.scope()),
            Deltas.run(report),
            report.collection());
    Delta delta = deltas.get(name);
    if (delta == null || delta.isBroken() != report.isFailure()) {
      throw new Violation(3, "%s is told as %s, but is %s".formatted(name, report, delta));
    }
    told.add(name);
  }

  /** A write names these records, or has changed them. */
  void written(String operation, Set<String> ids) {
    Set<String> explained = operation.equals("upsert") ? brought : known;
    for (String id : ids) {
      if (!explained.contains(id)) {
        throw new Violation(3, "%s of %s, which nothing speaks of".formatted(operation, id));
      }
    }
  }

  /** At the end of all: how the changes were counted, and what should have been told. */
  void checkEnd(List<List<Change>> shards, Map<String, Integer> counted) {
    Map<String, Integer> expected = new TreeMap<>();
    shards.forEach(shard -> count(shard, expected));
    boolean isRead = shards.stream().flatMap(List::stream).anyMatch(Change::isReading);
    boolean agree = isRead ? total(expected) == total(counted) : expected.equals(counted);
    if (!agree) {
      throw new Violation(3, "counted %s instead of %s".formatted(counted, expected));
    }
    if (!told.equals(deltas.keySet())) {
      throw new Violation(3, "told of %s instead of %s".formatted(told, deltas.keySet()));
    }
  }

  /** Whether a change is superseded depends on whether a reading came before it. */
  private static int total(Map<String, Integer> outcomes) {
    return outcomes.values().stream().mapToInt(count -> count).sum();
  }

  /** How the changes of a shard must end, in the order in which they come. */
  private static void count(List<Change> shard, Map<String, Integer> outcomes) {
    Map<String, Fold> images = new HashMap<>();
    for (Change change : shard) {
      Fold fold = images.computeIfAbsent(change.image(), unused -> new Fold());
      if (change.isReading()) {
        fold.read(change).forEach(outcome -> outcomes.merge(outcome, 1, Integer::sum));
      } else {
        String outcome = change.fact() != null ? fold.apply(change) : change.outcome();
        outcomes.merge(outcome, 1, Integer::sum);
      }
    }
  }

  /** A record is known by its word or line and by all below; a row also by what names its line. */
  private void know(FactChange fact) {
    EntityKey entity = fact.entity();
    if (entity.kind() == ReceiptKeys.ROW || entity.kind() == ReceiptKeys.SECTION) {
      for (int line = 1; line <= TableLife.LINES; line++) {
        known.add(ReceiptTree.row(fact.partition(), ReceiptKeys.receiptOf(entity), line).id());
      }
    }
    for (EntityKey key = entity; key != null; key = key.parent()) {
      if (key.kind() == ReceiptKeys.WORD) {
        known.add(
            ReceiptTree.word(
                    fact.partition(),
                    ReceiptKeys.receiptOf(key),
                    ReceiptKeys.lineOf(key),
                    ReceiptKeys.wordOf(key))
                .id());
      } else if (key.kind() == ReceiptKeys.LINE) {
        known.add(
            ReceiptTree.row(fact.partition(), ReceiptKeys.receiptOf(key), ReceiptKeys.lineOf(key))
                .id());
      }
    }
  }
}
