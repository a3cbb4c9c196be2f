package io.chromasync.local.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.local.samples.ChromaRecord;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every way in which a record can be wrong is seen. */
final class AgreementTest {

  private static final Expected EXPECTED =
      new Expected(
          "ORGANIC",
          Map.of("receipt_id", 1, "label_status", "validated", "label_TAX", true),
          Set.of("address"),
          Set.of("last_label_update"));

  @Test
  void aRecordAsExpectedAgreesWhateverElseItHolds() {
    assertThat(compare("ORGANIC", Map.of("x", 0.5, "label_validated_at", "anything")).holds())
        .isTrue();
  }

  @Test
  void numbersAreComparedAsNumbers() {
    assertThat(compare("ORGANIC", Map.of("receipt_id", 1.0)).holds()).isTrue();
    assertThat(compare("ORGANIC", Map.of("receipt_id", "1")).holds()).isFalse();
  }

  @Test
  void anotherDocumentDiffers() {
    assertThat(compare("ORGANE", Map.of()).differing())
        .containsExactly("id: document must be 'ORGANIC' but is 'ORGANE'");
  }

  @Test
  void anotherValueDiffers() {
    assertThat(compare("ORGANIC", Map.of("label_TAX", false)).differing())
        .containsExactly("id: label_TAX must be true but is false");
  }

  @Test
  void aKeyThatMustBeAbsentDiffers() {
    assertThat(compare("ORGANIC", Map.of("address", "")).differing())
        .containsExactly("id: address must be absent but is ''");
  }

  @Test
  void aLabelNobodyGaveDiffers() {
    assertThat(compare("ORGANIC", Map.of("label_TIP", false)).differing())
        .containsExactly("id: label_TIP must be absent but is false");
  }

  @Test
  void aTimeThatIsNoneDiffers() {
    assertThat(compare("ORGANIC", Map.of("place_removed_at", "yesterday")).differing())
        .containsExactly("id: place_removed_at must be an ISO-8601 time but is 'yesterday'");
  }

  @Test
  void aMissingKeyDiffers() {
    // Given
    ChromaRecord record = new ChromaRecord("id", null, "ORGANIC", Map.of("receipt_id", 1));

    // When
    Agreement agreement = Agreement.of("words", Map.of("id", EXPECTED), Map.of("id", record));

    // Then
    assertThat(agreement.holds()).isFalse();
    assertThat(agreement.differing().get(0))
        .contains("label_status must be 'validated' but is absent")
        .contains("last_label_update must be there but is absent");
  }

  @Test
  void aMissingRecordAndAResurrectedOneAreTold() {
    // Given
    ChromaRecord ghost = new ChromaRecord("ghost", null, "", Map.of());

    // When
    Agreement agreement = Agreement.of("words", Map.of("id", EXPECTED), Map.of("ghost", ghost));

    // Then
    assertThat(agreement.missing()).containsExactly("id");
    assertThat(agreement.extra()).containsExactly("ghost");
    assertThat(agreement.holds()).isFalse();
    assertThat(Agreement.report(java.util.List.of(agreement)))
        .contains("missing id")
        .contains("extra ghost");
  }

  private static Agreement compare(String document, Map<String, Object> changed) {
    Map<String, Object> metadata = new HashMap<>(EXPECTED.holds());
    metadata.put("last_label_update", "2026-03-02T18:00:00Z");
    metadata.putAll(changed);
    ChromaRecord record = new ChromaRecord("id", null, document, metadata);
    return Agreement.of("words", Map.of("id", EXPECTED), Map.of("id", record));
  }
}
