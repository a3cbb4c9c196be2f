package io.chromasync.receipts;

import static io.chromasync.testing.ItemChanges.at;
import static io.chromasync.testing.ItemChanges.insert;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.chromasync.mapping.MappedItem;
import io.chromasync.model.DeadLetter.Reason;
import io.chromasync.model.ItemChange;
import io.chromasync.model.ItemChange.Operation;
import io.chromasync.testing.ItemChanges;
import io.chromasync.testing.Items;
import io.chromasync.testing.TableItem;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** What makes an item of ours a dead letter. */
class RejectionTest {

  private static final String IMAGE = "3f0c2a7e-5b1d-4c55-9a60-0d5f1e2b7c11";
  private static final TableItem RECEIPT = Items.receipt(IMAGE, 1);
  private static final TableItem LINE = Items.line(IMAGE, 1, 7, "BANANAS");
  private static final TableItem WORD = Items.word(IMAGE, 1, 7, 2, "ORGANIC");
  private static final TableItem LABEL = Items.label(IMAGE, 1, 7, 2, "TAX");
  private static final TableItem PLACE = Items.place(IMAGE, 1);
  private static final TableItem SECTION = Items.section(IMAGE, 1, "ITEMS", 7, 8);
  private static final TableItem ROW = Items.row(IMAGE, 1, 7, 8);

  static Stream<Arguments> required() {
    return Stream.of(
            required(RECEIPT, "TYPE"),
            required(LINE, "TYPE"),
            required(WORD, "TYPE"),
            required(LABEL, "TYPE timestamp_added"),
            required(PLACE, "TYPE place_id merchant_name"),
            required(SECTION, "line_ids"),
            required(ROW, "line_ids"))
        .flatMap(List::stream);
  }

  static Stream<Arguments> used() {
    return Stream.concat(
        required(),
        Stream.of(
                required(LABEL, "validation_status label_proposed_by"),
                required(PLACE, "merchant_category formatted_address phone_number"),
                required(SECTION, "confidence validation_status"))
            .flatMap(List::stream));
  }

  private static List<Arguments> required(TableItem item, String names) {
    return Stream.of(names.split(" ")).map(name -> arguments(item, name)).toList();
  }

  @ParameterizedTest
  @MethodSource("required")
  void anItemWithoutARequiredAttributeIsRejected(TableItem item, String name) {
    assertUnparsable(item.without(name), "'" + name + "' is missing");
    assertUnparsable(item.empty(name), "'" + name + "' is missing");
  }

  @ParameterizedTest
  @MethodSource("used")
  void anItemWithAnAttributeOfAnotherTypeIsRejected(TableItem item, String name) {
    assertUnparsable(
        item.with(name, AttributeValue.fromBool(true)), "attribute '" + name + "' must be");
  }

  @Test
  void theProposerOfALabelMustNotBeEmpty() {
    assertUnparsable(
        LABEL.text("label_proposed_by", ""), "'label_proposed_by' must not be an empty string");
  }

  @Test
  void aNumberMustBeOne() {
    assertUnparsable(SECTION.confidence("high"), "'confidence' must be a number");
    assertUnparsable(SECTION.confidence(""), "'confidence' must be a number");
    assertUnparsable(SECTION.confidence("NaN"), "'confidence' must be a number");
  }

  @Test
  void aTimeMustBeOne() {
    assertUnparsable(LABEL.addedAt("yesterday"), "'timestamp_added' must be a time");
    assertUnparsable(LABEL.addedAt("2026"), "'timestamp_added' must be a time");
  }

