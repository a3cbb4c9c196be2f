package io.chromasync.model;

/** The kinds of entities that mean something to Chroma. In state: grows only at the end. */
public enum EntityType {
  IMAGE,
  RECEIPT,
  LINE,
  WORD,
  LABEL,
  PLACE,
  SECTION,
  ROW,
  /** A compaction run: freshly embedded vectors of a receipt. */
  RUN,
  /** The newest delta of a receipt for one collection; not an item, but what a run brought. */
  DELTA,
  /** A reading of the whole image in the table; not an item, but what is known since. */
  SNAPSHOT;

  /** Whether the entity is an item of the table. */
  public boolean isItem() {
    return this != DELTA && this != SNAPSHOT;
  }

  /**
   * Whether an item of this type that a reading of its whole image does not list is deleted, though
   * nothing was ever heard of it. An image or a receipt is not: tables hold lines and words of
   * receipts that never had an item.
   */
  public boolean isGoneUnlessListed() {
    return switch (this) {
      case LINE, WORD, LABEL, PLACE, SECTION, ROW -> true;
      case IMAGE, RECEIPT, RUN, DELTA, SNAPSHOT -> false;
    };
  }
}
