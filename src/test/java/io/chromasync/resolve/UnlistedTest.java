package io.chromasync.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.model.CollectionName;
import io.chromasync.model.DeltaStep;
import io.chromasync.model.Embedding;
import io.chromasync.model.EntityKey;
import io.chromasync.model.EntityKind;
import io.chromasync.model.Fact;
import io.chromasync.model.FactChange;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.RecordKey;
import io.chromasync.model.RunDelta;
import io.chromasync.model.SnapshotFacts;
import io.chromasync.model.Version;
import io.chromasync.receipts.ReceiptFacts;
import io.chromasync.receipts.ReceiptFacts.ValidationStatus;
import io.chromasync.receipts.ReceiptKeys;
import io.chromasync.receipts.ReceiptProjection;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.resolve.rules.ChangeOutcome;
import io.chromasync.resolve.rules.Resolution;
import io.chromasync.testing.Deltas;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rule 20: what a reading of an image does not list is deleted, though nobody ever heard of it. The
 * reading is as of second 20 in all of this.
 */
class UnlistedTest {

  private static final int READ = 20;
  private static final int AFTER_ALL = 1_000;

  private static final EntityKey IMAGE = ReceiptKeys.image();
  private static final EntityKey RECEIPT = ReceiptKeys.receipt(1);
  private static final EntityKey DATE = ReceiptKeys.label(1, 2, 2, "DATE");

  private final ResolverRun run = new ResolverRun(new ReceiptProjection(true));

  @ParameterizedTest
  @MethodSource("kinds")
  void c12WhatIsBelowAReceiptIsDeletedUnlessItIsListed(EntityKind type) {
    Set<EntityKind> deleted =
        Set.of(
            ReceiptKeys.LINE,
            ReceiptKeys.WORD,
            ReceiptKeys.LABEL,
            ReceiptKeys.PLACE,
            ReceiptKeys.SECTION,
            ReceiptKeys.ROW);

    assertThat(type.is(EntityKind.Trait.LISTED)).isEqualTo(deleted.contains(type));
  }

  @Nested
  class WordsAndLines {

