package io.chromasync.receipts;

import static io.chromasync.receipts.ImageStory.IMAGE;
import static io.chromasync.receipts.ReceiptFacts.ValidationStatus.INVALID;
import static io.chromasync.receipts.ReceiptFacts.ValidationStatus.NEEDS_REVIEW;
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
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What facts give to the record of a word. */
class WordOverlayTest {

  private static final TableItem WORD = Items.word(IMAGE, 1, 2, 1, "6.30");
  private static final TableItem TAX = Items.label(IMAGE, 1, 2, 1, "TAX");
  private static final TableItem SUBTOTAL = Items.label(IMAGE, 1, 2, 1, "SUBTOTAL");
  private static final TableItem PLACE = Items.place(IMAGE, 1);

  @Test
  void ofAWordOfWhichNothingIsKnownNothingIsSaid() {
    assertThat(ImageStory.withArrays().word(2, 1)).isEmpty();
  }

  @Test
  void everyKeyOfLabelsAndPlaceIsSetOrRemoved() {
    // Given
    ImageStory story =
        ImageStory.withArrays()
            .insert(10, WORD)
            .insert(11, TAX.status(VALID), SUBTOTAL.status(INVALID))
            .insert(12, PLACE.merchant(" GREEN grocer ").category(""));

    // Then
    Map<String, Object> expected = new HashMap<>();
    expected.put("label_status", "validated");
    expected.put("valid_labels_array", List.of("TAX"));
    expected.put("invalid_labels_array", List.of("SUBTOTAL"));
    expected.put("label_proposed_by", null);
    expected.put("label_validated_at", "2026-03-02T18:06:40.001000+00:00");
    expected.put("label_confidence", null);
    expected.put("last_label_update", "1970-01-01T00:00:11+00:00");
    expected.put("labels_removed_at", null);
    expected.put("valid_labels", null);
    expected.put("invalid_labels", null);
    Labels.CORE.forEach(name -> expected.put("label_" + name, null));
    expected.put("merchant_name", "Green Grocer");
    expected.put("merchant_category", null);
    expected.put("address", "12 Harbor St, Ventura, CA 93001");
    expected.put("phone_number", "(805) 555-0142");
    expected.put("place_id", "ChIJdemo0001");
    expected.put("canonical_merchant_name", null);
    expected.put("last_place_update", "1970-01-01T00:00:12+00:00");
    expected.put("place_removed_at", null);
    assertThat(story.word(2, 1)).isEqualTo(expected);
  }

  @Test
  void withoutArraysFlagsTellTheSame() {
    ImageStory story =
        ImageStory.withoutArrays().insert(10, WORD, TAX.status(VALID), SUBTOTAL.status(INVALID));

    assertThat(story.word(2, 1))
        .containsEntry("label_TAX", true)
        .containsEntry("label_SUBTOTAL", false)
        .containsEntry("label_TIP", null)
        .doesNotContainKeys("valid_labels_array", "invalid_labels_array");
  }

  @Test
  void theVocabularyHasTwentyTwoNames() {
    assertThat(Labels.CORE).hasSize(22);
  }

  // ---- labels

