package io.chromasync.mapping;

import io.chromasync.model.Collection;
import io.chromasync.model.EntityKey;
import io.chromasync.model.EntityType;
import io.chromasync.model.Fact;
import io.chromasync.model.FactRegister;
import io.chromasync.model.ImageFacts;
import io.chromasync.model.MetadataValue;
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
  private final ImageFacts facts;
  private final Map<Integer, RowGrouping> rows = new HashMap<>();
  private final Map<Integer, Sections> sections = new HashMap<>();
  private final Map<Integer, Map<String, MetadataValue>> places = new HashMap<>();
  private final Map<EntityKey, Labels> labels = new HashMap<>();

  ReceiptView(boolean arrays, ImageFacts facts) {
    this.arrays = arrays;
    this.facts = facts;
  }

  @Override
  public Set<RecordKey> affected(EntityKey changed, Fact before) {
    return new AffectedRecords(facts, this::rows).of(changed, before);
  }

  @Override
  public Version omitted(RecordKey record) {
    return record.collection() == Collection.LINES
        ? rows(record.receipt()).omitted(record.line())
        : null;
  }

  @Override
  public Map<String, MetadataValue> overlay(RecordKey record) {
    MetadataBuilder overlay = new MetadataBuilder();
    if (record.collection() == Collection.WORDS) {
      putWord(overlay, record);
    } else {
      putRow(overlay, record);
    }
    return overlay.metadata();
  }

  private void putWord(MetadataBuilder overlay, RecordKey record) {
    EntityKey word = record.entity();
    if (facts.isCompleteBelow(word)) {
      new LabelMetadata(arrays).putWord(overlay, labels(word), word, facts);
    }
    overlay.putAll(place(record.receipt()));
    overlay.setIfRemoved("merchant_name", "");
  }

  /**
   * Adds the metadata of a row. A line that belongs to another line's row has no record, so nothing
   * is added.
   */
  private void putRow(MetadataBuilder overlay, RecordKey record) {
    RowGrouping ofReceipt = rows(record.receipt());
    List<EntityKey> lines = ofReceipt.lines(record.line());
    if (lines.isEmpty()) {
      return;
    }
    if (!ofReceipt.group(record.line()).isEmpty()) {
      overlay.set("row_line_ids", jsonArray(lines));
    }
    if (lines.stream().allMatch(facts::isCompleteBelow)) {
      new LabelMetadata(arrays).putRow(overlay, labelsOfWords(lines));
    }
    if (facts.isCompleteBelow(EntityKey.receipt(record.receipt()))) {
      overlay.set("section_label", sections(record.receipt()).ofRow(lines));
    }
    overlay.putAll(place(record.receipt()));
    if (!overlay.isEmpty()) {
      overlay.remove("prev_line", "next_line", "anchor_phone", "anchor_address", "anchor_url");
    }
  }

  private RowGrouping rows(int receipt) {
    return rows.computeIfAbsent(receipt, number -> new RowGrouping(number, facts));
  }

  private Sections sections(int receipt) {
    return sections.computeIfAbsent(receipt, number -> Sections.of(number, facts));
  }

  /** Metadata of the receipt's place; empty if the place is unknown. */
  private Map<String, MetadataValue> place(int receipt) {
    return places.computeIfAbsent(receipt, this::newPlace);
  }

  private Map<String, MetadataValue> newPlace(int receipt) {
    EntityKey key = EntityKey.place(receipt);
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
      facts.children(line, EntityType.WORD).forEach(word -> words.add(labels(word)));
    }
    return Labels.ofAll(words);
  }

  private static String jsonArray(List<EntityKey> lines) {
    return lines.stream()
        .map(line -> Integer.toString(line.line()))
        .collect(Collectors.joining(", ", "[", "]"));
  }
}
