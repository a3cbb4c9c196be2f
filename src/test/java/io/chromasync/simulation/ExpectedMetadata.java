package io.chromasync.simulation;

import io.chromasync.model.Embedding;
import io.chromasync.model.EntityKey;
import io.chromasync.model.Fact;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.RecordKey;
import io.chromasync.receipts.ReceiptFacts;
import io.chromasync.receipts.ReceiptFacts.ValidationStatus;
import io.chromasync.receipts.ReceiptKeys;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The metadata of one record that is there, said from the rules alone: what its producer gave,
 * under what the facts say where they are known. Of the producer's keys it knows those of {@link
 * DeltaOf}; the server takes arrays.
 */
final class ExpectedMetadata {

  private final Fold facts;
  private final RecordKey record;
  private final Map<String, Object> metadata = new TreeMap<>();

  ExpectedMetadata(Fold facts, Embedding embedding) {
    this.facts = facts;
    this.record = embedding.record();
    embedding.metadata().forEach((key, value) -> metadata.put(key, plain(value)));
    metadata.put("image_id", record.partition());
    metadata.put("receipt_id", (long) ReceiptKeys.receiptOf(record.entity()));
    metadata.put("line_id", (long) ReceiptKeys.lineOf(record.entity()));
  }

  Map<String, Object> ofWord() {
    metadata.put("word_id", (long) ReceiptKeys.wordOf(record.entity()));
    putPlace("");
    if (facts.isCompleteBelow(record.entity())) {
      putLabelsOfWord(facts.seen(ReceiptKeys.LABEL, record.entity()).toList());
    }
    return metadata;
  }

  Map<String, Object> ofRow(List<EntityKey> lines) {
    metadata.put("row_line_ids", lines.stream().map(ReceiptKeys::lineOf).toList().toString());
    putPlace(null);
    if (lines.stream().allMatch(facts::isCompleteBelow)) {
      putLabelsOfRow(lines.stream().flatMap(line -> facts.seen(ReceiptKeys.LABEL, line)).toList());
    }
    if (facts.isCompleteBelow(ReceiptKeys.receipt(ReceiptKeys.receiptOf(record.entity())))) {
      set("section_label", section(lines));
    }
    return metadata;
  }

  private void putPlace(String unnamed) {
    EntityKey key = ReceiptKeys.place(ReceiptKeys.receiptOf(record.entity()));
    if (!facts.wasSeen(key) && !facts.isGone(key)) {
      return;
    }
    Fact fact = facts.fact(key);
    ReceiptFacts.Place place =
        fact == null
            ? new ReceiptFacts.Place(null, null, null, null, null)
            : ReceiptFacts.Place.of(fact);
    set("merchant_name", place.merchantName() == null ? unnamed : title(place.merchantName()));
    set("merchant_category", place.merchantCategory());
    set("address", place.formattedAddress());
    set("phone_number", place.phoneNumber());
    set("place_id", place.placeId());
    if (facts.wasSeen(key)) {
      facts.alteredAt(key).ifPresent(at -> set("last_place_update", time(at)));
      set("place_removed_at", fact == null ? time(facts.removedAt(key)) : null);
    }
  }

  /** Names beyond the vocabulary count for the status only. */
  private void putLabelsOfWord(List<EntityKey> seen) {
    List<EntityKey> live = seen.stream().filter(label -> facts.fact(label) != null).toList();
    putStatus(live, ValidationStatus.VALID);
    putNames(core(live), false);
    newest(core(live), ValidationStatus.PENDING)
        .ifPresent(label -> set("label_proposed_by", label(label).proposedBy()));
    newest(core(live), ValidationStatus.VALID)
        .ifPresent(label -> set("label_validated_at", label(label).timestampAdded()));
    if (!seen.isEmpty()) {
      seen.stream()
          .map(facts::alteredAt)
          .flatMapToLong(OptionalLong::stream)
          .max()
          .ifPresent(at -> set("last_label_update", time(at)));
      if (live.isEmpty()) {
        set("labels_removed_at", time(seen.stream().mapToLong(facts::removedAt).max().getAsLong()));
      }
    }
  }

  /** A label counts with its word. */
  private void putLabelsOfRow(List<EntityKey> seen) {
    List<EntityKey> live =
        core(
            seen.stream()
                .filter(label -> facts.fact(label) != null && !facts.isGone(label.parent()))
                .toList());
    putStatus(live, ValidationStatus.VALID, ValidationStatus.INVALID);
    putNames(live, true);
  }

