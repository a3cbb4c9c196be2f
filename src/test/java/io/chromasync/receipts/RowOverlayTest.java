package io.chromasync.receipts;

import static io.chromasync.receipts.ImageStory.IMAGE;
import static io.chromasync.receipts.ReceiptFacts.ValidationStatus.INVALID;
import static io.chromasync.receipts.ReceiptFacts.ValidationStatus.NONE;
import static io.chromasync.receipts.ReceiptFacts.ValidationStatus.PENDING;
import static io.chromasync.receipts.ReceiptFacts.ValidationStatus.VALID;
import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.receipts.ReceiptFacts.ValidationStatus;
import io.chromasync.testing.Items;
import io.chromasync.testing.TableItem;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What facts give to the record of a printed row. */
class RowOverlayTest {

  private static final TableItem RECEIPT = Items.receipt(IMAGE, 1);
  private static final TableItem LINE7 = Items.line(IMAGE, 1, 7, "BANANAS");
  private static final TableItem LINE8 = Items.line(IMAGE, 1, 8, "1.99");
  private static final TableItem ROW7 = Items.row(IMAGE, 1, 7, 8);
  private static final TableItem WORD7 = Items.word(IMAGE, 1, 7, 1, "BANANAS");
  private static final TableItem WORD8 = Items.word(IMAGE, 1, 8, 1, "1.99");
  private static final TableItem NAME7 = Items.label(IMAGE, 1, 7, 1, "PRODUCT_NAME");
  private static final TableItem TOTAL8 = Items.label(IMAGE, 1, 8, 1, "LINE_TOTAL");

  /** A receipt seen from its beginning: lines 7 and 8, one word each, in one row. */
  private static ImageStory receipt() {
    return receipt(ImageStory.withArrays());
  }

  private static ImageStory receipt(ImageStory story) {
    return story.insert(10, RECEIPT, LINE7, LINE8, WORD7, WORD8, ROW7);
  }

  @Test
  void ofARowOfWhichNothingIsKnownNothingIsSaid() {
    assertThat(ImageStory.withArrays().row(7)).isEmpty();
  }

  @Test
  void everyKeyIsSetOrRemoved() {
    // Given
    ImageStory story =
        receipt()
            .insert(11, NAME7.status(VALID), TOTAL8.status(INVALID))
            .insert(12, Items.place(IMAGE, 1).merchant("").phone(" "))
            .insert(13, Items.section(IMAGE, 1, "ITEMS", 7, 8));

    // Then
    Map<String, Object> expected = new HashMap<>();
    expected.put("row_line_ids", "[7, 8]");
    expected.put("label_status", "validated");
    expected.put("valid_labels_array", List.of("PRODUCT_NAME"));
    expected.put("invalid_labels_array", List.of("LINE_TOTAL"));
    Labels.CORE.forEach(name -> expected.put("label_" + name, null));
    expected.put("label_PRODUCT_NAME", true);
    expected.put("label_LINE_TOTAL", false);
    expected.put("section_label", "ITEMS");
    expected.put("merchant_name", null);
    expected.put("merchant_category", "grocery_store");
    expected.put("address", "12 Harbor St, Ventura, CA 93001");
    expected.put("phone_number", null);
    expected.put("place_id", "ChIJdemo0001");
    expected.put("canonical_merchant_name", null);
    expected.put("last_place_update", "1970-01-01T00:00:12+00:00");
    expected.put("place_removed_at", null);
    for (String legacy :
        List.of("prev_line", "next_line", "anchor_phone", "anchor_address", "anchor_url")) {
      expected.put(legacy, null);
    }
    assertThat(story.row(7)).isEqualTo(expected);
  }

  @Test
  void withoutArraysThereAreFlagsOnly() {
    ImageStory story = receipt(ImageStory.withoutArrays()).insert(11, NAME7.status(VALID));

    assertThat(story.row(7))
        .containsEntry("label_PRODUCT_NAME", true)
        .doesNotContainKeys("valid_labels_array", "invalid_labels_array");
  }

  // ---- labels

  @Test
  void aFlagIsClearedWhenItsOnlyLabelIsRemoved() { // S16
    ImageStory story = receipt().insert(11, NAME7.status(VALID)).remove(20, NAME7);

    assertThat(story.row(7))
        .containsEntry("label_PRODUCT_NAME", null)
        .containsEntry("valid_labels_array", null)
        .containsEntry("label_status", "unvalidated");
  }

