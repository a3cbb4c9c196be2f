package io.chromasync.receipts;

import io.chromasync.model.CollectionName;
import io.chromasync.model.DomainCollection;
import io.chromasync.model.DomainCollection.Level;
import io.chromasync.model.EntityKey;
import io.chromasync.model.EntityKind;
import io.chromasync.model.EntityTree;
import io.chromasync.model.Fact;
import io.chromasync.model.RecordKey;
import java.util.List;

/**
 * Shape of an image: its collections are the words, and the printed rows of lines.
 *
 * <p>The id of a record is {@code IMAGE#<image>#RECEIPT#00001#LINE#00007}, for a word with {@code
 * #WORD#00002}. A row has the id of its primary line.
 */
public record ReceiptTree() implements EntityTree {

  public static final CollectionName WORDS = new CollectionName("words");
  public static final CollectionName LINES = new CollectionName("lines");

  private static final long serialVersionUID = 1;

  private static final Level IMAGE = new Level(ReceiptKeys.IMAGE, "image_id");
  // Old records have the number as a string.
  private static final Level RECEIPT = new Level(ReceiptKeys.RECEIPT, "receipt_id", true);
  private static final Level LINE = new Level(ReceiptKeys.LINE, "line_id");
  private static final Level WORD = new Level(ReceiptKeys.WORD, "word_id");

  private static final List<DomainCollection> COLLECTIONS =
      List.of(
          new DomainCollection(WORDS, ReceiptKeys.WORD, false, List.of(IMAGE, RECEIPT, LINE, WORD)),
          new DomainCollection(LINES, ReceiptKeys.LINE, true, List.of(IMAGE, RECEIPT, LINE)));

  private static final List<EntityKind> KINDS =
      List.of(
          ReceiptKeys.IMAGE,
          ReceiptKeys.RECEIPT,
          ReceiptKeys.LINE,
          ReceiptKeys.WORD,
          ReceiptKeys.LABEL,
          ReceiptKeys.PLACE,
          ReceiptKeys.SECTION,
          ReceiptKeys.ROW);

  @Override
  public List<DomainCollection> collections() {
    return COLLECTIONS;
  }

  @Override
  public List<EntityKind> kinds() {
    return KINDS;
  }

  @Override
  public RecordKey record(CollectionName collection, String image, EntityKey entity) {
    StringBuilder id = new StringBuilder(48).append("IMAGE#").append(image);
    append(id, entity);
    return new RecordKey(collection, image, entity, id.toString());
  }

  @Override
  public List<RecordKey> records(String image, EntityKey batch, Fact fact) {
    EntityKey receipt = batch.parent();
    return ReceiptFacts.Delta.of(fact).rows().stream()
        .map(lines -> record(LINES, image, receipt.child(ReceiptKeys.LINE, lines.get(0))))
        .toList();
  }

  /** Key of the record of a word. */
  public static RecordKey word(String image, int receipt, int line, int word) {
    return new ReceiptTree().record(WORDS, image, ReceiptKeys.word(receipt, line, word));
  }

  /** Key of the record of a row. */
  public static RecordKey row(String image, int receipt, int primaryLine) {
    return new ReceiptTree().record(LINES, image, ReceiptKeys.line(receipt, primaryLine));
  }

  /** Key of all records of a collection below an image, receipt or line. */
  public static RecordKey below(CollectionName collection, String image, EntityKey entity) {
    return new ReceiptTree().record(collection, image, entity);
  }

  private static void append(StringBuilder id, EntityKey entity) {
    if (entity.parent() != null) {
      append(id, entity.parent());
      id.append(nameOf(entity.kind()));
      int number = entity.number();
      for (int power = 10_000; power > number && power > 1; power /= 10) {
        id.append('0');
      }
      id.append(number);
    }
  }

  private static String nameOf(EntityKind kind) {
    if (kind == ReceiptKeys.RECEIPT) {
      return "#RECEIPT#";
    }
    if (kind == ReceiptKeys.LINE) {
      return "#LINE#";
    }
    if (kind == ReceiptKeys.WORD) {
      return "#WORD#";
    }
    throw new IllegalArgumentException("no record is below a " + kind.name());
  }
}