  @Test
  void aLabelOfAWordWhoseLabelsAreUnknownErasesNothing() {
    ImageStory story = ImageStory.withArrays().modify(20, TAX, TAX.status(VALID));

    assertThat(story.word(2, 1)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("ancestors")
  void labelsAreKnownOnceTheWordOrOneAboveItWasInserted(TableItem inserted) {
    ImageStory story = ImageStory.withArrays().insert(10, inserted).insert(11, TAX.status(VALID));

    assertThat(story.word(2, 1)).containsEntry("valid_labels_array", List.of("TAX"));
  }

  static Stream<TableItem> ancestors() {
    return Stream.of(
        WORD,
        Items.line(IMAGE, 1, 2, "6.30"),
        Items.receipt(IMAGE, 1),
        Items.reservation(IMAGE, 1, "op"),
        Items.image(IMAGE));
  }

  static Stream<Arguments> transitions() {
    return Stream.of(ValidationStatus.values())
        .flatMap(
            before -> Stream.of(ValidationStatus.values()).map(now -> Arguments.of(before, now)));
  }

  @ParameterizedTest
  @MethodSource("transitions")
  void afterATransitionALabelIsWhereItsStatusSaysAndNowhereElse(
      ValidationStatus before, ValidationStatus now) { // S18
    TableItem old = TAX.status(before);
    ImageStory arrays =
        ImageStory.withArrays().insert(10, WORD, old).modify(20, old, TAX.status(now));
    ImageStory flags =
        ImageStory.withoutArrays().insert(10, WORD, old).modify(20, old, TAX.status(now));

    assertThat(arrays.word(2, 1))
        .containsEntry("valid_labels_array", now == VALID ? List.of("TAX") : null)
        .containsEntry("invalid_labels_array", now == INVALID ? List.of("TAX") : null)
        .containsEntry("label_status", status(now))
        .containsEntry("label_TAX", null);
    assertThat(flags.word(2, 1))
        .containsEntry("label_TAX", now == VALID ? Boolean.TRUE : now == INVALID ? false : null)
        .containsEntry("label_status", status(now));
  }

  private static String status(ValidationStatus only) {
    return switch (only) {
      case VALID -> "validated";
      case PENDING -> "auto_suggested";
      case NONE, INVALID, NEEDS_REVIEW -> "unvalidated";
    };
  }

  @Test
  void theOtherLabelStaysWhenOneIsRemoved() { // S13
    ImageStory story =
        ImageStory.withArrays()
            .insert(10, WORD, TAX.status(VALID), SUBTOTAL.status(INVALID))
            .remove(20, TAX);

    assertThat(story.word(2, 1))
        .containsEntry("valid_labels_array", null)
        .containsEntry("invalid_labels_array", List.of("SUBTOTAL"))
        .containsEntry("label_status", "unvalidated")
        .containsEntry("label_validated_at", null)
        .containsEntry("last_label_update", "1970-01-01T00:00:20+00:00")
        .containsEntry("labels_removed_at", null);
  }

  @Test
  void helperKeysFollowTheStatus() { // S19
    TableItem pending = TAX.proposedBy("modelX");
    ImageStory story = ImageStory.withArrays().insert(10, WORD, pending);
    assertThat(story.word(2, 1))
        .containsEntry("label_proposed_by", "modelX")
        .containsEntry("label_validated_at", null);

    story.modify(20, pending, pending.status(VALID));
    assertThat(story.word(2, 1))
        .containsEntry("label_proposed_by", null)
        .containsEntry("label_validated_at", "2026-03-02T18:06:40.001000+00:00");

    story.modify(30, pending.status(VALID), pending.status(INVALID));
    assertThat(story.word(2, 1))
        .containsEntry("label_proposed_by", null)
        .containsEntry("label_validated_at", null);
  }

  @Test
  void theNewestPendingLabelNamesTheProposerEvenIfItHasNone() {
    ImageStory story =
        ImageStory.withArrays()
            .insert(
                10,
                WORD,
                TAX.addedAt("2026-03-02T10:00:00").proposedBy("old"),
                SUBTOTAL.addedAt("2026-03-02T09:00:00-02:00"));

    assertThat(story.word(2, 1)).containsEntry("label_proposed_by", null);
  }

  @ParameterizedTest
  @CsvSource({
    // Compared as times, not as texts.
    "2026-03-02T10:00:00+02:00, 2026-03-02T09:00:00, SUBTOTAL",
    "2026-03-02T10:00:00.000001, 2026-03-02T10:00:00Z, TAX",
    // Of two added at once the greater name.
    "2026-03-02T10:00:00, 2026-03-02T10:00:00Z, TAX",
  })
  void theNewestLabelIsTheOneAddedLast(String tax, String subtotal, String newest) {
    ImageStory story =
        ImageStory.withArrays()
            .insert(10, WORD)
            .insert(11, TAX.addedAt(tax).proposedBy("TAX"))
            .insert(12, SUBTOTAL.addedAt(subtotal).proposedBy("SUBTOTAL"));

    assertThat(story.word(2, 1)).containsEntry("label_proposed_by", newest);
  }

  @ParameterizedTest
  @CsvSource({
    "20260302T2000, 2026-03-02T19:59:59, TAX",
    "2026-W10-2, 2026-03-02 23:59:59.999999, TAX",
    "2026-03-02, 2026-03-02 00:00:00.000001, SUBTOTAL",
    "2026-03-02T10:00:00.0000019, 2026-03-02T10:00:00.0000011, TAX",
    "2026-03-02T10:00:00.0000011, 2026-03-02T10:00:00.0000019, TAX",
    "2026-03-02_12+02, 2026-03-02T10:00:00Z, TAX",
  })
  void c07TheNewestLabelIsToldByTheInstantWhateverItsForm(
      String tax, String subtotal, String newest) {
    ImageStory story =
        ImageStory.withArrays()
            .insert(10, WORD)
            .insert(11, TAX.status(VALID).addedAt(tax))
            .insert(12, SUBTOTAL.status(VALID).addedAt(subtotal))
            .insert(13, Items.label(IMAGE, 1, 2, 1, "ZEBRA").status(VALID).addedAt("2999-01-01"));

    assertThat(story.word(2, 1))
        .containsEntry("label_validated_at", newest.equals("TAX") ? tax : subtotal);
  }

  @Test
  void aNameOutsideOfTheVocabularyCountsForTheStatusAndNothingElse() {
    ImageStory story =
        ImageStory.withArrays()
            .insert(
                10, WORD, Items.label(IMAGE, 1, 2, 1, "SUBTOTAL SHOULD BE 50.63").status(VALID));

    assertThat(story.word(2, 1))
        .containsEntry("label_status", "validated")
        .containsEntry("valid_labels_array", null)
        .containsEntry("label_validated_at", null)
        .doesNotContainKey("label_SUBTOTAL SHOULD BE 50.63");
  }

  @Test
  void namesAreSorted() {
    ImageStory story =
        ImageStory.withArrays()
            .insert(10, WORD, TAX.status(VALID), SUBTOTAL.status(VALID))
            .insert(11, Items.label(IMAGE, 1, 2, 1, "grand_total").status(VALID));

    assertThat(story.word(2, 1))
        .containsEntry("valid_labels_array", List.of("GRAND_TOTAL", "SUBTOTAL", "TAX"));
  }

  @Test
  void theRemovalOfAllLabelsIsTold() {
    ImageStory story =
        ImageStory.withArrays()
            .insert(10, WORD, TAX, SUBTOTAL)
            .remove(20, TAX)
            .remove(30, SUBTOTAL);

    assertThat(story.word(2, 1))
        .containsEntry("label_status", "unvalidated")
        .containsEntry("last_label_update", "1970-01-01T00:00:30+00:00")
        .containsEntry("labels_removed_at", "1970-01-01T00:00:30+00:00");

    story.insert(40, TAX);
    assertThat(story.word(2, 1))
        .containsEntry("last_label_update", "1970-01-01T00:00:40+00:00")
        .containsEntry("labels_removed_at", null);
  }

  @Test
  void aWordThatNeverHadALabelTellsOfNoUpdate() {
    assertThat(ImageStory.withArrays().insert(10, WORD).word(2, 1))
        .containsEntry("label_status", "unvalidated")
        .containsEntry("last_label_update", null)
        .containsEntry("labels_removed_at", null);
  }

  @Test
  void aModifyThatAltersNothingIsNoUpdate() {
    ImageStory story =
        ImageStory.withArrays()
            .insert(10, WORD, TAX)
            .modify(20, TAX, TAX.text("GSI3PK", "stale"))
            .modify(15, TAX, TAX.reasoning("otherwise"));

    assertThat(story.word(2, 1)).containsEntry("last_label_update", "1970-01-01T00:00:15+00:00");
  }

  // ---- place

  @Test
  void aMerchantsNameIsInTitleCase() { // S49
    ImageStory story =
        ImageStory.withArrays().modify(20, PLACE.merchant("x"), PLACE.merchant("CVS Pharmacy"));

    assertThat(story.word(2, 1)).containsEntry("merchant_name", "Cvs Pharmacy");
  }

  @Test
  void aRemovedPlaceLeavesAnEmptyNameAndItsTime() {
    ImageStory story = ImageStory.withArrays().insert(10, PLACE).remove(20, PLACE);

    Map<String, Object> expected = new HashMap<>();
    expected.put("merchant_name", "");
    for (String key : List.of("merchant_category", "address", "phone_number", "place_id")) {
      expected.put(key, null);
    }
    expected.put("canonical_merchant_name", null);
    expected.put("last_place_update", "1970-01-01T00:00:20+00:00");
    expected.put("place_removed_at", "1970-01-01T00:00:20+00:00");
    assertThat(story.word(2, 1)).isEqualTo(expected);

    story.insert(30, PLACE);
    assertThat(story.word(2, 1))
        .containsEntry("merchant_name", "Green Grocer #7")
        .containsEntry("place_removed_at", null);
  }

  @Test
  void aPlaceThatWasOnlyTouchedKeepsTheTimeOfItsLastUpdate() {
    ImageStory story =
        ImageStory.withArrays()
            .insert(10, PLACE)
            .modify(20, PLACE, PLACE.text("timestamp", "2026-04-01T00:00:00"));

    assertThat(story.word(2, 1)).containsEntry("last_place_update", "1970-01-01T00:00:10+00:00");
  }

  @Test
  void noneAndNeedsReviewAreNeitherValidNorInvalid() {
    ImageStory story =
        ImageStory.withArrays().insert(10, WORD, TAX.status(NONE), SUBTOTAL.status(NEEDS_REVIEW));

    assertThat(story.word(2, 1))
        .containsEntry("label_status", "unvalidated")
        .containsEntry("valid_labels_array", null)
        .containsEntry("invalid_labels_array", null);
  }

  @Test
  void oneValidLabelValidatesAWordAndOnePendingSuggestsIt() {
    assertThat(
            ImageStory.withArrays()
                .insert(10, WORD, TAX.status(VALID), SUBTOTAL.status(PENDING))
                .word(2, 1))
        .containsEntry("label_status", "validated");
    assertThat(
            ImageStory.withArrays()
                .insert(10, WORD, TAX.status(INVALID), SUBTOTAL.status(PENDING))
                .word(2, 1))
        .containsEntry("label_status", "auto_suggested");
  }
}
