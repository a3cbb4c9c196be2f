package io.chromasync.receipts;

import io.chromasync.model.EntityKey;
import io.chromasync.model.FactRegister;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.PartitionFacts;
import io.chromasync.model.Version;
import io.chromasync.receipts.ReceiptFacts.ValidationStatus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;

/**
 * Metadata of labels. Words and rows carry the same facts in the form that readers expect: words as
 * arrays, rows as arrays and one bool per name. If the server has no arrays, words and rows have
 * bools only.
 *
 * @param arrays true if the server supports arrays
 */
record LabelMetadata(boolean arrays) {

  /** Metadata key of the bool of each name of the vocabulary. */
  private static final Map<String, String> FLAGS = flags();

  private static Map<String, String> flags() {
    Map<String, String> flags = new LinkedHashMap<>();
    Labels.CORE.forEach(name -> flags.put(name, "label_" + name));
    return flags;
  }

  /** Adds the labels of a word. The removal of a label also counts as an update. */
  void putWord(MetadataBuilder overlay, Labels labels, EntityKey word, PartitionFacts facts) {
    Labels core = labels.core();
    overlay.set("label_status", status(labels.any(ValidationStatus.VALID), labels));
    putNames(
        overlay, core.names(ValidationStatus.VALID), core.names(ValidationStatus.INVALID), !arrays);
    overlay.set(
        "label_proposed_by",
        core.newest(ValidationStatus.PENDING).map(ReceiptFacts.Label::proposedBy).orElse(null));
    overlay.set(
        "label_validated_at",
        core.newest(ValidationStatus.VALID).map(ReceiptFacts.Label::timestampAdded).orElse(null));
    overlay.remove("label_confidence", "valid_labels", "invalid_labels");
    putTimes(overlay, word, facts);
  }

  /** Adds the labels of a row: the labels of its words, and only names of the vocabulary. */
  void putRow(MetadataBuilder overlay, Labels labels) {
    Labels core = labels.core();
    boolean checked = core.any(ValidationStatus.VALID) || core.any(ValidationStatus.INVALID);
    overlay.set("label_status", status(checked, core));
    putNames(
        overlay, core.names(ValidationStatus.VALID), core.names(ValidationStatus.INVALID), true);
  }

  private static String status(boolean validated, Labels labels) {
    if (validated) {
      return "validated";
    }
    return labels.any(ValidationStatus.PENDING) ? "auto_suggested" : "unvalidated";
  }

  /**
   * Adds label names. A name that is valid on one word of a row and invalid on another counts as
   * valid.
   *
   * @param flags true to add a bool per name as well
   */
  void putNames(
      MetadataBuilder overlay, SortedSet<String> valid, SortedSet<String> invalid, boolean flags) {
    invalid.removeAll(valid);
    if (arrays) {
      overlay.set("valid_labels_array", MetadataValue.of(List.copyOf(valid)));
      overlay.set("invalid_labels_array", MetadataValue.of(List.copyOf(invalid)));
    }
    FLAGS.forEach(
        (name, key) ->
            overlay.set(key, flags ? flag(name, valid, invalid) : MetadataValue.removed()));
  }

  private static MetadataValue flag(String name, Set<String> valid, Set<String> invalid) {
    boolean known = valid.contains(name) || invalid.contains(name);
    return known ? MetadataValue.of(valid.contains(name)) : MetadataValue.removed();
  }

  /**
   * Adds the label timestamps. Adds nothing if the word may have had labels that were deleted
   * unseen.
   */
  private static void putTimes(MetadataBuilder overlay, EntityKey word, PartitionFacts facts) {
    List<FactRegister> seen = new ArrayList<>();
    facts.children(word, ReceiptKeys.LABEL).forEach(label -> seen.add(facts.entry(label)));
    if (seen.isEmpty() && !facts.sawAllBelow(word)) {
      return;
    }
    Version update = null;
    Version removal = null;
    boolean allRemoved = true;
    for (FactRegister label : seen) {
      update = Version.max(update, label.alteredAt());
      removal = label.isTombstone() ? Version.max(removal, label.removedAt()) : removal;
      allRemoved &= label.isTombstone();
    }
    if (update != null || seen.isEmpty()) {
      overlay.set("last_label_update", update == null ? null : IsoTime.format(update));
    }
    overlay.set(
        "labels_removed_at", allRemoved && removal != null ? IsoTime.format(removal) : null);
  }
}
