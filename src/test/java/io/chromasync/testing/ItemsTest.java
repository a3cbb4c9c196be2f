package io.chromasync.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The builders against the documentation's examples. */
class ItemsTest {

  private static final String IMAGE = "3f0c2a7e-5b1d-4c55-9a60-0d5f1e2b7c11";

  private static final Set<String> OPTIONAL =
      Set.of(
          "row_ids",
          "verification_source",
          "verification_status",
          "verification_section_type",
          "verification_confidence",
          "disagreement_row_ids",
          "verified_at",
          "amount_text",
          "amount_line_id",
          "amount_word_id");

  static Stream<Arguments> examples() {
    return Stream.of(
        Arguments.of("image", Items.image(IMAGE)),
        Arguments.of("receipt", Items.receipt(IMAGE, 1)),
        Arguments.of("resegment_reservation", Items.reservation(IMAGE, 2, "op")),
        Arguments.of("receipt_line", Items.line(IMAGE, 1, 7, "BANANAS ORGANIC")),
        Arguments.of("receipt_word", Items.word(IMAGE, 1, 7, 2, "ORGANIC")),
        Arguments.of("receipt_word_label", Items.label(IMAGE, 1, 7, 2, "PRODUCT_NAME")),
        Arguments.of("receipt_place", Items.place(IMAGE, 1)),
        Arguments.of("receipt_section", Items.section(IMAGE, 1, "ITEMS", 7, 8)),
        Arguments.of("receipt_row", Items.row(IMAGE, 1, 7, 8)));
  }

  @ParameterizedTest
  @MethodSource("examples")
  void anItemHasTheKeysAndAttributesOfItsExample(String file, TableItem item) throws IOException {
    JsonNode example = example(file);
    JsonNode built = new ObjectMapper().readTree(item.json());

    Set<String> names = names(example);
    names.removeAll(OPTIONAL);
    assertThat(names(built)).isEqualTo(names);
    for (String key : new String[] {"PK", "SK", "TYPE", "GSI1SK", "GSI2SK", "GSI4PK", "GSI4SK"}) {
      assertThat(built.get(key)).as(key).isEqualTo(example.get(key));
    }
    for (String name : names) {
      assertThat(type(built, name)).as(name).isIn(type(example, name), "NULL", "S");
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void bothFormsOfAnItemAreTheSame(String file, TableItem item) throws IOException {
    JsonNode built = new ObjectMapper().readTree(item.json());

    assertThat(names(built)).isEqualTo(new TreeSet<>(item.attributes().keySet()));
    item.attributes()
        .forEach(
            (name, value) -> {
              if (value.type() == AttributeValue.Type.S) {
                assertThat(built.get(name).get("S").textValue()).isEqualTo(value.s());
              }
              if (value.type() == AttributeValue.Type.N) {
                assertThat(built.get(name).get("N").textValue()).isEqualTo(value.n());
              }
            });
  }

  private static JsonNode example(String file) throws IOException {
    try (InputStream stream = ItemsTest.class.getResourceAsStream("/items/" + file + ".json")) {
      return new ObjectMapper().readTree(stream);
    }
  }

  private static String type(JsonNode item, String name) {
    return item.get(name).fieldNames().next();
  }

  private static Set<String> names(JsonNode item) {
    Set<String> names = new TreeSet<>();
    item.fieldNames().forEachRemaining(names::add);
    return names;
  }
}
