package io.chromasync.receipts;

import io.chromasync.model.CollectionName;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Metadata keys of the contract with readers of the collections. Any other key is foreign: a
 * producer supplied it, and it is kept as long as the producer supplies it.
 */
final class MetadataKeys {

  /** Keys that older producers wrote and that are no longer read. */
  static final List<String> LEGACY =
      List.of(
          "prev_line",
          "next_line",
          "anchor_phone",
          "anchor_address",
          "anchor_url",
          "label_confidence",
          "valid_labels",
          "invalid_labels",
          "canonical_merchant_name");

  /** Keys of every record; only the producer sets their values. */
  private static final List<String> ALWAYS =
      List.of(
          "image_id",
          "receipt_id",
          "line_id",
          "source",
          "text",
          "x",
          "y",
          "width",
          "height",
          "confidence");

  private static final List<String> OPTIONAL =
      List.of(
          "merchant_name",
          "merchant_category",
          "address",
          "phone_number",
          "place_id",
          "last_place_update",
          "place_removed_at",
          "canonical_merchant_name",
          "label_status",
          "valid_labels_array",
          "invalid_labels_array",
          "normalized_phone_10",
          "normalized_full_address",
          "normalized_url");

  private static final List<String> ALWAYS_OF_WORDS = List.of("word_id", "left", "right");

  private static final List<String> OPTIONAL_OF_WORDS =
      List.of(
          "label_proposed_by",
          "label_confidence",
          "label_validated_at",
          "last_label_update",
          "labels_removed_at",
          "valid_labels",
          "invalid_labels");

  private static final List<String> ALWAYS_OF_ROWS = List.of("avg_word_confidence");

  private static final List<String> OPTIONAL_OF_ROWS =
      List.of(
          "row_line_ids",
          "section_label",
          "prev_line",
          "next_line",
          "anchor_phone",
          "anchor_address",
          "anchor_url");

  private static final Set<String> OF_WORDS = all(ALWAYS_OF_WORDS, optional(true));
  private static final Set<String> OF_ROWS = all(ALWAYS_OF_ROWS, optional(false));

  private MetadataKeys() {}

  /** Keys that a record may lack, and all keys that facts can set; legacy keys included. */
  static Set<String> optional(CollectionName collection) {
    return optional(collection.equals(ReceiptTree.WORDS));
  }

  /** Keys outside the contract, sorted. */
  static List<String> foreign(CollectionName collection, Set<String> keys) {
    Set<String> ours = collection.equals(ReceiptTree.WORDS) ? OF_WORDS : OF_ROWS;
    return keys.stream().filter(key -> !ours.contains(key)).sorted().toList();
  }

  private static SortedSet<String> optional(boolean words) {
    SortedSet<String> keys = new TreeSet<>(OPTIONAL);
    keys.addAll(words ? OPTIONAL_OF_WORDS : OPTIONAL_OF_ROWS);
    Labels.CORE.forEach(name -> keys.add("label_" + name));
    return keys;
  }

  private static Set<String> all(List<String> always, Set<String> optional) {
    Set<String> all = new TreeSet<>(optional);
    all.addAll(ALWAYS);
    all.addAll(always);
    return all;
  }
}
