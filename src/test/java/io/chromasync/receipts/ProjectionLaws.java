package io.chromasync.receipts;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.model.EntityKey;
import io.chromasync.model.Fact;
import io.chromasync.model.FactChange;
import io.chromasync.model.PartitionFacts;
import io.chromasync.model.RecordKey;
import io.chromasync.receipts.ReceiptFacts.ValidationStatus;
import io.chromasync.testing.ItemChanges;
import io.chromasync.testing.MapFacts;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** What holds for the projection whatever happened to an image. */
class ProjectionLaws {

  private static final String IMAGE = "A";
  private static final int RECEIPTS = 2;
  private static final int LINES = 3;
  private static final int WORDS = 2;

  /** By brute force: no record that a change alters is left out. */
  @Property(tries = 2_000)
  void everyRecordThatAChangeAltersIsAffected(
      @ForAll("histories") List<FactChange> history, @ForAll boolean arrays) {
    ReceiptProjection projection = new ReceiptProjection(arrays);
    MapFacts facts = new MapFacts(IMAGE);
    for (FactChange change : history) {
      MapFacts before = facts.copy();
      facts.apply(change);
      Set<RecordKey> affected =
          projection.of(facts).affected(change.entity(), before.fact(change.entity()));
      for (RecordKey record : known(facts)) {
        if (!content(projection, record, before).equals(content(projection, record, facts))) {
          assertThat(affected).as("affected by %s", change).contains(record);
        }
      }
    }
  }

  @Property(tries = 500)
  void theSameFactsGiveTheSameRecordsInWhateverOrderTheyCame(
      @ForAll("histories") List<FactChange> history,
      @ForAll boolean arrays,
      @ForAll Random random) {
    List<FactChange> reordered = new ArrayList<>(history);
    history.stream().filter(change -> random.nextBoolean()).forEach(reordered::add);
    Collections.shuffle(reordered, random);
    MapFacts facts = fold(history);
    MapFacts others = fold(reordered);

    ReceiptProjection projection = new ReceiptProjection(arrays);
    assertThat(known(others)).isEqualTo(known(facts));
    for (RecordKey record : known(facts)) {
      assertThat(List.copyOf(projection.of(others).overlay(record).entrySet()))
          .isEqualTo(List.copyOf(projection.of(facts).overlay(record).entrySet()));
    }
  }

  @Property(tries = 500)
  void everyAffectedRecordBelongsToTheImageAndIsWhole(
      @ForAll("histories") List<FactChange> history) {
    MapFacts facts = fold(history);
    for (FactChange change : history) {
      assertThat(new ReceiptProjection(true).of(facts).affected(change.entity(), null))
          .allSatisfy(
              record -> {
                assertThat(record.partition()).isEqualTo(IMAGE);
                assertThat(ReceiptKeys.receiptOf(record.entity())).isPositive();
                assertThat(record.entity().ancestor(ReceiptKeys.LINE)).isNotNull();
                assertThat(ReceiptKeys.wordOf(record.entity()) == 0)
                    .isEqualTo(record.collection().equals(ReceiptTree.LINES));
              });
    }
  }

  @Property(tries = 500)
  void noNameIsBothValidAndInvalid(@ForAll("histories") List<FactChange> history) {
    MapFacts facts = fold(history);
    for (RecordKey record : known(facts)) {
      var overlay = new ReceiptProjection(true).of(facts).overlay(record);
      if (overlay.containsKey("valid_labels_array")
          && overlay.get("valid_labels_array").list() != null
          && overlay.get("invalid_labels_array").list() != null) {
        assertThat(overlay.get("valid_labels_array").list())
            .doesNotContainAnyElementsOf(overlay.get("invalid_labels_array").list());
      }
    }
  }

  @Property
  void differentRecordsHaveDifferentIds(
      @ForAll("wordRecords") RecordKey one, @ForAll("wordRecords") RecordKey other) {
    assertThat(one.id().equals(other.id())).isEqualTo(one.equals(other));
    assertThat(ItemKeys.entity(one.id().substring(("IMAGE#" + IMAGE + "#").length())))
        .isEqualTo(one.entity());
  }

  @Provide
  Arbitrary<RecordKey> wordRecords() {
    Arbitrary<Integer> number = Arbitraries.integers().between(1, 999_999_999);
    return Combinators.combine(number, number, number)
        .as((receipt, line, word) -> ReceiptTree.word(IMAGE, receipt, line, word));
  }

  /** Up to thirty changes in the order of their arrival; versions are in another. */
  @Provide
  Arbitrary<List<FactChange>> histories() {
    Arbitrary<FactChange> change =
        Combinators.combine(
                entities().flatMap(entity -> facts(entity).map(fact -> Map.entry(entity, fact))),
                Arbitraries.frequencyOf(
                    Tuple.of(1, Arbitraries.just("remove")),
                    Tuple.of(2, Arbitraries.just("insert")),
                    Tuple.of(1, Arbitraries.of("modify", "restate"))))
            .as(ProjectionLaws::change);
    return change
        .list()
        .ofMinSize(1)
        .ofMaxSize(30)
        .flatMap(
            changes ->
                Arbitraries.shuffle(numbers(changes.size()))
                    .map(seconds -> dated(changes, seconds)));
  }

