package io.chromasync.mapping;

import io.chromasync.model.EntityType;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Mapped kinds of items, by the value of their attribute {@code TYPE}. */
enum ItemKind {
  IMAGE("IMAGE", EntityType.IMAGE),
  RECEIPT("RECEIPT", EntityType.RECEIPT),
  /** A placeholder under a receipt's key while it is being re-segmented: a live, empty receipt. */
  RESERVATION("RESEGMENT_RESERVATION", EntityType.RECEIPT),
  LINE("RECEIPT_LINE", EntityType.LINE),
  WORD("RECEIPT_WORD", EntityType.WORD),
  LABEL("RECEIPT_WORD_LABEL", EntityType.LABEL),
  PLACE("RECEIPT_PLACE", EntityType.PLACE),
  SECTION("RECEIPT_SECTION", EntityType.SECTION),
  ROW("RECEIPT_ROW", EntityType.ROW),
  RUN("COMPACTION_RUN", EntityType.RUN);

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
  private final EntityType entity;

  ItemKind(String type, EntityType entity) {
    this.type = type;
    this.entity = entity;
  }

  String type() {
    return type;
  }

  EntityType entity() {
    return entity;
  }

  /** Kind with this type, or null if the type is not mapped. */
  static ItemKind ofType(String type) {
    return BY_TYPE.get(type);
  }

  /** Kind of the real items of an entity, never a placeholder. */
  static ItemKind of(EntityType entity) {
    return switch (entity) {
      case IMAGE -> IMAGE;
      case RECEIPT -> RECEIPT;
      case LINE -> LINE;
      case WORD -> WORD;
      case LABEL -> LABEL;
      case PLACE -> PLACE;
      case SECTION -> SECTION;
      case ROW -> ROW;
      case RUN -> RUN;
      case DELTA, SNAPSHOT -> throw new IllegalArgumentException("no item is a " + entity);
    };
  }

  /** Metric label of an ignored item: its type if known, else {@link #OTHER}. */
  static String ignoredAs(String type) {
    return type != null && KNOWN_OTHERS.contains(type) ? type : OTHER;
  }
}
