package io.chromasync.receipts;

import io.chromasync.model.CollectionName;
import io.chromasync.model.EntityKey;
import io.chromasync.model.EntityKind;
import io.chromasync.model.EntityKind.Trait;

/**
 * Kinds and keys of the entities of an image: receipts with their lines, words, labels, places,
 * sections, rows and runs. The image is the partition.
 */
public final class ReceiptKeys {

  public static final EntityKind IMAGE = EntityKind.PARTITION;

  /** Tables contain lines and words of receipts that never had an item, so it is not LISTED. */
  public static final EntityKind RECEIPT =
      EntityKind.of(
          IMAGE, "receipt", Trait.ITEM, Trait.CHUNK, Trait.UNIT, Trait.BARE, Trait.NUMBERED);

  /** Most changes affect a label, so a line with everything on it is a chunk. */
  public static final EntityKind LINE =
      EntityKind.of(
          RECEIPT, "line", Trait.ITEM, Trait.LISTED, Trait.CHUNK, Trait.BARE, Trait.NUMBERED);

  public static final EntityKind WORD =
      EntityKind.of(LINE, "word", Trait.ITEM, Trait.LISTED, Trait.BARE, Trait.NUMBERED);

  /** Named by the label in upper case. */
  public static final EntityKind LABEL = EntityKind.of(WORD, "label", Trait.ITEM, Trait.LISTED);

  public static final EntityKind PLACE =
      EntityKind.of(RECEIPT, "place", Trait.ITEM, Trait.LISTED, Trait.BARE);

  /** Named by its type. */
  public static final EntityKind SECTION =
      EntityKind.of(RECEIPT, "section", Trait.ITEM, Trait.LISTED);

  /** Numbered by its primary line. */
  public static final EntityKind ROW =
      EntityKind.of(RECEIPT, "row", Trait.ITEM, Trait.LISTED, Trait.NUMBERED);

  /** A compaction run: new embeddings of a receipt; named by its id. */
  public static final EntityKind RUN = EntityKind.of(RECEIPT, "run", Trait.ITEM);

  private ReceiptKeys() {}

  public static EntityKey image() {
    return EntityKey.PARTITION;
  }

  public static EntityKey receipt(int receipt) {
    return image().child(RECEIPT, receipt);
  }

  public static EntityKey line(int receipt, int line) {
    return receipt(receipt).child(LINE, line);
  }

  public static EntityKey word(int receipt, int line, int word) {
    return line(receipt, line).child(WORD, word);
  }

  public static EntityKey label(int receipt, int line, int word, String name) {
    return word(receipt, line, word).child(LABEL, name);
  }

  public static EntityKey place(int receipt) {
    return receipt(receipt).child(PLACE);
  }

  public static EntityKey section(int receipt, String type) {
    return receipt(receipt).child(SECTION, type);
  }

  public static EntityKey row(int receipt, int primaryLine) {
    return receipt(receipt).child(ROW, primaryLine);
  }

  public static EntityKey run(int receipt, String id) {
    return receipt(receipt).child(RUN, id);
  }

  /** Key of the newest delta of a receipt for one collection. */
  public static EntityKey delta(int receipt, CollectionName collection) {
    return receipt(receipt).batch(collection);
  }

  /** Number of the receipt that an entity is, or belongs to; 0 for the image. */
  public static int receiptOf(EntityKey entity) {
    return number(entity.ancestor(RECEIPT));
  }

  /** Number of the line that an entity is, or is on; for a row its primary line; else 0. */
  public static int lineOf(EntityKey entity) {
    return entity.kind() == ROW ? entity.number() : number(entity.ancestor(LINE));
  }

  /** Number of the word that an entity is, or is on; else 0. */
  public static int wordOf(EntityKey entity) {
    return number(entity.ancestor(WORD));
  }

  private static int number(EntityKey entity) {
    return entity == null ? 0 : entity.number();
  }
}
