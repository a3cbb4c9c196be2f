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
 * <p>An item must have all that its producers always write, so that one that is half written or of
 * another making is noticed; of the rest only what ends in Chroma is looked at. Attributes that
 * repeat the keys must agree with them.
 */
final class FactReader {

  private FactReader() {}

  static Fact read(Item item, ItemKind kind, String image, EntityKey entity)
      throws BadItemException {
    return switch (kind) {
      case IMAGE, RESERVATION -> Fact.exists();
      case RECEIPT -> receipt(item);
      case LINE, WORD -> print(item);
      case LABEL -> label(item);
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
        List<Object> values =
            texts(
                item,
                "reasoning",
                "label_proposed_by",
                "label_consolidated_from",
                "timestamp_added");
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
        List<Object> values = texts(item, "section_type");
        values.add(item.ids("line_ids"));
        values.add(confidence(item));
        values.add(status(item));
        yield values;
      }
      case ROW -> List.of(item.ids("line_ids"));
      case RUN -> throw new IllegalArgumentException("a run states no fact");
    };
  }

  private static Fact receipt(Item item) throws BadItemException {
    item.number("width");
    item.number("height");
    item.timestamp("timestamp_added");
    item.text("raw_s3_bucket");
    item.text("raw_s3_key");
    requireCorners(item);
    return Fact.exists();
  }

  /** A line or a word. */
  private static Fact print(Item item) throws BadItemException {
    item.text("text");
    item.requireNumbers("bounding_box", "x", "y", "width", "height");
    requireCorners(item);
    item.number("angle_degrees");
    item.number("angle_radians");
    item.number("confidence");
    return Fact.exists();
  }

  private static void requireCorners(Item item) throws BadItemException {
    for (String corner : List.of("top_left", "top_right", "bottom_left", "bottom_right")) {
      item.requireNumbers(corner, "x", "y");
    }
  }

  private static Fact label(Item item) throws BadItemException {
    if (!item.has("reasoning")) {
      throw BadItemException.unparsable(
          "attribute 'reasoning' is missing; it must be a string (S) or NULL");
    }
    item.optionalNonEmptyText("reasoning");
    item.optionalNonEmptyText("label_consolidated_from");
    return Fact.of(
        new Fact.Label(
            status(item),
            item.timestamp("timestamp_added"),
            item.optionalNonEmptyText("label_proposed_by")));
  }

  private static Fact place(Item item, String image, EntityKey entity) throws BadItemException {
    item.text("TYPE");
    requireAgreement("image_id", item.text("image_id"), image);
    requireAgreement("receipt_id", item.id("receipt_id"), entity.receipt());
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
    requireAgreement("section_type", item.text("section_type"), entity.name());
    item.timestamp("created_at");
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

  private static void requireAgreement(String name, Object said, Object named)
      throws BadItemException {
    if (!said.equals(named)) {
      throw BadItemException.inconsistent(
          "attribute '%s' says %s but the keys say %s".formatted(name, said, named));
    }
  }
}
