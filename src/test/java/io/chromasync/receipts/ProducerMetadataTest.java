package io.chromasync.receipts;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.model.MetadataValue;
import io.chromasync.model.RecordKey;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProducerMetadataTest {

  private static final RecordKey WORD = ReceiptTree.word("a", 1, 7, 2);
  private static final RecordKey ROW = ReceiptTree.row("a", 1, 7);

  @Test
  void whatTheProducerGaveStaysAndEveryOtherKeyOfTheContractIsRemoved() {
    Map<String, MetadataValue> metadata =
        of(true, WORD, Map.of("text", MetadataValue.of("TAX"), "x", MetadataValue.of(0.5)));

    assertThat(metadata)
        .containsEntry("text", MetadataValue.of("TAX"))
        .containsEntry("x", MetadataValue.of(0.5))
        .containsEntry("place_id", MetadataValue.removed())
        .containsEntry("normalized_url", MetadataValue.removed())
        .containsEntry("label_validated_at", MetadataValue.removed())
        .containsEntry("valid_labels_array", MetadataValue.removed())
        .containsEntry("label_TAX", MetadataValue.removed())
        .doesNotContainKeys("section_label", "row_line_ids");
    assertThat(of(true, ROW, Map.of())).containsEntry("section_label", MetadataValue.removed());
  }

  @Test
  void idsAreThoseOfTheRecordAndNumbers() {
    assertThat(of(true, WORD, Map.of("receipt_id", MetadataValue.of("00001"))))
        .containsEntry("image_id", MetadataValue.of("a"))
        .containsEntry("receipt_id", MetadataValue.of(1))
        .containsEntry("line_id", MetadataValue.of(7))
        .containsEntry("word_id", MetadataValue.of(2));
    assertThat(of(true, ROW, Map.of())).doesNotContainKey("word_id");
  }

  @Test
  void merchantsAreInTitleCaseAndWordsAlwaysHaveTheKey() {
    Map<String, MetadataValue> given = Map.of("merchant_name", MetadataValue.of(" CVS pharmacy "));

    assertThat(of(true, WORD, given))
        .containsEntry("merchant_name", MetadataValue.of("Cvs Pharmacy"));
    assertThat(of(true, WORD, Map.of())).containsEntry("merchant_name", MetadataValue.of(""));
    assertThat(of(true, ROW, Map.of("merchant_name", MetadataValue.of(""))))
        .containsEntry("merchant_name", MetadataValue.removed());
  }

  @Test
  void rowsHaveArraysAndFlagsWordsArraysOnly() {
    Map<String, MetadataValue> given =
        Map.of(
            "valid_labels_array", MetadataValue.of(List.of("TAX", "NO SUCH NAME")),
            "invalid_labels_array", MetadataValue.of(List.of("TAX", "TIP")));

    assertThat(of(true, ROW, given))
        .containsEntry("valid_labels_array", MetadataValue.of(List.of("TAX")))
        .containsEntry("invalid_labels_array", MetadataValue.of(List.of("TIP")))
        .containsEntry("label_TAX", MetadataValue.of(true))
        .containsEntry("label_TIP", MetadataValue.of(false));
    assertThat(of(true, WORD, given))
        .containsEntry("valid_labels_array", MetadataValue.of(List.of("TAX")))
        .containsEntry("label_TAX", MetadataValue.removed());
  }

  @Test
  void aServerWithoutArraysGetsFlagsForBoth() {
    Map<String, MetadataValue> given =
        Map.of("valid_labels_array", MetadataValue.of(List.of("TAX")));

    for (RecordKey record : List.of(WORD, ROW)) {
      assertThat(of(false, record, given))
          .containsEntry("valid_labels_array", MetadataValue.removed())
          .containsEntry("label_TAX", MetadataValue.of(true));
    }
  }

  @Test
  void flagsOfAnOlderProducerBecomeArrays() {
    assertThat(of(true, WORD, Map.of("label_TAX", MetadataValue.of(true))))
        .containsEntry("valid_labels_array", MetadataValue.of(List.of("TAX")))
        .containsEntry("label_TAX", MetadataValue.removed());
  }

  @Test
  void legacyKeysAreRemovedAndForeignOnesStay() {
    assertThat(
            of(
                true,
                ROW,
                Map.of("prev_line", MetadataValue.of("x"), "own", MetadataValue.of(true))))
        .containsEntry("prev_line", MetadataValue.removed())
        .containsEntry("own", MetadataValue.of(true));
    assertThat(
            new ReceiptProjection(true)
                .foreign(ROW, Map.of("own", MetadataValue.of(1), "text", MetadataValue.of("a"))))
        .containsExactly("own");
  }

  private static Map<String, MetadataValue> of(
      boolean arrays, RecordKey record, Map<String, MetadataValue> given) {
    return new ProducerMetadata(arrays).of(record, given);
  }
}