  @Test
  void validOnOneWordWinsOverInvalidOnAnother() {
    TableItem name8 = Items.label(IMAGE, 1, 8, 1, "PRODUCT_NAME");
    ImageStory story = receipt().insert(11, NAME7.status(INVALID), name8.status(VALID));

    assertThat(story.row(7))
        .containsEntry("label_PRODUCT_NAME", true)
        .containsEntry("valid_labels_array", List.of("PRODUCT_NAME"))
        .containsEntry("invalid_labels_array", null);
  }

  @ParameterizedTest
  @CsvSource({
    "VALID, validated",
    "INVALID, validated",
    "PENDING, auto_suggested",
    "NONE, unvalidated",
    "NEEDS_REVIEW, unvalidated"
  })
  void aRowIsCheckedByAnyDecision(ValidationStatus status, String expected) {
    assertThat(receipt().insert(11, NAME7.status(status)).row(7))
        .containsEntry("label_status", expected);
  }

  @Test
  void aNameOutsideOfTheVocabularyDoesNotCountInARow() {
    ImageStory story = receipt().insert(11, Items.label(IMAGE, 1, 7, 1, "FRUIT").status(PENDING));

    assertThat(story.row(7)).containsEntry("label_status", "unvalidated");
  }

  @Test
  void labelsOfOtherRowsDoNotCount() {
    ImageStory story =
        receipt()
            .insert(11, Items.line(IMAGE, 1, 9, "TAX"), Items.word(IMAGE, 1, 9, 1, "TAX"))
            .insert(12, Items.label(IMAGE, 1, 9, 1, "TAX").status(VALID));

    assertThat(story.row(7)).containsEntry("label_TAX", null);
    assertThat(story.row(9)).containsEntry("label_TAX", true);
  }

  @Test
  void theLabelsOfARemovedWordDoNotCountWhateverComesLater() { // S01, S28
    ImageStory story = receipt().insert(11, NAME7).remove(20, WORD7);
    assertThat(story.row(7)).containsEntry("label_status", "unvalidated");

    story.modify(30, NAME7, NAME7.status(VALID));
    assertThat(story.row(7)).containsEntry("label_PRODUCT_NAME", null);

    story.insert(40, WORD7);
    assertThat(story.row(7)).containsEntry("label_PRODUCT_NAME", true);
  }

  @Test
  void aWordThatWasNotSeenHidesNoLabel() {
    ImageStory story = ImageStory.withArrays().insert(10, RECEIPT, ROW7, NAME7.status(VALID));

    assertThat(story.row(7)).containsEntry("label_PRODUCT_NAME", true);
  }

  @Test
  void theLabelsOfARowAreUnknownWhileThoseOfOneLineAre() {
    ImageStory story = ImageStory.withArrays().insert(10, LINE7, ROW7, NAME7.status(VALID));
    assertThat(story.row(7))
        .containsEntry("row_line_ids", "[7, 8]")
        .doesNotContainKeys("label_status", "label_PRODUCT_NAME", "valid_labels_array");

    story.insert(11, LINE8);
    assertThat(story.row(7)).containsEntry("label_PRODUCT_NAME", true);
  }

  // ---- which lines

  @Test
  void aRemovedLineLeavesItsRowAndItsLabelsDoNotCount() { // S27 (a)
    ImageStory story = receipt().insert(11, TOTAL8.status(VALID)).remove(20, LINE8);

    assertThat(story.row(7))
        .containsEntry("row_line_ids", "[7]")
        .containsEntry("label_LINE_TOTAL", null)
        .containsEntry("label_status", "unvalidated");
  }

  @Test
  void aLinePutAgainComesBackOnlyWithANewerRow() { // rule 17
    ImageStory story =
        receipt().insert(11, TOTAL8.status(VALID)).remove(20, LINE8).insert(30, LINE8);
    assertThat(story.row(7))
        .containsEntry("row_line_ids", "[7]")
        .containsEntry("label_LINE_TOTAL", null);

    story.modify(40, ROW7, ROW7);
    assertThat(story.row(7))
        .containsEntry("row_line_ids", "[7, 8]")
        .containsEntry("label_LINE_TOTAL", true);
  }

  @Test
  void aRemovedPrimaryLineTakesItsRowAlong() { // S27 (b)
    ImageStory story = receipt().insert(11, TOTAL8.status(VALID)).remove(20, LINE7);

    assertThat(story.isRemoved(ReceiptKeys.line(1, 7))).isTrue();
    assertThat(story.row(8))
        .containsEntry("label_LINE_TOTAL", true)
        .doesNotContainKey("row_line_ids");

    story.insert(30, LINE7);
    assertThat(story.row(7)).doesNotContainKey("row_line_ids");
  }

  @Test
  void aLineInAnothersRowHasNoRecord() {
    assertThat(receipt().row(8)).isEmpty();
  }