    @ParameterizedTest
    @ValueSource(ints = {10, 30})
    void c12ALabelOfAWordThatIsNotListedDoesNotCountInItsRow(int second) {
      bring(second, List.of(line(2)), word(2, 1), word(2, 2));
      run.apply(listed(IMAGE, RECEIPT, line(2), word(2, 2), label(2, 1, "TAX")));

      run.apply(Changes.label(DATE, ValidationStatus.VALID, 40));

      assertThat(labels(row(2))).containsExactly("label_DATE");
      assertThat(run.records).doesNotContainKey(wordRecord(2, 1).id());
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 30})
    void c12TheRunMayComeAfterTheReading(int second) {
      run.apply(listed(IMAGE, RECEIPT, line(2), word(2, 2), label(2, 1, "TAX")));

      bring(second, List.of(line(2)), word(2, 1), word(2, 2));
      run.apply(Changes.label(DATE, ValidationStatus.VALID, 40));

      assertThat(labels(row(2))).containsExactly("label_DATE");
      assertThat(run.records).containsOnlyKeys(row(2).id(), wordRecord(2, 2).id());
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 30})
    void c13ALineThatIsNotListedLeavesItsRowAndTakesItsWords(int second) {
      bring(second, List.of(line(7), line(8)), word(7, 2), word(8, 1));
      run.apply(
          listed(IMAGE, RECEIPT, line(7), word(7, 2), word(8, 1), label(8, 1, "TAX"), place(1)));

      run.apply(Changes.label(label(7, 2, "DATE"), ValidationStatus.VALID, 40));

      assertThat(labels(row(7))).containsExactly("label_DATE");
      assertThat(text(row(7), "row_line_ids")).isEqualTo("[7]");
      assertThat(run.records).containsOnlyKeys(row(7).id(), wordRecord(7, 2).id());
    }

    @Test
    void c13TheRowsItemGroupsLinesThatAreNotThere() {
      run.holding(row(7), row(8));

      run.apply(listed(IMAGE, RECEIPT, line(7), group(7, 8), word(7, 2), label(8, 1, "TAX")));
      assertThat(text(row(7), "row_line_ids")).isEqualTo("[7]");
      assertThat(labels(row(7))).isEmpty();
      assertThat(run.records).doesNotContainKey(row(8).id());
    }

    @Test
    void c13ARowEndsWithItsPrimaryLine() {
      bring(10, List.of(line(7), line(8)), word(8, 1));

      run.apply(listed(IMAGE, RECEIPT, line(8), word(8, 1), label(8, 1, "TAX")));

      assertThat(run.records).containsOnlyKeys(wordRecord(8, 1).id());
    }

    @Test
    void c13RecordsBelowALineThatIsNotListedAreSweptWithAllNobodySpeaksOf() {
      run.holding(wordRecord(8, 1), wordRecord(8, 9), wordRecord(7, 9), row(8));

      run.apply(listed(IMAGE, RECEIPT, line(7), word(8, 1)));

      assertThat(run.records).containsOnlyKeys(wordRecord(7, 9).id());
    }
  }

  @Nested
  class ReceiptsAndImages {

    @Test
    void c12AReceiptAndAnImageThatAreNotListedHideNothing() {
      bring(10, List.of(line(2)), word(2, 1));

      run.apply(listed(line(2), word(2, 1), label(2, 1, "TAX")));

      assertThat(labels(row(2))).containsExactly("label_TAX");
      assertThat(run.records).containsKey(wordRecord(2, 1).id());
    }

    @Test
    void c12AReceiptThatWasSeenToGoStaysGoneThoughItsChildrenAreListed() {
      run.apply(Changes.insert(RECEIPT, 5));
      bring(6, List.of(line(2)), word(2, 1));
      run.apply(Changes.remove(RECEIPT, 8));

      run.apply(listed(IMAGE, line(2), word(2, 1)));
      bring(30, List.of(line(2)), word(2, 1));

      assertThat(run.records).isEmpty();
    }

    @Test
    void c12AReservationIsAReceipt() {
      bring(30, List.of(line(2)), word(2, 1));

      run.apply(listed(IMAGE, RECEIPT, line(2), word(2, 1)));

      assertThat(run.records).containsOnlyKeys(row(2).id(), wordRecord(2, 1).id());
    }

    @Test
    void c12AnImageThatTheWholeTableDoesNotListIsGoneThoughNobodyHeardOfIt() {
      run.tableReadAsOf = new Version(READ * 1_000_000L, "");

      bring(10, List.of(line(2)), word(2, 1));
      run.apply(Changes.label(label(2, 1, "TAX"), ValidationStatus.VALID, 30));
      assertThat(run.records).isEmpty();
      run.applyAll(List.of(Changes.insert(line(2), 31), Changes.insert(word(2, 1), 31)));

      assertThat(labels(row(2))).containsExactly("label_TAX");
    }
  }

  @Nested
  class PlacesAndTimes {

    @Test
    void c12APlaceThatIsNotListedGivesNothingAndNoTimeIsTold() {
      bring(10, List.of(line(2)), word(2, 1));
      assertThat(text(row(2), "merchant_name")).isEqualTo("Given");

      run.apply(listed(IMAGE, RECEIPT, line(2), word(2, 1)));

      assertThat(run.records.get(row(2).id()))
          .doesNotContainKeys("merchant_name", "place_id", "place_removed_at", "last_place_update");
      assertThat(text(wordRecord(2, 1), "merchant_name")).isEmpty();
      assertThat(run.records.get(wordRecord(2, 1).id()))
          .doesNotContainKeys("place_id", "place_removed_at");
    }

    @Test
    void c12AReadingDoesNotMoveTheTimesOfRemovalsThatWereSeen() {
      bring(1, List.of(line(2)), word(2, 1));
      run.applyAll(
          List.of(
              Changes.insert(RECEIPT, 1),
              Changes.insert(line(2), 2),
              Changes.insert(word(2, 1), 2),
              Changes.label(label(2, 1, "TAX"), ValidationStatus.VALID, 3),
              placed(3),
              Changes.remove(label(2, 1, "TAX"), 4),
              Changes.remove(place(1), 5)));
      Map<String, MetadataValue> before = run.records.get(wordRecord(2, 1).id());
      assertThat(before.get("labels_removed_at").text()).isEqualTo("1970-01-01T00:00:04+00:00");
      assertThat(before.get("place_removed_at").text()).isEqualTo("1970-01-01T00:00:05+00:00");
      run.mutations.clear();

      run.apply(listed(RECEIPT, line(2), word(2, 1)));

      assertThat(run.records.get(wordRecord(2, 1).id())).isEqualTo(before);
      assertThat(run.mutations).isEmpty();
    }

    @Test
    void c12TimesOfWhatNobodyHeardOfStayInChroma() {
      run.records.put(
          wordRecord(2, 1).id(),
          new TreeMap<>(
              Map.of(
                  "last_label_update", MetadataValue.of("then"),
                  "labels_removed_at", MetadataValue.of("then"),
                  "place_removed_at", MetadataValue.of("then"),
                  "label_status", MetadataValue.of("validated"))));

      run.apply(listed(IMAGE, RECEIPT, line(2), word(2, 1)));

      assertThat(run.records.get(wordRecord(2, 1).id()))
          .containsEntry("last_label_update", MetadataValue.of("then"))
          .containsEntry("labels_removed_at", MetadataValue.of("then"))
          .containsEntry("place_removed_at", MetadataValue.of("then"))
          .containsEntry("label_status", MetadataValue.of("unvalidated"));
    }
  }

  @Nested
  class OlderAndNewer {

    @Test
    void c12WhatIsOlderThanTheReadingIsSupersededAndWhatIsNewerWins() {
      bring(10, List.of(line(2)), word(2, 1), word(2, 2));
      run.apply(listed(IMAGE, RECEIPT, line(2), word(2, 2), label(2, 1, "TAX")));

      assertThat(run.apply(Changes.insert(word(2, 1), 15)).outcome())
          .isEqualTo(ChangeOutcome.SUPERSEDED);
      assertThat(labels(row(2))).isEmpty();
      assertThat(run.apply(Changes.insert(word(2, 1), 25)).outcome())
          .isEqualTo(ChangeOutcome.APPLIED);

      assertThat(labels(row(2))).containsExactly("label_TAX");
      assertThat(run.records).containsKey(wordRecord(2, 1).id());
    }

    @Test
    void c12ALaterChangeBelowWhatIsNotListedIsSuppressed() {
      run.apply(listed(IMAGE, RECEIPT, line(2)));

      Resolution later = run.apply(Changes.label(label(2, 1, "TAX"), ValidationStatus.VALID, 30));

      assertThat(later.outcome()).isEqualTo(ChangeOutcome.SUPPRESSED);
    }

    @Test
    void c12WhoBringsARecordBeforeItsItemDoesNotLoseIt() {
      run.apply(listed(IMAGE, RECEIPT, line(2)));
      run.holding(wordRecord(2, 1));

      run.apply(Changes.label(label(2, 1, "TAX"), ValidationStatus.VALID, 31));
      run.apply(Changes.insert(word(2, 1), 30));

      assertThat(labels(wordRecord(2, 1))).isEmpty();
      assertThat(run.records.get(wordRecord(2, 1).id()).get("valid_labels_array").list())
          .containsExactly("TAX");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void c12AReadingMergedTwiceOrBehindANewerOneSaysTheSame(boolean newerFirst) {
      bring(10, List.of(line(2)), word(2, 1), word(2, 2));
      SnapshotFacts older =
          listed(IMAGE, RECEIPT, line(2), word(2, 1), word(2, 2), label(2, 1, "TAX"));
      SnapshotFacts newer = listed(25, IMAGE, RECEIPT, line(2), word(2, 2), label(2, 1, "TAX"));

      Stream.of(newerFirst ? newer : older, newerFirst ? older : newer, older, newer)
          .forEach(run::apply);

      assertThat(labels(row(2))).isEmpty();
      assertThat(run.records).containsOnlyKeys(row(2).id(), wordRecord(2, 2).id());
    }
  }

  @Nested
  class PiecesOfAnExport {

    /** As in an export: in pieces, of an image whose records came before the job. */
    @Test
    void c12AWordThatIsOnlyKnownByItsLabelEndsWithTheWholeReading() {
      run.holding(wordRecord(2, 1), wordRecord(2, 2), row(2));
      Stream.of(IMAGE, RECEIPT, line(2), word(2, 2), label(2, 1, "TAX"))
          .forEach(each -> run.apply(piece(each)));

      run.close(READ);

      assertThat(run.records).containsOnlyKeys(row(2).id(), wordRecord(2, 2).id());
    }

    @Test
    void c12TheEndOfAnExportSaysItWhateverThePiecesOrder() {
      long seed = Long.getLong("seed", System.nanoTime());
      for (int i = 0; i < 50; i++) {
        List<EntityKey> items =
            new ArrayList<>(
                List.of(
                    IMAGE, RECEIPT, line(7), word(7, 2), word(8, 1), label(8, 1, "TAX"), line(2)));
        items.addAll(List.of(word(2, 2), label(2, 1, "TIP"), label(7, 2, "DATE")));
        Collections.shuffle(items, new Random(seed + i));
        ResolverRun export = new ResolverRun(new ReceiptProjection(true));
        bring(
            export, 10, List.of(line(7), line(8)), word(7, 2), word(8, 1), word(2, 1), word(2, 2));

        items.forEach(item -> export.apply(piece(item)));
        assertThat(export.records)
            .as("-Dseed=%s: nothing is told of others before the end", seed + i)
            .containsKeys(wordRecord(8, 1).id(), wordRecord(2, 1).id());
        export.close(READ);

        assertThat(export.records)
            .as("-Dseed=%s", seed + i)
            .containsOnlyKeys(row(7).id(), wordRecord(7, 2).id(), wordRecord(2, 2).id());
        assertThat(labels(export, row(7))).as("-Dseed=%s", seed + i).containsExactly("label_DATE");
        assertThat(export.records.get(row(7).id()).get("row_line_ids").text()).isEqualTo("[7]");
      }
    }

    @Test
    void c12OfTwoItemsOfOneLabelTheOneAddedLastCountsWhateverTheirOrder() {
      FactChange one = twin("2026-03-02T18:06:40", ValidationStatus.INVALID);
      FactChange other = twin("2026-03-02T18:06:41", ValidationStatus.VALID);
      FactChange gone =
          new FactChange(Changes.IMAGE, label(2, 1, "TAX"), null, asOf(READ), false, false, null);
      for (List<FactChange> order :
          List.of(
              List.of(gone, one, other), List.of(other, gone, one), List.of(one, other, gone))) {
        ResolverRun export = new ResolverRun(new ReceiptProjection(true));
        bring(export, 10, List.of(line(2)), word(2, 1));
        export.apply(listed(IMAGE, RECEIPT, line(2), word(2, 1)));

        order.forEach(
            fact ->
                export.apply(
                    new SnapshotFacts(
                        Changes.IMAGE, asOf(READ), List.of(fact), List.of(), false, false)));

        assertThat(export.records.get(wordRecord(2, 1).id()).get("valid_labels_array").list())
            .containsExactly("TAX");
      }
    }
  }

  @Nested
  class ItemsThatCannotBeUnderstood {

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void c12WhatCannotBeUnderstoodIsThere(boolean isExport) {
      bring(10, List.of(line(2)), word(2, 1));
      SnapshotFacts read = listed(IMAGE, RECEIPT, label(2, 1, "TAX"));
      List<EntityKey> unreadable = List.of(line(2), word(2, 1), place(1), label(2, 1, "TIP"));

      run.apply(
          new SnapshotFacts(
              read.partition(), read.asOf(), read.facts(), unreadable, !isExport, false));
      if (isExport) {
        run.close(READ);
      }

      assertThat(labels(row(2))).containsExactly("label_TAX");
      assertThat(text(row(2), "merchant_name")).as("nobody knows a better").isEqualTo("Given");
      assertThat(run.records).containsKey(wordRecord(2, 1).id());
    }

    @Test
    void c12WhatCannotBeUnderstoodInAnExportIsAsItWasLast() {
      bring(10, List.of(line(2)), word(2, 1));
      run.applyAll(
          List.of(
              Changes.insert(line(2), 11),
              Changes.insert(word(2, 1), 11),
              placed(12),
              Changes.label(label(2, 1, "TAX"), ValidationStatus.VALID, 12)));
      Map<String, Map<String, MetadataValue>> before = new TreeMap<>(run.records);
      List<EntityKey> unreadable = List.of(line(2), word(2, 1), place(1), label(2, 1, "TAX"));

      run.apply(new SnapshotFacts(Changes.IMAGE, asOf(READ), List.of(), unreadable, false, false));
      run.close(READ);

      assertThat(run.records).isEqualTo(before);
    }
  }

  @Nested
  class WhatIsRemembered {

    @Test
    void c12WhatIsNotListedNeedsNoState() {
      run.apply(listed(IMAGE, RECEIPT, line(2), word(2, 2), label(2, 1, "TAX"), word(8, 1)));

      Set<EntityKey> entities = new TreeSet<>();
      run.chunks.chunks.values().forEach(chunk -> entities.addAll(chunk.entries().keySet()));
      assertThat(entities)
          .containsExactlyInAnyOrder(
              IMAGE,
              EntityKey.SNAPSHOT,
              RECEIPT,
              line(2),
              word(2, 2),
              label(2, 1, "TAX"),
              word(8, 1));
      assertThat(run.chunks.chunks.values())
          .flatExtracting(chunk -> chunk.written().keySet())
          .as("what is told of records that are there")
          .containsExactlyInAnyOrder(line(2), word(2, 2));
    }

    /** A row must not get back a line, nor a word a label, because ten days went by. */
    @Test
    void c12TheAnswerDoesNotTurnWhenRemovalsAreForgotten() {
      bring(10, List.of(line(7), line(8)), word(7, 2), word(8, 1), word(2, 1), word(2, 2));
      run.apply(
          listed(
              IMAGE,
              RECEIPT,
              line(7),
              word(7, 2),
              word(8, 1),
              label(8, 1, "TAX"),
              line(2),
              word(2, 2),
              label(2, 1, "TIP"),
              ReceiptKeys.receipt(2),
              ReceiptKeys.line(2, 1)));
      run.apply(Changes.remove(ReceiptKeys.receipt(2), 30));
      Map<String, Map<String, MetadataValue>> before = new TreeMap<>(run.records);

      run.expire(AFTER_ALL * 1_000_000L);
      run.apply(Changes.label(label(7, 2, "DATE"), ValidationStatus.VALID, AFTER_ALL + 1));

      assertThat(run.records.keySet()).isEqualTo(before.keySet());
      assertThat(labels(row(7))).containsExactly("label_DATE");
      assertThat(text(row(7), "row_line_ids")).isEqualTo("[7]");
    }

    @Test
    void c12WhatARemovedReceiptHasLeftInTheTableIsThereWhenItComesBackLater() {
      run.apply(listed(IMAGE, RECEIPT, line(2), word(2, 1), label(2, 1, "TAX")));
      run.apply(Changes.remove(RECEIPT, 30));
      run.expire(AFTER_ALL * 1_000_000L);

      bring(AFTER_ALL + 1, List.of(line(2)), word(2, 1));
      assertThat(run.records).as("hidden still").isEmpty();
      run.apply(Changes.insert(RECEIPT, AFTER_ALL + 2));

      assertThat(labels(row(2))).containsExactly("label_TAX");
      assertThat(run.records).containsKey(wordRecord(2, 1).id());
    }

    @Test
    void c12AReceiptOfWhichNothingIsLeftIsForgotten() {
      run.apply(listed(IMAGE, RECEIPT, line(2), word(2, 1)));
      run.applyAll(
          List.of(
              Changes.remove(word(2, 1), 30),
              Changes.remove(line(2), 30),
              Changes.remove(RECEIPT, 30),
              Changes.remove(IMAGE, 30)));

      run.expire(AFTER_ALL * 1_000_000L);

      assertThat(run.chunks.chunks).isEmpty();
    }
  }

  static List<EntityKind> kinds() {
    List<EntityKind> kinds = new ArrayList<>(new ReceiptTree().kinds());
    kinds.add(ReceiptKeys.RUN);
    kinds.add(EntityKind.SNAPSHOT);
    kinds.add(EntityKind.batchOf(ReceiptKeys.RECEIPT));
    return kinds;
  }

  private void bring(int second, List<EntityKey> row, EntityKey... words) {
    bring(run, second, row, words);
  }

  /** A run with one row, and with words that it was told another merchant and place of. */
  private static void bring(ResolverRun run, int second, List<EntityKey> row, EntityKey... words) {
    List<Integer> lines = row.stream().map(ReceiptKeys::lineOf).toList();
    RecordKey primary = row(lines.get(0));
    Map<String, MetadataValue> ofRow = new TreeMap<>(given());
    ofRow.put("row_line_ids", MetadataValue.of(lines.toString()));
    RunDelta ofRows = delta(second, ReceiptTree.LINES);
    run.apply(Deltas.opens(ofRows, List.of(new ReceiptFacts.Row(lines))));
    run.apply(
        DeltaStep.brings(ofRows, new Embedding(primary, new float[] {second}, "text", ofRow)));
    RunDelta ofWords = delta(second, ReceiptTree.WORDS);
    run.apply(Deltas.opens(ofWords, List.of()));
    for (EntityKey word : words) {
      run.apply(
          DeltaStep.brings(
              ofWords,
              new Embedding(
                  wordRecord(ReceiptKeys.lineOf(word), ReceiptKeys.wordOf(word)),
                  new float[] {second},
                  "text",
                  given())));
    }
  }

  private static Map<String, MetadataValue> given() {
    return Map.of(
        "merchant_name", MetadataValue.of("Given"),
        "place_id", MetadataValue.of("given"),
        "label_status", MetadataValue.of("unvalidated"));
  }

  private static RunDelta delta(int second, CollectionName collection) {
    return Deltas.delta(
        Changes.IMAGE, 1, "r" + second, collection, "p", Changes.version(second), null);
  }

  private static SnapshotFacts listed(EntityKey... entities) {
    return listed(READ, entities);
  }

  private static SnapshotFacts listed(int second, EntityKey... entities) {
    List<FactChange> facts =
        Stream.of(entities)
            .map(
                entity ->
                    new FactChange(
                        Changes.IMAGE, entity, fact(entity), asOf(second), false, true, null))
            .toList();
    return new SnapshotFacts(Changes.IMAGE, asOf(second), facts, List.of(), true, false);
  }

  private static SnapshotFacts piece(EntityKey entity) {
    SnapshotFacts all = listed(entity);
    return new SnapshotFacts(all.partition(), all.asOf(), all.facts(), List.of(), false, false);
  }

  private static Fact fact(EntityKey entity) {
    return switch (entity.kind().name()) {
      case "label" -> Changes.labelFact(ValidationStatus.VALID);
      case "place" -> new ReceiptFacts.Place("alpha", null, null, null, "p1").fact();
      case "row" ->
          new ReceiptFacts.Row(List.of(ReceiptKeys.lineOf(entity), ReceiptKeys.lineOf(entity) + 1))
              .fact();
      default -> Fact.exists();
    };
  }

  private static FactChange placed(int second) {
    return new FactChange(
        Changes.IMAGE, place(1), fact(place(1)), Changes.version(second), true, false, null);
  }

  private static FactChange twin(String added, ValidationStatus status) {
    Fact fact = new ReceiptFacts.Label(status, added, null).fact();
    return new FactChange(Changes.IMAGE, label(2, 1, "TAX"), fact, asOf(READ), false, true, null);
  }

  private static Version asOf(int second) {
    return new Version(second * 1_000_000L, "");
  }

  private List<String> labels(RecordKey record) {
    return labels(run, record);
  }

  private static List<String> labels(ResolverRun run, RecordKey record) {
    return run.records.get(record.id()).keySet().stream()
        .filter(key -> key.matches("label_[A-Z]+"))
        .toList();
  }

  private String text(RecordKey record, String key) {
    return run.records.get(record.id()).get(key).text();
  }

  private static EntityKey line(int line) {
    return ReceiptKeys.line(1, line);
  }

  private static EntityKey word(int line, int word) {
    return ReceiptKeys.word(1, line, word);
  }

  private static EntityKey label(int line, int word, String name) {
    return ReceiptKeys.label(1, line, word, name);
  }

  private static EntityKey place(int receipt) {
    return ReceiptKeys.place(receipt);
  }

  /** A row's item of two lines, the second after the first. */
  private static EntityKey group(int primary, int second) {
    assertThat(second).isEqualTo(primary + 1);
    return ReceiptKeys.row(1, primary);
  }

  private static RecordKey row(int line) {
    return ReceiptTree.row(Changes.IMAGE, 1, line);
  }

  private static RecordKey wordRecord(int line, int word) {
    return ReceiptTree.word(Changes.IMAGE, 1, line, word);
  }
}
