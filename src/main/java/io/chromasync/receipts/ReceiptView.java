package io.chromasync.receipts;

import io.chromasync.model.EntityKey;
import io.chromasync.model.Fact;
import io.chromasync.model.FactRegister;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.PartitionFacts;
import io.chromasync.model.Projection;
import io.chromasync.model.RecordKey;
import io.chromasync.model.Version;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Projection of one image's facts onto words and printed rows.
 *
 * <p>Each part is written completely, or not at all while a dependency is unknown:
 *
 * <ul>
 *   <li>Labels of a word require that everything below the word is known; labels of a row require
 *       the same of its lines.
 *   <li>The section requires that everything below the receipt is known.
 *   <li>The place requires any version of it, or its known absence.
 * </ul>
 *
 * <p>Texts, boxes and vectors keep the producer's values; so do all unknown parts.
 */
final class ReceiptView implements Projection.View {

  private final boolean arrays;
  private final PartitionFacts facts;
  private final Map<EntityKey, RowGrouping> rows = new HashMap<>();
  private final Map<EntityKey, Sections> sections = new HashMap<>();
  private final Map<EntityKey, Map<String, MetadataValue>> places = new HashMap<>();
  private final Map<EntityKey, Labels> labels = new HashMap<>();

  ReceiptView(boolean arrays, PartitionFacts facts) {
    this.arrays = arrays;
    this.facts = facts;
  }

  @Override
  public Set<RecordKey> affected(EntityKey changed, Fact before) {
    return new AffectedRecords(facts, this::rows).of(changed, before);
  }

  @Override
  public Version omitted(RecordKey record) {
    EntityKey line = record.entity();
    return isRow(record) ? rows(line.parent()).omitted(line.number()) : null;
  }

  @Override
  public Map<String, MetadataValue> overlay(RecordKey record) {
    MetadataBuilder overlay = new MetadataBuilder();
    if (isRow(record)) {
      putRow(overlay, record.entity());
    } else {
      putWord(overlay, record.entity());
    }
    return overlay.metadata();
  }

  private static boolean isRow(RecordKey record) {
    return record.entity().kind() == ReceiptKeys.LINE;
  }

  private void putWord(MetadataBuilder overlay, EntityKey word) {
    if (facts.isCompleteBelow(word)) {
      new LabelMetadata(arrays).putWord(overlay, labels(word), word, facts);
    }
    overlay.putAll(place(word.ancestor(ReceiptKeys.RECEIPT)));
    overlay.setIfRemoved("merchant_name", "");
  }

  /**
   * Adds the metadata of a row. A line that belongs to another line's row has no record, so nothing
   * is added.
   */
  private void putRow(MetadataBuilder overlay, EntityKey primary) {
    EntityKey receipt = primary.parent();
    RowGrouping ofReceipt = rows(receipt);
    List<EntityKey> lines = ofReceipt.lines(primary.number());
    if (lines.isEmpty()) {
      return;
    }
    if (!ofReceipt.group(primary.number()).isEmpty()) {
      overlay.set("row_line_ids", jsonArray(lines));
    }
    if (lines.stream().allMatch(facts::isCompleteBelow)) {
      new LabelMetadata(arrays).putRow(overlay, labelsOfWords(lines));
    }
    if (facts.isCompleteBelow(receipt)) {
      overlay.set("section_label", sections(receipt).ofRow(lines));
    }
    overlay.putAll(place(receipt));
    if (!overlay.isEmpty()) {
      overlay.remove("prev_line", "next_line", "anchor_phone", "anchor_address", "anchor_url");
    }
  }

  private RowGrouping rows(EntityKey receipt) {
    return rows.computeIfAbsent(receipt, key -> new RowGrouping(key, facts));
  }

  private Sections sections(EntityKey receipt) {
    return sections.computeIfAbsent(receipt, key -> Sections.of(key, facts));
  }

  /** Metadata of the receipt's place; empty if the place is unknown. */
  private Map<String, MetadataValue> place(EntityKey receipt) {
    return places.computeIfAbsent(receipt, this::newPlace);
  }

  private Map<String, MetadataValue> newPlace(EntityKey receipt) {
    EntityKey key = receipt.child(ReceiptKeys.PLACE);
    FactRegister place = facts.entry(key);
    MetadataBuilder overlay = new MetadataBuilder();
    if (place != null) {
      PlaceMetadata.put(overlay, place);
    } else if (facts.isUnlisted(key)) {
      PlaceMetadata.putNone(overlay);
    }
    return overlay.metadata();
  }

  private Labels labels(EntityKey word) {
    return labels.computeIfAbsent(word, key -> Labels.ofWord(key, facts));
  }

  private Labels labelsOfWords(List<EntityKey> lines) {
    List<Labels> words = new ArrayList<>();
    for (EntityKey line : lines) {
      facts.children(line, ReceiptKeys.WORD).forEach(word -> words.add(labels(word)));
    }
    return Labels.ofAll(words);
  }

  private static String jsonArray(List<EntityKey> lines) {
    return lines.stream()
        .map(line -> Integer.toString(line.number()))
        .collect(Collectors.joining(", ", "[", "]"));
  }
}
