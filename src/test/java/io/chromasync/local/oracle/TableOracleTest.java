package io.chromasync.local.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** What a table says of its Chroma records, rule by rule, on items written by hand. */
final class TableOracleTest {

  private static final String WORD = "RECEIPT#00001#LINE#00007#WORD#00002";
  private static final String RECORD = "IMAGE#a#" + WORD;
  private static final String ROW = "IMAGE#a#RECEIPT#00001#LINE#00007";

  private final Map<String, Map<String, AttributeValue>> table = new HashMap<>();

  TableOracleTest() {
    put("IMAGE", "IMAGE", Map.of());
    put("RECEIPT#00001", "RECEIPT", Map.of());
    put("RECEIPT#00001#LINE#00007", "RECEIPT_LINE", Map.of());
    put("RECEIPT#00001#LINE#00008", "RECEIPT_LINE", Map.of());
    put(WORD, "RECEIPT_WORD", Map.of("text", text("ORGANIC")));
    put("RECEIPT#00001#LINE#00008#WORD#00001", "RECEIPT_WORD", Map.of("text", text("1.99")));
    put("RECEIPT#00001#ROW#00007", "RECEIPT_ROW", Map.of("line_ids", numbers(7, 8)));
  }

  @Test
  void aWordWithoutLabelsOrPlaceIsUnvalidatedAndHasAnEmptyMerchant() {
    // When
    Expected word = word();

    // Then
    assertThat(word.document()).isEqualTo("ORGANIC");
    assertThat(word.holds())
        .isEqualTo(
            Map.of(
                "image_id", "a",
                "receipt_id", 1,
                "line_id", 7,
                "word_id", 2,
                "text", "ORGANIC",
                "merchant_name", "",
                "label_status", "unvalidated"));
    assertThat(word.lacks()).contains("address", "label_proposed_by", "label_validated_at");
    assertThat(word.times()).isEmpty();
  }

  @Test
  void aValidLabelMakesAWordValidatedAndAnInvalidOneDoesNot() {
    label(WORD, "TAX", "INVALID", "2026-01-01T00:00:00+00:00");
    assertThat(word().holds())
        .containsEntry("label_status", "unvalidated")
        .containsEntry("label_TAX", false);
    label(WORD, "SUBTOTAL", "VALID", "2026-01-02T00:00:00+00:00");
    assertThat(word().holds())
        .containsEntry("label_status", "validated")
        .containsEntry("label_SUBTOTAL", true)
        .containsEntry("label_validated_at", "2026-01-02T00:00:00+00:00");
    assertThat(word().times()).contains("last_label_update");
  }

  @Test
  void arraysTakeThePlaceOfFlagsOnWordsAndJoinThemOnRows() {
    // Given
    label(WORD, "TAX", "INVALID", "2026-01-01T00:00:00+00:00");
    label(WORD, "SUBTOTAL", "VALID", "2026-01-02T00:00:00+00:00");

    // When
    TableOracle oracle = new TableOracle(table.values(), true);

    // Then
    assertThat(oracle.words().get(RECORD).holds())
        .containsEntry("valid_labels_array", List.of("SUBTOTAL"))
        .containsEntry("invalid_labels_array", List.of("TAX"))
        .doesNotContainKey("label_TAX");
    assertThat(oracle.lines().get(ROW).holds())
        .containsEntry("valid_labels_array", List.of("SUBTOTAL"))
        .containsEntry("label_TAX", false);
  }

  @Test
  void theProposerIsThatOfTheNewestPendingLabel() {
    label(WORD, "TAX", "PENDING", "2026-01-02T00:00:00+00:00", "newer");
    label(WORD, "TIP", "PENDING", "2026-01-02T00:00:00+01:00", "older by an hour");
    label(WORD, "SHOULD BE TAX", "PENDING", "2026-01-03T00:00:00+00:00", "no core label");
    assertThat(word().holds())
        .containsEntry("label_status", "auto_suggested")
        .containsEntry("label_proposed_by", "newer");
  }

  @Test
  void aRowIsValidatedByInvalidLabelsTooAndAValidLabelOfAnyWordWins() {
    label(WORD, "TAX", "INVALID", "2026-01-01T00:00:00+00:00");
    assertThat(row().holds())
        .containsEntry("label_status", "validated")
        .containsEntry("label_TAX", false);
    label("RECEIPT#00001#LINE#00008#WORD#00001", "TAX", "VALID", "2026-01-01T00:00:00+00:00");
    assertThat(row().holds()).containsEntry("label_TAX", true);
  }

