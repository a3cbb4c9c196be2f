package io.chromasync.receipts;

import static io.chromasync.testing.ItemChanges.at;
import static io.chromasync.testing.ItemChanges.insert;
import static io.chromasync.testing.ItemChanges.modify;
import static io.chromasync.testing.ItemChanges.remove;
import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.mapping.MappedItem;
import io.chromasync.model.DeadLetter.Reason;
import io.chromasync.model.Fact;
import io.chromasync.model.FactChange;
import io.chromasync.model.ItemChange;
import io.chromasync.model.ItemChange.Operation;
import io.chromasync.model.RunDelta;
import io.chromasync.receipts.ReceiptFacts.ValidationStatus;
import io.chromasync.testing.Deltas;
import io.chromasync.testing.Items;
import io.chromasync.testing.TableItem;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class ItemMapperTest {

  private static final String IMAGE = "3f0c2a7e-5b1d-4c55-9a60-0d5f1e2b7c11";
  private static final TableItem LABEL = Items.label(IMAGE, 1, 7, 2, "TAX");
  private static final TableItem PLACE = Items.place(IMAGE, 1);
  private static final TableItem SECTION = Items.section(IMAGE, 1, "ITEMS", 7, 8);
  private static final TableItem ROW = Items.row(IMAGE, 1, 7, 8);

  @Nested
  class ExamplesOfTheDocumentation {

    @ParameterizedTest
    @CsvSource({
      "image, IMAGE, partition",
      "receipt, RECEIPT#00001, receipt/1",
      "resegment_reservation, RECEIPT#00002, receipt/2",
      "receipt_line, RECEIPT#00001#LINE#00007, receipt/1/line/7",
      "receipt_word, RECEIPT#00001#LINE#00007#WORD#00002, receipt/1/line/7/word/2",
    })
    void anExampleWithoutContentSaysThatItsEntityIsThere(String file, String sortKey, String path) {
      FactChange change = fact(example(file, sortKey));

      assertThat(change.entity()).hasToString(path);
      assertThat(change.fact()).isEqualTo(Fact.exists());
      assertThat(change.partition()).isEqualTo(IMAGE);
      assertThat(change.version()).isEqualTo(at(10));
    }

    @Test
    void theExampleLabelIsRead() {
      FactChange change =
          fact(
              example(
                  "receipt_word_label", "RECEIPT#00001#LINE#00007#WORD#00002#LABEL#PRODUCT_NAME"));

      assertThat(change.entity()).isEqualTo(ReceiptKeys.label(1, 7, 2, "PRODUCT_NAME"));
      assertThat(ReceiptFacts.Label.of(change.fact()))
          .isEqualTo(
              new ReceiptFacts.Label(
                  ValidationStatus.PENDING, "2026-03-02T18:06:40.001000+00:00", "layout-model"));
    }

    @Test
    void theExamplePlaceIsRead() {
      FactChange change = fact(example("receipt_place", "RECEIPT#00001#PLACE"));

      assertThat(change.entity()).isEqualTo(ReceiptKeys.place(1));
      assertThat(ReceiptFacts.Place.of(change.fact()))
          .isEqualTo(
              new ReceiptFacts.Place(
                  "Green Grocer #7",
                  "grocery_store",
                  "12 Harbor St, Ventura, CA 93001",
                  "(805) 555-0142",
                  "ChIJdemo0001"));
    }

    @Test
    void theExampleSectionIsRead() {
      FactChange change = fact(example("receipt_section", "RECEIPT#00001#SECTION#ITEMS"));

      assertThat(change.entity()).isEqualTo(ReceiptKeys.section(1, "ITEMS"));
      assertThat(ReceiptFacts.Section.of(change.fact()))
          .isEqualTo(
              new ReceiptFacts.Section(List.of(7, 8, 9, 10), 0.83, ValidationStatus.PENDING));
    }

    @Test
    void theExampleRowIsRead() {
      FactChange change = fact(example("receipt_row", "RECEIPT#00001#ROW#00007"));

      assertThat(change.entity()).isEqualTo(ReceiptKeys.row(1, 7));
      assertThat(ReceiptFacts.Row.of(change.fact())).isEqualTo(new ReceiptFacts.Row(List.of(7, 8)));
    }
  }

  @Nested
  class CompactionRuns {

    private static final String RUN = "5b7f6a52-8d0a-4c57-9d2f-2b3c4d5e6f70";
    private static final String RUN_KEY = "RECEIPT#00001#COMPACTION_RUN#" + RUN;

    @Test
    void theExampleRunNamesTwoDeltasOfTheVersionOfItsInsert() {
      ItemChange insert = example("compaction_run", RUN_KEY);

      assertThat(ItemMapper.map(insert))
          .isEqualTo(
              new MappedItem.Run(
                  List.of(
                      Deltas.delta(
                          IMAGE,
                          1,
                          RUN,
                          ReceiptTree.WORDS,
                          "words/delta/" + RUN + "/",
                          at(10),
                          insert,
                          "2026-03-02T18:05:25.000000+00:00"),
                      Deltas.delta(
                          IMAGE,
                          1,
                          RUN,
                          ReceiptTree.LINES,
                          "lines/delta/" + RUN + "/",
                          at(10),
                          insert,
                          "2026-03-02T18:05:25.000000+00:00"))));
    }

    @Test
    void aRunWithoutPrefixesIsARunAllTheSame() {
      MappedItem meaning =
          ItemMapper.map(
              insert(item(RUN_KEY, "COMPACTION_RUN").without("lines_delta_prefix"), at(10)));

      assertThat(((MappedItem.Run) meaning).deltas())
          .extracting(RunDelta::prefix)
          .containsOnlyNulls();
    }

    /** Rejected, its item would say for ever that it is pending. */
    @Test
    void whatARunSaysInAWrongTypeItDoesNotSay() {
      MappedItem meaning =
          ItemMapper.map(
              insert(
                  item(RUN_KEY, "COMPACTION_RUN")
                      .number("lines_delta_prefix", "1")
                      .number("words_delta_prefix", "2")
                      .number("created_at", "3"),
                  at(10)));

      assertThat(((MappedItem.Run) meaning).deltas())
          .hasSize(2)
          .allSatisfy(
              delta -> {
                assertThat(delta.prefix()).isNull();
                assertThat(delta.created()).isNull();
              });
    }

    @ParameterizedTest
    @EnumSource(value = Operation.class, names = "INSERT", mode = EnumSource.Mode.EXCLUDE)
    void whatHappensToARunLaterChangesNothing(Operation operation) {
      ItemChange later =
          change(operation, "IMAGE#" + IMAGE, RUN_KEY, Resources.item("compaction_run"));

      assertThat(ItemMapper.map(later)).isEqualTo(new MappedItem.Ignored("COMPACTION_RUN"));
    }
  }

  @Nested
  class WhoseItemItIs {

    @ParameterizedTest
    @CsvSource({
      "receipt_letter, RECEIPT#00001#LINE#00007#WORD#00002#LETTER#00003, RECEIPT_LETTER",
    })
    void anExampleOfAnotherKindIsIgnoredByType(String file, String sortKey, String type) {
      assertThat(ItemMapper.map(example(file, sortKey))).isEqualTo(new MappedItem.Ignored(type));
    }

    @Test
    void theExampleLockIsIgnored() {
      ItemChange lock =
          change(
              Operation.INSERT,
              "LOCK#words#chroma-words-compaction",
              "LOCK",
              Resources.item("compaction_lock"));

      assertThat(ItemMapper.map(lock)).isEqualTo(new MappedItem.Ignored("COMPACTION_LOCK"));
    }

    @ParameterizedTest
    @CsvSource({
      "RECEIPT#00001#SUMMARY, RECEIPT_SUMMARY, RECEIPT_SUMMARY",
      "RECEIPT#00001#LINE_ITEM#00001, RECEIPT_LINE_ITEM, RECEIPT_LINE_ITEM",
      "RECEIPT#00001#BARCODE#00001, RECEIPT_BARCODE, RECEIPT_BARCODE",
      "LINE#00007, LINE, LINE",
      "LINE#00007#WORD#00002, WORD, WORD",
      "ANYTHING#PLACE, SOMETHING_NEW, OTHER",
      "'', job-4711, OTHER",
    })
    void anItemThatIsNotOursIsIgnoredUnderOneOfFewNames(String sortKey, String type, String name) {
      assertThat(ItemMapper.map(insert(item(sortKey, type), at(1))))
          .isEqualTo(new MappedItem.Ignored(name));
    }

    @Test
    void anItemOutsideOfImagesIsIgnoredWhateverItsSortKey() {
      ItemChange job =
          change(
              Operation.INSERT, "JOB#1", "RECEIPT#00001#PLACE", "{\"TYPE\":{\"S\":\"JOB_PLACE\"}}");

      assertThat(ItemMapper.map(job)).isEqualTo(new MappedItem.Ignored("OTHER"));
    }

    @ParameterizedTest
    @CsvSource({
      // Ours by type, not by key.
      "RECEIPT#00001#LINE#00007#WORD#00002#LETTER#00003, RECEIPT_WORD",
      "RECEIPT#00001#SUMMARY, RECEIPT_SECTION",
      "RECEIPT#1, RECEIPT",
      "receipt#00001, RECEIPT",
      "ANYTHING#PLACE, RECEIPT_PLACE",
      // Ours by key, not by type.
      "RECEIPT#00001#LINE#00007#WORD#00002, RECEIPT_LETTER",
      "RECEIPT#00001, COMPACTION_RUN",
      "IMAGE, image",
      // Ours by both, and not the same.
      "RECEIPT#00001#LINE#00007, RECEIPT_WORD",
      "RECEIPT#00001#LINE#00007, RESEGMENT_RESERVATION",
      "RECEIPT#00001#SECTION#SUMMARY, RECEIPT_PLACE",
    })
    void typeAndSortKeyMustNotDisagree(String sortKey, String type) {
      MappedItem.Rejected rejected = rejected(insert(item(sortKey, type), at(1)));

      assertThat(rejected.reason()).isEqualTo(Reason.INCONSISTENT);
      assertThat(rejected.path()).isNull();
      assertThat(rejected.detail()).contains(type).contains(sortKey);
    }

    @ParameterizedTest
    @ValueSource(strings = {"IMAGE#", "IMAGE#a#b", "JOB#1", "image#a", ""})
    void anItemOfOursMustLieInThePartitionOfAnImage(String partitionKey) {
      ItemChange receipt =
          change(
              Operation.INSERT,
              partitionKey,
              "RECEIPT#00001",
              Items.receipt(IMAGE, 1).without("PK").json());

      assertThat(rejected(receipt).reason()).isEqualTo(Reason.INCONSISTENT);
    }

    @ParameterizedTest
    @CsvSource(
        value = {
          "IMAGE | partition",
          "RECEIPT#00001 | receipt/1",
          "RECEIPT#00001#LINE#00007 | receipt/1/line/7",
          "RECEIPT#00001#LINE#00007#WORD#00002 | receipt/1/line/7/word/2",
          "RECEIPT#00001#LINE#00007#WORD#00002#LABEL#TAX | receipt/1/line/7/word/2/label/TAX",
          "RECEIPT#00001#PLACE | receipt/1/place",
          "RECEIPT#00001#SECTION#ITEMS | receipt/1/section/ITEMS",
          "RECEIPT#00001#ROW#00007 | receipt/1/row/7",
        },
        delimiter = '|')
    void aRemovalOfKeysOnlyIsKnownByItsSortKey(String sortKey, String path) {
      FactChange change = fact(change(Operation.REMOVE, "IMAGE#" + IMAGE, sortKey, null));

      assertThat(change.entity()).hasToString(path);
      assertThat(change.isRemoval()).isTrue();
    }

    @Test
    void theRemovalOfALetterIsNotThatOfItsWord() {
      TableItem letter = Items.letter(Items.word(IMAGE, 1, 7, 1, "TAX"), 3, "X");

      assertThat(ItemMapper.map(remove(letter, at(10))))
          .isEqualTo(new MappedItem.Ignored("RECEIPT_LETTER"));
      assertThat(
              ItemMapper.map(
                  change(Operation.REMOVE, letter.partitionKey(), letter.sortKey(), null)))
          .isEqualTo(new MappedItem.Ignored("OTHER"));
    }

    @Test
    void aRemovalNeedsNothingOfTheOldItemButItsType() {
      TableItem broken = item("RECEIPT#00001#PLACE", "RECEIPT_PLACE");

      ItemChange removal = remove(broken, at(20));

      assertThat(fact(removal))
          .isEqualTo(
              new FactChange(IMAGE, ReceiptKeys.place(1), null, at(20), false, false, removal));
    }

    @Test
    void aTypeInsideAnotherAttributeIsNotTheItems() {
      String json =
          """
          {"extracted_data":{"M":{"TYPE":{"S":"RECEIPT_WORD"}}},"TYPE":{"S":"RECEIPT_LETTER"}}""";

      assertThat(
              ItemMapper.map(
                  change(
                      Operation.INSERT,
                      "IMAGE#" + IMAGE,
                      "RECEIPT#00001#LINE#00007#WORD#00002#LETTER#00003",
                      json)))
          .isEqualTo(new MappedItem.Ignored("RECEIPT_LETTER"));
    }

    @Test
    void anItemWithoutTypeIsReadAsItsSortKeySays() {
      TableItem row = ROW.without("TYPE");

      assertThat(ReceiptFacts.Row.of(fact(insert(row, at(1))).fact()))
          .isEqualTo(new ReceiptFacts.Row(List.of(7, 8)));
    }
  }

  @Nested
  class InsertsAndRestatements {

    @Test
    void anInsertIsToldFromAModify() {
      assertThat(fact(insert(Items.receipt(IMAGE, 1), at(1))).inserted()).isTrue();
      assertThat(fact(insert(Items.reservation(IMAGE, 1, "op"), at(1))).inserted()).isTrue();
      assertThat(fact(modify(ROW, ROW, at(1))).inserted()).isFalse();
      assertThat(fact(remove(ROW, at(1))).inserted()).isFalse();
    }

    @Test
    void anInsertRestatesNothing() {
      assertThat(fact(insert(Items.receipt(IMAGE, 1), at(1))).noOp()).isFalse();
      assertThat(fact(insert(LABEL, at(1))).noOp()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "merchant_name",
          "merchant_category",
          "formatted_address",
          "phone_number",
          "place_id"
        })
    void aWatchedFieldOfAPlaceMakesNews(String field) {
      assertThat(noOp(PLACE, PLACE.text(field, "other"))).isFalse();
      assertThat(noOp(PLACE.text(field, ""), PLACE)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"reasoning", "label_proposed_by", "label_consolidated_from"})
    void aWatchedFieldOfALabelMakesNews(String field) {
      assertThat(noOp(LABEL.text(field, "a"), LABEL.text(field, "b"))).isFalse();
      assertThat(noOp(LABEL.empty(field), LABEL.text(field, "b"))).isFalse();
    }

    @Test
    void aLabelsStatusOrTimeMakesNews() {
      assertThat(noOp(LABEL, LABEL.status(ValidationStatus.VALID))).isFalse();
      assertThat(noOp(LABEL, LABEL.addedAt("2026-03-03T00:00:00"))).isFalse();
    }

    @Test
    void aWatchedFieldOfASectionMakesNews() {
      assertThat(noOp(SECTION, SECTION.lines(8, 7))).isFalse();
      assertThat(noOp(SECTION, SECTION.confidence("0.84"))).isFalse();
      assertThat(noOp(SECTION, SECTION.without("confidence"))).isFalse();
      assertThat(noOp(SECTION, SECTION.status(ValidationStatus.VALID))).isFalse();
    }

    @Test
    void theLinesOfARowMakeNews() {
      assertThat(noOp(ROW, ROW.lines(7))).isFalse();
    }

    @Test
    void whatIsNotWatchedIsNoNews() {
      assertThat(noOp(PLACE, PLACE.text("timestamp", "2026-04-01T00:00:00"))).isTrue();
      assertThat(noOp(SECTION, SECTION.text("model_source", "v2"))).isTrue();
      assertThat(noOp(LABEL, LABEL.text("GSI3PK", "stale"))).isTrue();
      assertThat(noOp(ROW, ROW.text("amount_text", "1.99"))).isTrue();
      TableItem word = Items.word(IMAGE, 1, 7, 2, "TAX");
      assertThat(noOp(word, word.text("embedding_status", "SUCCESS"))).isTrue();
      TableItem line = Items.line(IMAGE, 1, 7, "TAX");
      assertThat(noOp(line, line.text("embedding_status", "SUCCESS"))).isTrue();
    }

    @Test
    void absentNullAndEmptyAreTheSame() {
      TableItem absent = PLACE.without("phone_number");

      assertThat(noOp(absent, PLACE.empty("phone_number"))).isTrue();
      assertThat(noOp(PLACE.empty("phone_number"), PLACE.phone(""))).isTrue();
      assertThat(noOp(SECTION.without("validation_status"), SECTION.status(ValidationStatus.NONE)))
          .isTrue();
      assertThat(noOp(SECTION.confidence("0.830"), SECTION.confidence("8.3E-1"))).isTrue();
    }

    @Test
    void aReceiptThatReplacesItsReservationIsNoNews() {
      assertThat(noOp(Items.reservation(IMAGE, 1, "op"), Items.receipt(IMAGE, 1))).isTrue();
    }

    @Test
    void anOldItemThatCannotBeReadMakesTheChangeNewsAndRejectsNothing() {
      assertThat(noOp(PLACE.number("phone_number", "1"), PLACE)).isFalse();
      assertThat(
              fact(new ItemChange(
                      Operation.MODIFY,
                      PLACE.partitionKey(),
                      PLACE.sortKey(),
                      PLACE.json(),
                      "{",
                      at(1),
                      "test"))
                  .noOp())
          .isFalse();
    }

    @Test
    void withoutAnOldItemAModifyIsNews() {
      ItemChange change =
          change(Operation.MODIFY, PLACE.partitionKey(), PLACE.sortKey(), PLACE.json());

      assertThat(fact(change).noOp()).isFalse();
    }
  }

  @Nested
  class ValuesOfAttributes {

    @Test
    void placeTextsAreTrimmedAndBlankIsAbsent() {
      TableItem place =
          PLACE
              .merchant("  CVS pharmacy\u00A0")
              .category(" ")
              .address("")
              .empty("phone_number")
              .placeId("");

      assertThat(ReceiptFacts.Place.of(fact(insert(place, at(1))).fact()))
          .isEqualTo(new ReceiptFacts.Place("CVS pharmacy", null, null, null, null));
    }

    @Test
    void aLabelWithoutStatusOrProposerHasNone() {
      TableItem label = LABEL.without("validation_status").without("label_proposed_by");

      assertThat(ReceiptFacts.Label.of(fact(insert(label, at(1))).fact()))
          .isEqualTo(
              new ReceiptFacts.Label(
                  ValidationStatus.NONE, "2026-03-02T18:06:40.001000+00:00", null));
    }

    @ParameterizedTest
    @EnumSource(ValidationStatus.class)
    void everyStatusIsRead(ValidationStatus status) {
      assertThat(ReceiptFacts.Label.of(fact(insert(LABEL.status(status), at(1))).fact()).status())
          .isEqualTo(status);
      assertThat(
              ReceiptFacts.Section.of(fact(insert(SECTION.status(status), at(1))).fact()).status())
          .isEqualTo(status);
    }

    @Test
    void numbersMayHaveAnyForm() {
      TableItem section =
          SECTION
              .with(
                  "line_ids",
                  AttributeValue.fromL(
                      List.of(AttributeValue.fromN("7.0"), AttributeValue.fromN("1E+1"))))
              .confidence("8.3e-1");

      assertThat(ReceiptFacts.Section.of(fact(insert(section, at(1))).fact()))
          .isEqualTo(new ReceiptFacts.Section(List.of(7, 10), 0.83, ValidationStatus.PENDING));
    }

    @Test
    void anAttributeNobodyKnowsOrUsesMayHoldAnything() {
      TableItem place =
          PLACE.text("geohash", "9q5").text("latitude", "north").number("merchant_types", "1");

      assertThat(ReceiptFacts.Place.of(fact(insert(place, at(1))).fact()).merchantName())
          .isEqualTo("Green Grocer #7");
    }
  }

  private static ItemChange example(String file, String sortKey) {
    return change(Operation.INSERT, "IMAGE#" + IMAGE, sortKey, Resources.item(file));
  }

  private static ItemChange change(
      Operation operation, String partitionKey, String sortKey, String newItem) {
    return new ItemChange(operation, partitionKey, sortKey, newItem, null, at(10), "test");
  }

  private static TableItem item(String sortKey, String type) {
    return ROW.text("SK", sortKey).text("TYPE", type);
  }

  private static boolean noOp(TableItem before, TableItem after) {
    return fact(modify(before, after, at(1))).noOp();
  }

  private static FactChange fact(ItemChange change) {
    MappedItem meaning = ItemMapper.map(change);
    assertThat(meaning).isInstanceOf(MappedItem.Fact.class);
    return ((MappedItem.Fact) meaning).change();
  }

  private static MappedItem.Rejected rejected(ItemChange change) {
    MappedItem meaning = ItemMapper.map(change);
    assertThat(meaning).isInstanceOf(MappedItem.Rejected.class);
    return (MappedItem.Rejected) meaning;
  }
}
