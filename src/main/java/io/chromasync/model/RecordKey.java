package io.chromasync.model;

/**
 * Key of one Chroma record, or, with its last parts null, of all records below an image, receipt or
 * line.
 *
 * @param receipt null = every receipt of the image
 * @param line in {@link Collection#LINES} the primary line of the row; null = every line
 * @param word always null in {@link Collection#LINES}; in {@link Collection#WORDS} null = every
 *     word
 */
public record RecordKey(
    Collection collection, String image, Integer receipt, Integer line, Integer word) {

  public static RecordKey word(String image, int receipt, int line, int word) {
    return new RecordKey(Collection.WORDS, image, receipt, line, word);
  }

  public static RecordKey row(String image, int receipt, int primaryLine) {
    return new RecordKey(Collection.LINES, image, receipt, primaryLine, null);
  }

  /** Key of all records of a collection below an image, receipt or line. */
  public static RecordKey below(Collection collection, String image, EntityKey entity) {
    return switch (entity.type()) {
      case IMAGE -> new RecordKey(collection, image, null, null, null);
      case RECEIPT -> new RecordKey(collection, image, entity.receipt(), null, null);
      case LINE -> new RecordKey(collection, image, entity.receipt(), entity.line(), null);
      default -> throw new IllegalArgumentException("no records lie below a " + entity.type());
    };
  }

  /**
   * Entity whose removal deletes the record: its word, or the primary line of its row. For all
   * records below an image, receipt or line: that entity.
   */
  public EntityKey entity() {
    if (receipt == null) {
      return EntityKey.image();
    }
    if (line == null) {
      return EntityKey.receipt(receipt);
    }
    return word == null ? EntityKey.line(receipt, line) : EntityKey.word(receipt, line, word);
  }

  /**
   * Chroma's id of the record, or the common prefix of all ids below. Different keys have different
   * ids.
   */
  public String id() {
    StringBuilder id = new StringBuilder(ItemKey.partitionOf(image));
    append(id, "#RECEIPT#", receipt);
    append(id, "#LINE#", line);
    append(id, "#WORD#", word);
    return id.toString();
  }

  /** Returns true if the given key is equal to this key or below it. */
  public boolean covers(RecordKey other) {
    return collection == other.collection
        && image.equals(other.image)
        && (receipt == null || receipt.equals(other.receipt))
        && (line == null || line.equals(other.line))
        && (word == null || word.equals(other.word));
  }

  private static void append(StringBuilder id, String name, Integer number) {
    if (number != null) {
      String digits = number.toString();
      id.append(name).append("0".repeat(Math.max(0, 5 - digits.length()))).append(digits);
    }
  }
}
