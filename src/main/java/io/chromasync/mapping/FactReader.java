package io.chromasync.mapping;

import io.chromasync.model.EntityKey;
import io.chromasync.model.Fact;
import io.chromasync.model.Fact.ValidationStatus;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the fact that an item states, and whether two items state the same.
 *
 * <p>Only what ends in Chroma, or decides what does, is looked at: an item is never rejected for
 * another attribute. Attributes that repeat the keys must agree with them where they are there.
 *
 * <p>An {@code UpdateItem} that came after the removal of its item leaves one with a key and the
 * updated attributes only. Such an item has no {@code TYPE}; where the rest of the content would
 * not tell, it is rejected for that.
 */
final class FactReader {

  private FactReader() {}

  static Fact read(Item item, ItemKind kind, String image, EntityKey entity)
      throws BadItemException {
    return switch (kind) {
      case IMAGE, RESERVATION, RECEIPT, LINE, WORD -> {
        requireType(item);
        yield Fact.exists();
      }
      case LABEL -> label(item, entity);
      case PLACE -> place(item, image, entity);
      case SECTION -> section(item, entity);
      case ROW -> row(item, entity);
      case RUN -> throw new IllegalArgumentException("a run states no fact");
    };
  }

  /**
   * The values that are compared to tell whether a MODIFY is news; absent and empty are the same.
   * Empty where no attribute is: such an entity is only there.
   */
  static List<Object> watched(Item item, ItemKind kind) throws BadItemException {
    return switch (kind) {
      case IMAGE, RESERVATION, RECEIPT, LINE, WORD -> List.of();
      case LABEL -> {
        List<Object> values = new ArrayList<>();
        for (String name :
            List.of(
                "reasoning", "label_proposed_by", "label_consolidated_from", "timestamp_added")) {
          values.add(item.comparable(name));
        }
        values.add(status(item));
        yield values;
      }
      case PLACE ->
          texts(
              item,
              "merchant_name",
              "merchant_category",
              "formatted_address",
              "phone_number",
              "place_id");
      case SECTION -> {
        List<Object> values = new ArrayList<>();
        values.add(item.ids("line_ids"));
        values.add(confidence(item));
        values.add(status(item));
        yield values;
      }
      case ROW -> List.of(item.ids("line_ids"));
      case RUN -> throw new IllegalArgumentException("a run states no fact");
    };
  }

  private static void requireType(Item item) throws BadItemException {
    item.text("TYPE");
  }

  private static Fact label(Item item, EntityKey entity) throws BadItemException {
    requireType(item);
    ValidationStatus status = status(item);
    boolean shown = Labels.showsDetail(entity.name(), status);
    return Fact.of(
        new Fact.Label(
            status,
            shown ? item.timestamp("timestamp_added") : item.textOrNull("timestamp_added"),
            shown
                ? item.optionalNonEmptyText("label_proposed_by")
                : item.textOrNull("label_proposed_by")));
  }

  private static Fact place(Item item, String image, EntityKey entity) throws BadItemException {
    requireType(item);
    requireSameImage(item.textOrNull("image_id"), image);
    requireAgreement("receipt_id", item.idOrNull("receipt_id"), entity.receipt());
    item.text("merchant_name");
    item.text("place_id");
    return Fact.of(
        new Fact.Place(
            trimmed(item, "merchant_name"),
            trimmed(item, "merchant_category"),
            trimmed(item, "formatted_address"),
            trimmed(item, "phone_number"),
            trimmed(item, "place_id")));
  }

  private static Fact section(Item item, EntityKey entity) throws BadItemException {
    requireAgreement("section_type", item.textOrNull("section_type"), entity.name());
    return Fact.of(new Fact.Section(item.ids("line_ids"), confidence(item), status(item)));
  }

  private static Fact row(Item item, EntityKey entity) throws BadItemException {
    List<Integer> lines = item.ids("line_ids");
    requireAgreement("line_ids", lines.get(0), entity.line());
    return Fact.of(new Fact.Row(lines));
  }

  private static ValidationStatus status(Item item) throws BadItemException {
    return item.oneOf("validation_status", ValidationStatus.NONE);
  }

  /** From 0 to 1, or null where it is absent. */
  private static Double confidence(Item item) throws BadItemException {
    BigDecimal confidence = item.optionalNumber("confidence");
    if (confidence == null) {
      return null;
    }
    if (confidence.signum() < 0 || confidence.compareTo(BigDecimal.ONE) > 0) {
      throw BadItemException.unparsable(
          "attribute 'confidence' must lie between 0 and 1 but is %s".formatted(confidence));
    }
    return confidence.doubleValue();
  }

  /** Without white space around; null where that leaves nothing. */
  private static String trimmed(Item item, String name) throws BadItemException {
    String text = item.optionalText(name);
    String trimmed = text == null ? "" : PythonText.strip(text);
    return trimmed.isEmpty() ? null : trimmed;
  }

  private static List<Object> texts(Item item, String... names) throws BadItemException {
    List<Object> texts = new ArrayList<>();
    for (String name : names) {
      String text = item.optionalText(name);
      texts.add(text == null ? "" : text);
    }
    return texts;
  }

  /** UUIDs are the same in upper and lower case. */
  private static void requireSameImage(String said, String named) throws BadItemException {
    boolean same = said != null && said.equalsIgnoreCase(named);
    requireAgreement("image_id", same ? named : said, named);
  }

  /**
   * Checks an attribute that repeats the keys.
   *
   * @param said null = it is absent, or of a type that nobody can compare
   */
  private static void requireAgreement(String name, Object said, Object named)
      throws BadItemException {
    if (said != null && !said.equals(named)) {
      throw BadItemException.inconsistent(
          "attribute '%s' says %s but the keys say %s".formatted(name, said, named));
    }
  }
}
