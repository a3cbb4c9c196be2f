package io.chromasync.model;

/** Kinds of entities that affect Chroma. In state: grows only at the end. */
public enum EntityType {
  IMAGE,
  RECEIPT,
  LINE,
  WORD,
  LABEL,
  PLACE,
  SECTION,
  ROW,
  /** A compaction run: new embeddings of a receipt. */
  RUN,
  /** The newest delta of a receipt for one collection; not an item, but the content of a run. */
  DELTA,
  /** A snapshot of the whole image in the table; not an item: it marks the image as complete. */
  SNAPSHOT;

  /** Returns true if the entity is an item of the table. */
  public boolean isItem() {
    return this != DELTA && this != SNAPSHOT;
  }

  /**
   * Returns true if an entity of this type counts as deleted when a snapshot of its whole image
   * does not list it and it has no state. Images and receipts do not: tables contain lines and
   * words of receipts that never had an item.
   */
  public boolean isGoneUnlessListed() {
    return switch (this) {
      case LINE, WORD, LABEL, PLACE, SECTION, ROW -> true;
      case IMAGE, RECEIPT, RUN, DELTA, SNAPSHOT -> false;
    };
  }
}