  @Test
  void withoutRowItemsEveryLineIsARowAndItsLinesStayAsTheyAre() {
    ImageStory story = ImageStory.withArrays().insert(10, LINE7, LINE8, TOTAL8.status(VALID));

    assertThat(story.row(7))
        .containsEntry("label_LINE_TOTAL", null)
        .doesNotContainKey("row_line_ids");
    assertThat(story.row(8)).containsEntry("label_LINE_TOTAL", true);
  }

  @Test
  void theRemovalOfARowItemSplitsTheRow() {
    ImageStory story = receipt().insert(11, TOTAL8.status(VALID)).remove(20, ROW7);

    assertThat(story.row(7)).containsEntry("label_LINE_TOTAL", null);
    assertThat(story.row(8)).containsEntry("label_LINE_TOTAL", true);
  }

  @Test
  void linesStayInTheOrderOfTheRow() {
    ImageStory story = ImageStory.withArrays().insert(10, Items.row(IMAGE, 1, 12, 7, 12, 9));

    assertThat(story.row(12)).containsEntry("row_line_ids", "[12, 7, 9]");
  }

  // ---- sections

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        // The section with most lines.
        "7,8 PENDING 0.5; 9 VALID 1; ITEMS",
        // A tie has none.
        "7 PENDING 0.5; 8 PENDING 0.5; ",
        "6 PENDING 0.5; 5 PENDING 0.5; ",
        // Where both have all lines: checked first, then confidence, then the name.
        "7,8 PENDING 0.9; 7,8 VALID 0.1; PAYMENT",
        "7,8 PENDING 0.9; 7,8 NONE 1; ITEMS",
        "7,8 NEEDS_REVIEW 0.9; 7,8 NONE 1; PAYMENT",
        "7,8 PENDING 0.5; 7,8 PENDING 0.9; PAYMENT",
        "7,8 PENDING 0.5; 7,8 PENDING 0.5; ITEMS",
        // A line is in its best section only.
        "7,8 PENDING 0.5; 8 VALID 0.5; ",
        // Invalid sections do not count.
        "7,8 INVALID 1; 8 PENDING 0; PAYMENT",
        "7,8 INVALID 1; 7,8 INVALID 1; ",
      })
  void theSectionOfARowIsThatOfMostOfItsLines(String items, String payment, String expected) {
    ImageStory story = receipt().insert(11, section("ITEMS", items), section("PAYMENT", payment));

    assertThat(story.row(7)).containsEntry("section_label", expected);
  }

  @Test
  void aSectionWithoutConfidenceRanksLast() {
    ImageStory story =
        receipt()
            .insert(
                11,
                Items.section(IMAGE, 1, "ITEMS", 7, 8).without("confidence"),
                Items.section(IMAGE, 1, "PAYMENT", 7, 8).confidence("0.01"));

    assertThat(story.row(7)).containsEntry("section_label", "PAYMENT");
  }

  @Test
  void aSectionThatIsRemovedOrTurnsInvalidStripsItsRows() { // S23
    TableItem items = Items.section(IMAGE, 1, "ITEMS", 7, 8);
    assertThat(receipt().insert(11, items).remove(20, items).row(7))
        .containsEntry("section_label", null);
    assertThat(receipt().insert(11, items).modify(20, items, items.status(INVALID)).row(7))
        .containsEntry("section_label", null);
  }

  @Test
  void aStormOfSectionsEndsWhereItsLastEditSays() { // S23
    TableItem items = Items.section(IMAGE, 1, "ITEMS", 7);
    ImageStory story = receipt().insert(11, items);
    for (int second = 12; second < 37; second++) {
      story.modify(second, items, items.confidence("0." + second));
    }
    story.insert(40, Items.section(IMAGE, 1, "PAYMENT", 8).status(NONE));

    assertThat(story.row(7)).containsEntry("section_label", null);
  }

  @Test
  void sectionsAreUnknownUntilTheReceiptIsKnown() {
    ImageStory story =
        ImageStory.withArrays()
            .insert(10, LINE7, LINE8, ROW7, Items.section(IMAGE, 1, "ITEMS", 7, 8));
    assertThat(story.row(7)).doesNotContainKey("section_label");

    story.insert(9, RECEIPT);
    assertThat(story.row(7)).containsEntry("section_label", "ITEMS");
  }

  /** A section from its lines, status and confidence. */
  private static TableItem section(String type, String content) {
    String[] parts = content.split(" ", 3);
    int[] lines = Stream.of(parts[0].split(",", -1)).mapToInt(Integer::parseInt).toArray();
    return Items.section(IMAGE, 1, type, lines)
        .status(ValidationStatus.valueOf(parts[1]))
        .confidence(parts[2]);
  }
}
