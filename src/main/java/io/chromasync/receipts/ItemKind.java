package io.chromasync.receipts;

import io.chromasync.model.EntityKind;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Mapped kinds of items, by the value of their attribute {@code TYPE}. */
enum ItemKind {
  IMAGE("IMAGE", ReceiptKeys.IMAGE),
  RECEIPT("RECEIPT", ReceiptKeys.RECEIPT),
  /** A placeholder under a receipt's key while it is being re-segmented: a live, empty receipt. */
  RESERVATION("RESEGMENT_RESERVATION", ReceiptKeys.RECEIPT),
  LINE("RECEIPT_LINE", ReceiptKeys.LINE),
  WORD("RECEIPT_WORD", ReceiptKeys.WORD),
  LABEL("RECEIPT_WORD_LABEL", ReceiptKeys.LABEL),
  PLACE("RECEIPT_PLACE", ReceiptKeys.PLACE),
  SECTION("RECEIPT_SECTION", ReceiptKeys.SECTION),
  ROW("RECEIPT_ROW", ReceiptKeys.ROW),
  RUN("COMPACTION_RUN", ReceiptKeys.RUN);

  /** Metric label of an unknown type. */
  static final String OTHER = "OTHER";

  private static final Map<String, ItemKind> BY_TYPE =
      Arrays.stream(values()).collect(Collectors.toMap(kind -> kind.type, Function.identity()));

  private static final Set<String> KNOWN_OTHERS =
      Set.of(
          "RECEIPT_LETTER",
          "RECEIPT_SUMMARY",
          "RECEIPT_LINE_ITEM",
          "RECEIPT_BARCODE",
          "RECEIPT_FIELD",
          "RECEIPT_METADATA",
          "COMPACTION_LOCK",
          "LINE",
          "WORD",
          "LETTER");

  private final String type;

  // Kinds are immutable, without an annotation that says so.
  @SuppressWarnings("ImmutableEnumChecker")
  private final EntityKind entity;

  ItemKind(String type, EntityKind entity) {
    this.type = type;
    this.entity = entity;
  }

  String type() {
    return type;
  }

  EntityKind entity() {
    return entity;
  }

  /** Kind with this type, or null if the type is not mapped. */
  static ItemKind ofType(String type) {
    return BY_TYPE.get(type);
  }

  /** Kind of the real items of an entity, never a placeholder. */
  static ItemKind of(EntityKind entity) {
    for (ItemKind kind : values()) {
      if (kind.entity == entity && kind != RESERVATION) {
        return kind;
      }
    }
    throw new IllegalArgumentException("no item is a " + entity);
  }

  /** Metric label of an ignored item: its type if known, else {@link #OTHER}. */
  static String ignoredAs(String type) {
    return type != null && KNOWN_OTHERS.contains(type) ? type : OTHER;
  }
}