  @Test
  void aStatusMustBeKnown() {
    assertUnparsable(LABEL.text("validation_status", "MAYBE"), "must be one of [NONE, PENDING,");
    assertUnparsable(SECTION.text("validation_status", "valid"), "but is 'valid'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "7.5", "1000000000", "1E+400", "100e2147483647"})
  void aLineIdMustBeAWholeNumber(String id) {
    AttributeValue ids = AttributeValue.fromL(List.of(AttributeValue.fromN(id)));

    assertUnparsable(SECTION.with("line_ids", ids), "'line_ids' must hold integers");
    assertUnparsable(ROW.with("line_ids", ids), "'line_ids' must hold integers");
  }

  @Test
  void aListOfLinesMustNotBeEmptyNorHoldAnythingElse() {
    assertUnparsable(SECTION.lines(), "'line_ids' must be a list (L) of at least one number");
    assertUnparsable(ROW.lines(), "'line_ids' must be a list (L) of at least one number");
    assertUnparsable(
        SECTION.with("line_ids", AttributeValue.fromL(List.of(AttributeValue.fromS("7")))),
        "'line_ids' must be a number (N) but is S");
    assertUnparsable(
        SECTION.with("line_ids", AttributeValue.fromL(List.of(AttributeValue.fromNul(true)))),
        "'line_ids' is missing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-0.1", "1.0001", "83"})
  void aConfidenceLiesBetweenNoneAndFull(String confidence) {
    assertUnparsable(SECTION.confidence(confidence), "must lie between 0 and 1");
  }

  @Test
  void anItemMustAgreeWithItsKeys() {
    assertInconsistent(PLACE.text("image_id", "other"), "'image_id' is other");
    assertInconsistent(PLACE.number("receipt_id", "2"), "'receipt_id' is 2");
    assertInconsistent(SECTION.text("section_type", "HEADER"), "'section_type' is HEADER");
    assertInconsistent(ROW.lines(8, 7), "'line_ids' is 8");
  }

  @ParameterizedTest
  @CsvSource(
      value = {
        "not json | is not JSON",
        "{ | is not JSON",
        "[] | must be a JSON object",
        "{\"TYPE\":{\"S\":\"RECEIPT_ROW\"}} {} | is not JSON",
        "{\"TYPE\":\"RECEIPT_ROW\"} | 'TYPE' must be an object with one field",
        "{\"TYPE\":{}} | 'TYPE' must be an object with one field",
        "{\"TYPE\":{\"S\":\"RECEIPT_ROW\",\"N\":\"1\"}} | 'TYPE' must be an object with one field",
        "{\"TYPE\":{\"N\":\"1\"}} | 'TYPE' must be a string (S) but is N",
        "{\"TYPE\":{\"S\":1}} | 'TYPE' must hold a string in its S",
        "{\"TYPE\":{\"S\":\"RECEIPT_ROW\"},\"line_ids\":{\"L\":7}} | 'line_ids' must be a list",
        "{\"TYPE\":{\"S\":\"RECEIPT_ROW\"},\"line_ids\":{\"L\":[7]}} | 'line_ids' must be an object",
        "{\"TYPE\":{\"S\":\"RECEIPT_ROW\"},\"line_ids\":{\"L\":[{\"N\":7}]}} | must be a number but",
      },
      delimiter = '|')
  void whatIsNoItemIsRejected(String json, String detail) {
    assertRejected(change(Operation.INSERT, json), Reason.UNPARSABLE, detail);
  }

  @ParameterizedTest
  @CsvSource({"INSERT", "MODIFY"})
  void aChangeWithoutNewItemSaysThatTheStreamIsOfTheWrongKind(Operation operation) {
    assertRejected(change(operation, null), Reason.UNPARSABLE, "must be NEW_AND_OLD_IMAGES");
  }

  @Test
  void aRecordWithoutKeysIsRejected() {
    assertThat(meaning(null, "RECEIPT#00001"))
        .isEqualTo(
            new MappedItem.Rejected(
                Reason.UNPARSABLE,
                ReceiptKeys.receipt(1),
                null,
                "the record has no key 'PK' of type S"));
    assertThat(meaning("IMAGE#a", null))
        .isEqualTo(
            new MappedItem.Rejected(
                Reason.UNPARSABLE, null, null, "the record has no key 'SK' of type S"));
  }

  @Test
  void theEntityIsNamedWhereItIsUnderstood() {
    MappedItem meaning = ItemMapper.map(insert(LABEL.without("timestamp_added"), at(1)));

    assertThat(((MappedItem.Rejected) meaning).path())
        .isEqualTo("receipt/1/line/7/word/2/label/TAX");
  }

  private static MappedItem meaning(String partitionKey, String sortKey) {
    return ItemMapper.map(
        new ItemChange(Operation.REMOVE, partitionKey, sortKey, null, null, at(1), "test"));
  }

  private static ItemChange change(Operation operation, String json) {
    return new ItemChange(operation, ROW.partitionKey(), ROW.sortKey(), json, null, at(1), "test");
  }

  private static void assertUnparsable(TableItem item, String detail) {
    assertRejected(insert(item, at(1)), Reason.UNPARSABLE, detail);
    assertRejected(ItemChanges.modify(item, item, at(1)), Reason.UNPARSABLE, detail);
  }

  private static void assertInconsistent(TableItem item, String detail) {
    assertRejected(insert(item, at(1)), Reason.INCONSISTENT, detail);
  }

  private static void assertRejected(ItemChange change, Reason reason, String detail) {
    assertThat(ItemMapper.map(change))
        .isInstanceOfSatisfying(
            MappedItem.Rejected.class,
            rejected -> {
              assertThat(rejected.detail()).contains(detail);
              assertThat(rejected.reason()).isEqualTo(reason);
            });
  }
}