  @Test
  void labelsOfARemovedWordOrLineDoNotCountInItsRow() {
    label(WORD, "TAX", "VALID", "2026-01-01T00:00:00+00:00");
    label("RECEIPT#00001#LINE#00008#WORD#00001", "TIP", "VALID", "2026-01-01T00:00:00+00:00");
    table.remove(WORD);
    table.remove("RECEIPT#00001#LINE#00008");
    assertThat(row().holds())
        .containsEntry("label_status", "unvalidated")
        .containsEntry("row_line_ids", "[7]")
        .doesNotContainKeys("label_TAX", "label_TIP");
  }

  @Test
  void aRecordNeedsItsItemAndAllItemsAboveIt() {
    for (String needed : List.of("IMAGE", "RECEIPT#00001", "RECEIPT#00001#LINE#00007", WORD)) {
      Map<String, AttributeValue> item = table.remove(needed);
      assertThat(oracle().words()).as("without " + needed).doesNotContainKey(RECORD);
      table.put(needed, item);
    }
    table.remove("RECEIPT#00001#LINE#00007");
    assertThat(oracle().lines()).isEmpty();
  }

  @Test
  void noiseHasNoRecord() {
    put(
        WORD,
        "RECEIPT_WORD",
        Map.of("text", text("|."), "is_noise", AttributeValue.fromBool(true)));
    assertThat(oracle().words()).doesNotContainKey(RECORD);
  }

  @Test
  void aPlaceIsOnEveryRecordWithItsNameInTitleCaseAndWithoutBlankTexts() {
    put(
        "RECEIPT#00001#PLACE",
        "RECEIPT_PLACE",
        Map.of(
            "merchant_name", text(" CVS joe's 7-ELEVEN "),
            "formatted_address", text("12 Harbor St"),
            "phone_number", text(" "),
            "merchant_category", AttributeValue.fromNul(true),
            "place_id", text("id")));
    for (Expected record : List.of(word(), row())) {
      assertThat(record.holds())
          .containsEntry("merchant_name", "Cvs Joe'S 7-Eleven")
          .containsEntry("address", "12 Harbor St")
          .containsEntry("place_id", "id");
      assertThat(record.lacks()).contains("phone_number", "merchant_category", "place_removed_at");
      assertThat(record.times()).contains("last_place_update");
    }
  }

  @Test
  void aRowTakesTheSectionOfMostOfItsLinesAndNoneOnATie() {
    section("ITEMS", "PENDING", "0.9", 7, 8);
    assertThat(row().holds()).containsEntry("section_label", "ITEMS");
    section("FOOTER", "VALID", "0.1", 7);
    assertThat(row().lacks()).as("one line each").contains("section_label");
    section("FOOTER", "INVALID", "0.1", 7);
    assertThat(row().holds()).as("invalid is skipped").containsEntry("section_label", "ITEMS");
    section("FOOTER", "PENDING", "0.95", 7, 8);
    assertThat(row().holds()).as("more confident").containsEntry("section_label", "FOOTER");
    section("FOOTER", "PENDING", "0.9", 7, 8);
    assertThat(row().holds()).as("smaller name").containsEntry("section_label", "FOOTER");
  }

  private Expected word() {
    return oracle().words().get(RECORD);
  }

  private Expected row() {
    return oracle().lines().get(ROW);
  }

  private TableOracle oracle() {
    return new TableOracle(table.values(), false);
  }

  private void label(String word, String name, String status, String addedAt) {
    label(word, name, status, addedAt, "someone");
  }

  private void label(String word, String name, String status, String addedAt, String proposer) {
    put(
        word + "#LABEL#" + name,
        "RECEIPT_WORD_LABEL",
        Map.of(
            "validation_status", text(status),
            "timestamp_added", text(addedAt),
            "label_proposed_by", text(proposer)));
  }

  private void section(String type, String status, String confidence, int... lines) {
    put(
        "RECEIPT#00001#SECTION#" + type,
        "RECEIPT_SECTION",
        Map.of(
            "section_type", text(type),
            "validation_status", text(status),
            "confidence", AttributeValue.fromN(confidence),
            "line_ids", numbers(lines)));
  }

  private void put(String sortKey, String type, Map<String, AttributeValue> attributes) {
    Map<String, AttributeValue> item = new HashMap<>(attributes);
    item.put("PK", text("IMAGE#a"));
    item.put("SK", text(sortKey));
    item.put("TYPE", text(type));
    table.put(sortKey, item);
  }

  private static AttributeValue text(String value) {
    return AttributeValue.fromS(value);
  }

  private static AttributeValue numbers(int... values) {
    return AttributeValue.fromL(
        new ArrayList<>(
            IntStream.of(values)
                .mapToObj(value -> AttributeValue.fromN(Integer.toString(value)))
                .toList()));
  }
}