  private static Arbitrary<EntityKey> entities() {
    Arbitrary<Integer> receipt = Arbitraries.integers().between(1, RECEIPTS);
    Arbitrary<Integer> line = Arbitraries.integers().between(1, LINES);
    Arbitrary<Integer> word = Arbitraries.integers().between(1, WORDS);
    Arbitrary<String> label = Arbitraries.of("TAX", "DATE", "FRUIT");
    Arbitrary<String> section = Arbitraries.of("ITEMS", "FOOTER");
    return Arbitraries.frequencyOf(
        Tuple.of(1, Arbitraries.just(ReceiptKeys.image())),
        Tuple.of(2, receipt.map(ReceiptKeys::receipt)),
        Tuple.of(4, Combinators.combine(receipt, line).as(ReceiptKeys::line)),
        Tuple.of(4, Combinators.combine(receipt, line, word).as(ReceiptKeys::word)),
        Tuple.of(6, Combinators.combine(receipt, line, word, label).as(ReceiptKeys::label)),
        Tuple.of(1, receipt.map(ReceiptKeys::place)),
        Tuple.of(2, Combinators.combine(receipt, section).as(ReceiptKeys::section)),
        Tuple.of(4, Combinators.combine(receipt, line).as(ReceiptKeys::row)));
  }

  private static Arbitrary<Fact> facts(EntityKey entity) {
    Arbitrary<ValidationStatus> status = Arbitraries.of(ValidationStatus.class);
    return switch (entity.kind().name()) {
      case "partition", "receipt", "line", "word" -> Arbitraries.just(Fact.exists());
      case "label" ->
          Combinators.combine(
                  status, Arbitraries.of("2026-03-02T18:06:40", "2026-03-02T19:06:40+01:00"))
              .as((s, added) -> new ReceiptFacts.Label(s, added, s.name()).fact());
      case "place" ->
          Arbitraries.of("alpha", "beta")
              .map(name -> new ReceiptFacts.Place(name, null, null, null, null).fact());
      case "section" ->
          Combinators.combine(lines(), Arbitraries.of(0.1, 0.9).injectNull(0.3), status)
              .as((lines, confidence, s) -> new ReceiptFacts.Section(lines, confidence, s).fact());
      case "row" ->
          lines()
              .map(
                  lines ->
                      new ReceiptFacts.Row(primaryFirst(ReceiptKeys.lineOf(entity), lines)).fact());
      default -> throw new IllegalArgumentException("not among the entities here");
    };
  }

  private static Arbitrary<List<Integer>> lines() {
    return Arbitraries.integers().between(1, LINES).list().uniqueElements().ofMinSize(1);
  }

  private static List<Integer> primaryFirst(int primary, List<Integer> lines) {
    List<Integer> ordered = new ArrayList<>(List.of(primary));
    lines.stream().filter(line -> line != primary).forEach(ordered::add);
    return ordered;
  }

  private static FactChange change(Map.Entry<EntityKey, Fact> entity, String what) {
    Fact fact = what.equals("remove") ? null : entity.getValue();
    return new FactChange(
        IMAGE, entity.getKey(), fact, null, what.equals("insert"), what.equals("restate"), null);
  }

  private static List<Integer> numbers(int count) {
    List<Integer> numbers = new ArrayList<>();
    for (int number = 0; number < count; number++) {
      numbers.add(number);
    }
    return numbers;
  }

  private static List<FactChange> dated(List<FactChange> changes, List<Integer> seconds) {
    List<FactChange> dated = new ArrayList<>();
    for (int i = 0; i < changes.size(); i++) {
      FactChange c = changes.get(i);
      dated.add(
          new FactChange(
              c.partition(),
              c.entity(),
              c.fact(),
              ItemChanges.at(seconds.get(i)),
              c.inserted(),
              c.noOp(),
              null));
    }
    return dated;
  }

  private static MapFacts fold(List<FactChange> changes) {
    MapFacts facts = new MapFacts(IMAGE);
    changes.forEach(facts::apply);
    return facts;
  }

  /** What the record is: gone, or its metadata. */
  private static Object content(
      ReceiptProjection projection, RecordKey record, PartitionFacts facts) {
    return facts.isRemoved(record.entity()) ? "removed" : projection.of(facts).overlay(record);
  }

  /** Every record that some fact speaks of. */
  private static Set<RecordKey> known(PartitionFacts facts) {
    Set<RecordKey> records = new HashSet<>();
    for (EntityKey receipt : facts.children(ReceiptKeys.image(), ReceiptKeys.RECEIPT)) {
      int r = ReceiptKeys.receiptOf(receipt);
      for (EntityKey line : facts.children(receipt, ReceiptKeys.LINE)) {
        records.add(ReceiptTree.row(IMAGE, r, ReceiptKeys.lineOf(line)));
        facts
            .children(line, ReceiptKeys.WORD)
            .forEach(
                word ->
                    records.add(
                        ReceiptTree.word(
                            IMAGE, r, ReceiptKeys.lineOf(word), ReceiptKeys.wordOf(word))));
      }
      for (EntityKey row : facts.children(receipt, ReceiptKeys.ROW)) {
        records.add(ReceiptTree.row(IMAGE, r, ReceiptKeys.lineOf(row)));
        if (facts.fact(row) != null) {
          ReceiptFacts.Row.of(facts.fact(row))
              .lineIds()
              .forEach(line -> records.add(ReceiptTree.row(IMAGE, r, line)));
        }
      }
    }
    return records;
  }
}
