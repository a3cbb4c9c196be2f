package io.chromasync.receipts;

import io.chromasync.model.EntityKey;
import io.chromasync.model.Fact;
import io.chromasync.receipts.ReceiptFacts.ValidationStatus;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the fact of an item, and the values by which a no-op update is detected.
 *
 * <p>Only attributes that reach Chroma, or affect what does, are read: an item is never rejected
 * because of another attribute. Attributes that repeat the keys must agree with them if present.
 *
 * <p>An {@code UpdateItem} after the deletion of its item creates an item with only a key and the
 * updated attributes. Such an item has no {@code TYPE}. It is rejected for that reason if its
 * remaining content would not reveal it.
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
   * Values that are compared to detect a no-op MODIFY; absent and empty are equal. Empty if the
   * fact has no attributes: such an entity only exists.
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
    return new ReceiptFacts.Label(
            status,
            shown ? item.timestamp("timestamp_added") : item.textOrNull("timestamp_added"),
            shown
                ? item.optionalNonEmptyText("label_proposed_by")
                : item.textOrNull("label_proposed_by"))
        .fact();
  }

  private static Fact place(Item item, String image, EntityKey entity) throws BadItemException {
    requireType(item);
    requireSameImage(item.textOrNull("image_id"), image);
    requireAgreement("receipt_id", item.idOrNull("receipt_id"), ReceiptKeys.receiptOf(entity));
    item.text("merchant_name");
    item.text("place_id");
    return new ReceiptFacts.Place(
            trimmed(item, "merchant_name"),
            trimmed(item, "merchant_category"),
            trimmed(item, "formatted_address"),
            trimmed(item, "phone_number"),
            trimmed(item, "place_id"))
        .fact();
  }

  private static Fact section(Item item, EntityKey entity) throws BadItemException {
    requireAgreement("section_type", item.textOrNull("section_type"), entity.name());
    return new ReceiptFacts.Section(item.ids("line_ids"), confidence(item), status(item)).fact();
  }

  private static Fact row(Item item, EntityKey entity) throws BadItemException {
    List<Integer> lines = item.ids("line_ids");
    requireAgreement("line_ids", lines.get(0), entity.number());
    return new ReceiptFacts.Row(lines).fact();
  }

  private static ValidationStatus status(Item item) throws BadItemException {
    return item.oneOf("validation_status", ValidationStatus.NONE);
  }

  /** Confidence from 0 to 1, or null if absent. */
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

  /** String without surrounding white space; null if empty or absent. */
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

  /** Checks the image id; UUIDs are equal in upper and lower case. */
  private static void requireSameImage(String said, String named) throws BadItemException {
    boolean same = said != null && said.equalsIgnoreCase(named);
    requireAgreement("image_id", same ? named : said, named);
  }

  /**
   * Checks an attribute that repeats the keys.
   *
   * @param said null = absent, or of a type that cannot be compared
   */
  private static void requireAgreement(String name, Object said, Object named)
      throws BadItemException {
    if (said != null && !said.equals(named)) {
      throw BadItemException.inconsistent(
          "attribute '%s' is %s but the keys have %s".formatted(name, said, named));
    }
  }
}
