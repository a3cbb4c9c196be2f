package io.chromasync.mapping;

import io.chromasync.model.EntityKey;
import io.chromasync.model.EntityType;
import io.chromasync.model.Entry;
import io.chromasync.model.Fact;
import io.chromasync.model.Fact.ValidationStatus;
import io.chromasync.model.ImageFacts;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.Version;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;

/**
 * What labels become in metadata. Words and rows tell the same facts and differ in the form readers
 * expect: words have arrays, rows have arrays and one flag for each name. Where the server takes no
 * arrays, both have flags only.
 *
 * @param arrays whether the server takes arrays
 */
record LabelMetadata(boolean arrays) {

  /** The key of the flag of each name of the vocabulary. */
  private static final Map<String, String> FLAGS = flags();

  private static Map<String, String> flags() {
    Map<String, String> flags = new LinkedHashMap<>();
    Labels.CORE.forEach(name -> flags.put(name, "label_" + name));
    return flags;
  }

  /** The labels of a word. A removed label is news to it, too. */
  void putWord(Overlay overlay, Labels labels, EntityKey word, ImageFacts facts) {
    Labels core = labels.core();
    overlay.set("label_status", status(labels.any(ValidationStatus.VALID), labels));
    putNames(
        overlay, core.names(ValidationStatus.VALID), core.names(ValidationStatus.INVALID), !arrays);
    overlay.set(
        "label_proposed_by",
        core.newest(ValidationStatus.PENDING).map(Fact.Label::proposedBy).orElse(null));
    overlay.set(
        "label_validated_at",
        core.newest(ValidationStatus.VALID).map(Fact.Label::timestampAdded).orElse(null));
    overlay.remove("label_confidence", "valid_labels", "invalid_labels");
    putTimes(overlay, word, facts);
  }

  /** The labels of a row: of its words, and only those of the vocabulary. */
  void putRow(Overlay overlay, Labels labels) {
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
   * A name that is valid on one word of a row and invalid on another is valid.
   *
   * @param flags whether there is a flag for each name, too
   */
  void putNames(
      Overlay overlay, SortedSet<String> valid, SortedSet<String> invalid, boolean flags) {
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

  /** Nothing, where nobody knows whether the word had labels that are gone. */
  private static void putTimes(Overlay overlay, EntityKey word, ImageFacts facts) {
    List<Entry> seen = new ArrayList<>();
    facts.children(word, EntityType.LABEL).forEach(label -> seen.add(facts.entry(label)));
    if (seen.isEmpty() && !facts.sawAllBelow(word)) {
      return;
    }
    Version update = null;
    Version removal = null;
    boolean allRemoved = true;
    for (Entry label : seen) {
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
