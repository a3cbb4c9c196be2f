package io.chromasync.bench;

import io.chromasync.model.Embedding;
import io.chromasync.model.ItemChange;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.RecordKey;
import io.chromasync.receipts.ReceiptFacts.ValidationStatus;
import io.chromasync.receipts.ReceiptKeys;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.testing.ItemChanges;
import io.chromasync.testing.Items;
import io.chromasync.testing.TableItem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * An image with a receipt of words, two on a line, each with one label.
 *
 * @param number decides its id
 */
record BenchImage(int number, int words) {

  /** The name of each label. */
  static final String LABEL = "LINE_TOTAL";

  private static final long BEGIN = 1_760_000_000L;
  private static final int WORDS_OF_A_LINE = 2;

  /** So many images that they have so many words. */
  static List<BenchImage> images(int words, int wordsOfAnImage) {
    List<BenchImage> images = new ArrayList<>();
    for (int number = 0; number * wordsOfAnImage < words; number++) {
      images.add(new BenchImage(number, wordsOfAnImage));
    }
    return images;
  }

  String id() {
    return new UUID(number, 0x8000000000000000L).toString();
  }

  /** A word's record; words are counted from zero. */
  RecordKey record(int word) {
    return ReceiptTree.word(id(), 1, 1 + word / WORDS_OF_A_LINE, 1 + word % WORDS_OF_A_LINE);
  }

  TableItem word(int word) {
    RecordKey key = record(word);
    return Items.word(
        id(), 1, ReceiptKeys.lineOf(key.entity()), ReceiptKeys.wordOf(key.entity()), "TOTAL");
  }

  TableItem label(int word, ValidationStatus status) {
    RecordKey key = record(word);
    return Items.label(
            id(), 1, ReceiptKeys.lineOf(key.entity()), ReceiptKeys.wordOf(key.entity()), LABEL)
        .status(status);
  }

  /** The inserts of all its items, labels pending, and then of a run. */
  List<ItemChange> inserts(String run) {
    List<ItemChange> inserts = new ArrayList<>();
    insert(Items.image(id()), inserts);
    insert(Items.receipt(id(), 1), inserts);
    insert(Items.place(id(), 1), inserts);
    for (int word = 0; word < words; word++) {
      if (word % WORDS_OF_A_LINE == 0) {
        insert(
            Items.line(id(), 1, ReceiptKeys.lineOf(record(word).entity()), "TOTAL 1.99"), inserts);
      }
      insert(word(word), inserts);
      insert(label(word, ValidationStatus.PENDING), inserts);
    }
    inserts.add(run(run, 0));
    return inserts;
  }

  /** The insert of a run, so many seconds after the inserts of the image. */
  ItemChange run(String run, int second) {
    return ItemChanges.insert(Items.run(id(), 1, run), ItemChanges.at(BEGIN + 1 + second));
  }

  /** The label of each word gets a status, so many seconds after the inserts. */
  List<ItemChange> review(ValidationStatus before, ValidationStatus after, int second) {
    List<ItemChange> changes = new ArrayList<>();
    for (int word = 0; word < words; word++) {
      changes.add(
          ItemChanges.modify(
              label(word, before), label(word, after), ItemChanges.at(BEGIN + 1 + second)));
    }
    return changes;
  }

  /** A vector for a word, as its producer writes it. */
  Embedding embedding(int word, float[] vector) {
    RecordKey key = record(word);
    Map<String, MetadataValue> metadata = new TreeMap<>();
    metadata.put("image_id", MetadataValue.of(id()));
    metadata.put("receipt_id", MetadataValue.of(1));
    metadata.put("line_id", MetadataValue.of(ReceiptKeys.lineOf(key.entity())));
    metadata.put("word_id", MetadataValue.of(ReceiptKeys.wordOf(key.entity())));
    metadata.put("text", MetadataValue.of("TOTAL"));
    metadata.put("source", MetadataValue.of("openai_embedding_batch"));
    metadata.put("label_status", MetadataValue.of("auto_suggested"));
    for (String name : List.of("x", "y", "width", "height", "confidence")) {
      metadata.put(name, MetadataValue.of(0.5));
    }
    return new Embedding(key, vector, "TOTAL", metadata);
  }

  private static void insert(TableItem item, List<ItemChange> inserts) {
    inserts.add(ItemChanges.insert(item, ItemChanges.at(BEGIN)));
  }
}
