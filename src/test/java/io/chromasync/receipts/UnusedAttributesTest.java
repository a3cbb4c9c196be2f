package io.chromasync.receipts;

import static io.chromasync.testing.ItemChanges.at;
import static io.chromasync.testing.ItemChanges.insert;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chromasync.mapping.MappedItem;
import io.chromasync.model.DeadLetter.Reason;
import io.chromasync.model.ItemChange;
import io.chromasync.model.ItemChange.Operation;
import io.chromasync.receipts.ReceiptFacts.ValidationStatus;
import io.chromasync.testing.Items;
import io.chromasync.testing.TableItem;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An item is rejected only for what is used of it. */
class UnusedAttributesTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String IMAGE = "3f0c2a7e-5b1d-4c55-9a60-0d5f1e2b7c11";
  private static final TableItem LABEL = Items.label(IMAGE, 1, 7, 2, "TAX");

  /** By the name of an example; what is not named here may hold anything. */
  private static final Map<String, Set<String>> USED =
      Map.of(
          "image", Set.of(),
          "receipt", Set.of(),
          "resegment_reservation", Set.of(),
          "receipt_line", Set.of(),
          "receipt_word", Set.of(),
          "receipt_word_label", Set.of("timestamp_added", "validation_status", "label_proposed_by"),
          "receipt_place",
              Set.of(
                  "merchant_name",
                  "merchant_category",
                  "formatted_address",
                  "phone_number",
                  "place_id",
                  "image_id",
                  "receipt_id"),
          "receipt_section", Set.of("line_ids", "confidence", "validation_status", "section_type"),
          "receipt_row", Set.of("line_ids"));

  private static final List<String> ODD =
      List.of(
          "{\"S\":\"2026-03-02\"}",
          "{\"S\":\"\"}",
          "{\"N\":\"+1E2\"}",
          "{\"BOOL\":true}",
          "{\"NULL\":true}",
          "{\"SS\":[\"a\"]}",
          "{\"L\":[]}",
          "{\"M\":{}}",
          "{\"B\":\"AA==\"}");

  @Test
  void c07NoItemIsRejectedForAnAttributeThatNothingUses() throws Exception {
    for (Map.Entry<String, Set<String>> kind : USED.entrySet()) {
      ObjectNode item = (ObjectNode) JSON.readTree(Resources.item(kind.getKey()));
      Object whole = fact(item);
      List<String> unused =
          item.properties().stream()
              .map(Map.Entry::getKey)
              .filter(name -> !Set.of("PK", "SK", "TYPE").contains(name))
              .filter(name -> !kind.getValue().contains(name))
              .toList();
      for (String name : unused) {
        String where = kind.getKey() + "." + name;
        assertThat(fact(item.deepCopy().without(name))).as(where).isEqualTo(whole);
        for (String odd : ODD) {
          JsonNode value = JSON.readTree(odd);
          assertThat(fact(item.deepCopy().set(name, value))).as(where).isEqualTo(whole);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"2026-03-02", "2026-03-02 18:06:40.079842", "20260302T180640,5-0730"})
  void c07ALabelsTimeIsKeptAsItIsWritten(String time) {
    TableItem label = LABEL.addedAt(time).status(ValidationStatus.VALID);

    assertThat(ReceiptFacts.Label.of(fact(label)).timestampAdded()).isEqualTo(time);
  }

  @Test
  void c07ALabelNeedsATimeOnlyWhereItIsShown() {
    TableItem core = LABEL.addedAt("some day");
    TableItem other = Items.label(IMAGE, 1, 7, 2, "SUBTOTAL SHOULD BE 50.63").addedAt("some day");

    for (ValidationStatus status : ValidationStatus.values()) {
      boolean shown = Set.of(ValidationStatus.VALID, ValidationStatus.PENDING).contains(status);
      assertThat(ItemMapper.map(insert(core.status(status), at(1))))
          .as("%s", status)
          .isInstanceOf(shown ? MappedItem.Rejected.class : MappedItem.Fact.class);
      assertThat(ReceiptFacts.Label.of(fact(other.status(status))).status()).isEqualTo(status);
    }
  }

  @Test
  void c07WhatRepeatsTheKeysMayBeAbsentOrWrittenOtherwiseButMustNotDisagree() {
    TableItem place = Items.place(IMAGE, 1);

    assertThat(ReceiptFacts.Place.of(fact(place.without("image_id").without("receipt_id"))))
        .isNotNull();
    assertThat(
            ReceiptFacts.Place.of(
                fact(place.text("image_id", IMAGE.toUpperCase(java.util.Locale.ROOT)))))
        .isNotNull();
    assertThat(ReceiptFacts.Place.of(fact(place.number("receipt_id", "+1E0")))).isNotNull();
    assertThat(rejected(place.number("receipt_id", "2"))).isEqualTo(Reason.INCONSISTENT);
    assertThat(rejected(place.text("image_id", "other"))).isEqualTo(Reason.INCONSISTENT);
  }

  /** An UpdateItem that comes after the removal of its item makes one of a key and little else. */
  @Test
  void c07WhatAnUpdateLeftOfARemovedItemIsNoItemOfOurs() {
    for (TableItem item :
        List.of(
            Items.receipt(IMAGE, 1),
            Items.line(IMAGE, 1, 7, "TAX"),
            Items.word(IMAGE, 1, 7, 2, "TAX"),
            LABEL,
            Items.place(IMAGE, 1),
            Items.section(IMAGE, 1, "ITEMS", 7),
            Items.row(IMAGE, 1, 7))) {
      ObjectNode ghost = JSON.createObjectNode();
      ghost.putObject("PK").put("S", item.partitionKey());
      ghost.putObject("SK").put("S", item.sortKey());
      ghost.putObject("embedding_status").put("S", "SUCCESS");
      ghost.putObject("validation_status").put("S", "INVALID");

      assertThat(ItemMapper.map(change(ghost)))
          .as(item.sortKey())
          .isInstanceOf(MappedItem.Rejected.class);
    }
  }

  @Test
  void c07AnItemOfOthersMayHoldAnythingInItsType() {
    ItemChange job =
        new ItemChange(
            Operation.INSERT, "JOB#1", "A", "{\"TYPE\":{\"N\":\"3\"}}", null, at(1), "test");

    assertThat(ItemMapper.map(job)).isEqualTo(new MappedItem.Ignored("OTHER"));
  }

  private static Reason rejected(TableItem item) {
    return ((MappedItem.Rejected) ItemMapper.map(insert(item, at(1)))).reason();
  }

  private static io.chromasync.model.Fact fact(TableItem item) {
    return fact(insert(item, at(1)));
  }

  private static io.chromasync.model.Fact fact(JsonNode item) {
    return fact(change(item));
  }

  private static io.chromasync.model.Fact fact(ItemChange change) {
    MappedItem meaning = ItemMapper.map(change);
    assertThat(meaning).isInstanceOf(MappedItem.Fact.class);
    return ((MappedItem.Fact) meaning).change().fact();
  }

  private static ItemChange change(JsonNode item) {
    return new ItemChange(
        Operation.INSERT,
        item.path("PK").path("S").textValue(),
        item.path("SK").path("S").textValue(),
        item.toString(),
        null,
        at(1),
        "test");
  }
}
