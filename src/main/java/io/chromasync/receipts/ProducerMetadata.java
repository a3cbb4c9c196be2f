package io.chromasync.receipts;

import io.chromasync.model.CollectionName;
import io.chromasync.model.EntityKey;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.RecordKey;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Metadata that a producer supplies for a record with its vector, in the form of the contract.
 * Numbers are numbers, and names are in title case. Labels are arrays or bools, according to the
 * collection and the server. Legacy keys are removed.
 *
 * @param arrays true if the server supports arrays
 */
record ProducerMetadata(boolean arrays) {

  private static final String VALID = "valid_labels_array";
  private static final String INVALID = "invalid_labels_array";
  private static final String FLAG = "label_";

  /**
   * Returns metadata with every optional key of the contract; a key that the producer did not
   * supply is removed.
   */
  Map<String, MetadataValue> of(RecordKey record, Map<String, MetadataValue> given) {
    Map<String, MetadataValue> metadata = new TreeMap<>();
    MetadataKeys.optional(record.collection())
        .forEach(key -> metadata.put(key, MetadataValue.removed()));
    metadata.putAll(given);
    metadata.putAll(labels(record.collection(), given));
    metadata.putAll(identity(record));
    putMerchant(metadata, record.collection());
    for (String legacy : MetadataKeys.LEGACY) {
      metadata.computeIfPresent(legacy, (key, value) -> MetadataValue.removed());
    }
    return metadata;
  }

  /** Labels from arrays or bools, limited to the vocabulary. */
  private Map<String, MetadataValue> labels(
      CollectionName collection, Map<String, MetadataValue> given) {
    SortedSet<String> valid = names(given, VALID, true);
    SortedSet<String> invalid = names(given, INVALID, false);
    MetadataBuilder labels = new MetadataBuilder();
    boolean flags = collection.equals(ReceiptTree.LINES) || !arrays;
    new LabelMetadata(arrays).putNames(labels, valid, invalid, flags);
    if (!arrays) {
      labels.remove(VALID, INVALID);
    }
    return labels.metadata();
  }

  private static SortedSet<String> names(
      Map<String, MetadataValue> given, String array, boolean flag) {
    MetadataValue listed = given.get(array);
    SortedSet<String> names = new TreeSet<>();
    if (listed != null && listed.list() != null) {
      names.addAll(listed.list());
    } else {
      given.forEach(
          (key, value) -> {
            if (key.startsWith(FLAG) && value.flag() != null && value.flag() == flag) {
              names.add(key.substring(FLAG.length()));
            }
          });
    }
    names.retainAll(Labels.CORE);
    return names;
  }

  /** Metadata by which deletes by filter find records. */
  private static Map<String, MetadataValue> identity(RecordKey record) {
    Map<String, MetadataValue> identity = new TreeMap<>();
    EntityKey entity = record.entity();
    identity.put("image_id", MetadataValue.of(record.partition()));
    identity.put("receipt_id", MetadataValue.of(ReceiptKeys.receiptOf(entity)));
    identity.put("line_id", MetadataValue.of(ReceiptKeys.lineOf(entity)));
    if (entity.kind() == ReceiptKeys.WORD) {
      identity.put("word_id", MetadataValue.of(ReceiptKeys.wordOf(entity)));
    }
    return identity;
  }

  /** Sets the merchant's name. Words always have the key; rows only with a merchant. */
  private static void putMerchant(Map<String, MetadataValue> metadata, CollectionName collection) {
    String given = metadata.get("merchant_name").text();
    String name = given == null ? "" : PythonText.title(PythonText.strip(given));
    boolean absent = name.isEmpty() && collection.equals(ReceiptTree.LINES);
    metadata.put("merchant_name", absent ? MetadataValue.removed() : MetadataValue.of(name));
  }
}
