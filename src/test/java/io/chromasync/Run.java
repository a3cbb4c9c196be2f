package io.chromasync;

import io.chromasync.model.CollectionName;
import io.chromasync.model.Embedding;
import io.chromasync.model.ItemChange;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.RecordKey;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.testing.ItemChanges;
import io.chromasync.testing.Items;
import io.chromasync.testing.TableItem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/**
 * A compaction run of a receipt as its producer plans it. All its vectors begin with its number and
 * all its documents end with it, so that a record tells whose it is.
 */
public final class Run {

  private final String image;
  private final int receipt;
  private final int number;
  private final List<Embedding> words = new ArrayList<>();
  private final List<Embedding> rows = new ArrayList<>();
  private TableItem item;

  /**
   * A run without records.
   *
   * @param number of this run among those of its scenario
   */
  public Run(String image, int receipt, int number) {
    this.image = image;
    this.receipt = receipt;
    this.number = number;
    this.item = Items.run(image, receipt, UUID.randomUUID().toString());
  }

  /** Gives it another id, which decides nothing. */
  public Run named(String id) {
    item = Items.run(image, receipt, id);
    return this;
  }

  /** Gives it another item, such as one that lacks what is required. */
  public Run described(TableItem other) {
    item = other;
    return this;
  }

  /** Adds a word as nobody has labelled it. */
  public Run word(int line, int word) {
    return word(line, word, "auto_suggested");
  }

  /** Adds a word with the label status that its producer read. */
  public Run word(int line, int word, String labelStatus) {
    Map<String, MetadataValue> metadata = base(line);
    metadata.put("word_id", MetadataValue.of((long) word));
    metadata.put("merchant_name", MetadataValue.of(""));
    metadata.put("label_status", MetadataValue.of(labelStatus));
    words.add(embedding(ReceiptTree.word(image, receipt, line, word), metadata));
    return this;
  }

  /** Adds a row of these lines, without a section. */
  public Run row(int... lines) {
    Map<String, MetadataValue> metadata = base(lines[0]);
    metadata.put("row_line_ids", MetadataValue.of(Arrays.toString(lines)));
    metadata.put("label_status", MetadataValue.of("unvalidated"));
    rows.add(embedding(ReceiptTree.row(image, receipt, lines[0]), metadata));
    return this;
  }

  public TableItem item() {
    return item;
  }

  /** What tells the job of it. */
  public ItemChange inserted(long second) {
    return ItemChanges.insert(item, ItemChanges.at(second));
  }

  /** The document of all its records. */
  public String document() {
    return "text of run " + number;
  }

  /** The vector of all its records. */
  public List<Float> vector() {
    return List.of((float) number, 0.5f);
  }

  /** Where its item says that a delta lies. */
  public String prefix(CollectionName collection) {
    return item.attributes().get(Runs.name(collection) + "_delta_prefix").s();
  }

  public List<Embedding> embeddings(CollectionName collection) {
    return collection.equals(ReceiptTree.WORDS) ? words : rows;
  }

  private Map<String, MetadataValue> base(int line) {
    Map<String, MetadataValue> metadata = new TreeMap<>();
    metadata.put("image_id", MetadataValue.of(image));
    metadata.put("receipt_id", MetadataValue.of((long) receipt));
    metadata.put("line_id", MetadataValue.of((long) line));
    metadata.put("text", MetadataValue.of(document()));
    return metadata;
  }

  private Embedding embedding(RecordKey record, Map<String, MetadataValue> metadata) {
    return new Embedding(record, new float[] {number, 0.5f}, document(), metadata);
  }
}