  private void putStatus(List<EntityKey> labels, ValidationStatus... checked) {
    boolean isChecked = Stream.of(checked).anyMatch(status -> any(labels, status));
    boolean isProposed = any(labels, ValidationStatus.PENDING);
    set("label_status", isChecked ? "validated" : isProposed ? "auto_suggested" : "unvalidated");
  }

  /** Valid on one word and invalid on another is valid. */
  private void putNames(List<EntityKey> labels, boolean flags) {
    Map<String, Boolean> names = new TreeMap<>();
    for (EntityKey label : labels) {
      ValidationStatus status = label(label).status();
      if (status == ValidationStatus.VALID || status == ValidationStatus.INVALID) {
        names.merge(label.name(), status == ValidationStatus.VALID, Boolean::logicalOr);
      }
    }
    putArray("valid_labels_array", names, true);
    putArray("invalid_labels_array", names, false);
    if (flags) {
      names.forEach((name, isValid) -> metadata.put("label_" + name, isValid));
    }
  }

  private void putArray(String key, Map<String, Boolean> names, boolean isValid) {
    List<String> array = names.keySet().stream().filter(n -> names.get(n) == isValid).toList();
    if (!array.isEmpty()) {
      metadata.put(key, array);
    }
  }

  /** Rule 15: the greatest {@code timestamp_added}, then the name. */
  private Optional<EntityKey> newest(List<EntityKey> labels, ValidationStatus status) {
    return labels.stream()
        .filter(label -> label(label).status() == status)
        .max(
            Comparator.comparing((EntityKey label) -> added(label(label)))
                .thenComparing(EntityKey::name));
  }

  /** Each line votes for its best section; strictly the most votes win. */
  private String section(List<EntityKey> lines) {
    List<EntityKey> sections =
        facts
            .seen(ReceiptKeys.SECTION, ReceiptKeys.receipt(ReceiptKeys.receiptOf(record.entity())))
            .filter(key -> facts.fact(key) != null)
            .filter(
                key ->
                    ReceiptFacts.Section.of(facts.fact(key)).status() != ValidationStatus.INVALID)
            .sorted(
                Comparator.comparingInt(
                        (EntityKey key) -> rank(ReceiptFacts.Section.of(facts.fact(key)).status()))
                    .thenComparingDouble(
                        key -> ReceiptFacts.Section.of(facts.fact(key)).confidence())
                    .reversed()
                    .thenComparing(EntityKey::name))
            .toList();
    Map<String, Integer> votes = new HashMap<>();
    for (EntityKey line : lines) {
      sections.stream()
          .filter(
              key ->
                  ReceiptFacts.Section.of(facts.fact(key))
                      .lineIds()
                      .contains(ReceiptKeys.lineOf(line)))
          .findFirst()
          .ifPresent(key -> votes.merge(key.name(), 1, Integer::sum));
    }
    int most = votes.values().stream().mapToInt(v -> v).max().orElse(0);
    List<String> winners = votes.keySet().stream().filter(type -> votes.get(type) == most).toList();
    return winners.size() == 1 ? winners.get(0) : null;
  }

  private boolean any(List<EntityKey> labels, ValidationStatus status) {
    return labels.stream().anyMatch(label -> label(label).status() == status);
  }

  private ReceiptFacts.Label label(EntityKey label) {
    return ReceiptFacts.Label.of(facts.fact(label));
  }

  /** Null takes the key away. */
  private void set(String key, String value) {
    if (value == null) {
      metadata.remove(key);
    } else {
      metadata.put(key, value);
    }
  }

  private static List<EntityKey> core(List<EntityKey> labels) {
    return labels.stream().filter(label -> !label.name().equals("FRUIT")).toList();
  }

  private static int rank(ValidationStatus status) {
    return status == ValidationStatus.VALID ? 2 : status == ValidationStatus.PENDING ? 1 : 0;
  }

  /** Without an offset it is UTC, and all offsets here are zero. */
  private static LocalDateTime added(ReceiptFacts.Label label) {
    return LocalDateTime.parse(label.timestampAdded().replace("+00:00", ""));
  }

  private static String time(long micros) {
    return Instant.ofEpochSecond(micros / 1_000_000).toString().replace("Z", "+00:00");
  }

  /** The merchants of {@link TableLife}, as Python's title() writes them. */
  private static String title(String merchant) {
    return switch (merchant) {
      case "green grocer" -> "Green Grocer";
      case "Mill & co" -> "Mill & Co";
      default -> throw new IllegalArgumentException("no merchant of ours: " + merchant);
    };
  }

  private static Object plain(MetadataValue value) {
    return value.text() != null ? value.text() : value.real();
  }
}
