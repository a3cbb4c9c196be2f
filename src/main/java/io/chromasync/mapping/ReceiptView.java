package io.chromasync.mapping;

import io.chromasync.model.Collection;
import io.chromasync.model.EntityKey;
import io.chromasync.model.EntityType;
import io.chromasync.model.Entry;
import io.chromasync.model.Fact;
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
 * What facts say of the words and printed rows of an image.
 *
 * <p>Each part is written whole, or not at all while something it depends on is unknown: labels
 * need all labels of the word (of a row: of its lines) to be known, the section all sections of the
 * receipt, the place any version of it, or that it is not there. Texts, boxes and vectors are not
 * of our making and stay as the producer gave them; so does all that is unknown.
 */
final class ReceiptView implements Projection.View {

  private final boolean arrays;
  private final ImageFacts facts;
  private final Map<Integer, Rows> rows = new HashMap<>();
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
    Overlay overlay = new Overlay();
    if (record.collection() == Collection.WORDS) {
      putWord(overlay, record);
    } else {
      putRow(overlay, record);
    }
    return overlay.metadata();
  }

  private void putWord(Overlay overlay, RecordKey record) {
    EntityKey word = record.entity();
    if (facts.knowsAllBelow(word)) {
      new LabelMetadata(arrays).putWord(overlay, labels(word), word, facts);
    }
    overlay.putAll(place(record.receipt()));
    overlay.setIfRemoved("merchant_name", "");
  }

  /** A line that belongs to another line's row has no record, so nothing is said of it. */
  private void putRow(Overlay overlay, RecordKey record) {
    Rows ofReceipt = rows(record.receipt());
    List<EntityKey> lines = ofReceipt.lines(record.line());
    if (lines.isEmpty()) {
      return;
    }
    if (!ofReceipt.group(record.line()).isEmpty()) {
      overlay.set("row_line_ids", jsonArray(lines));
    }
    if (lines.stream().allMatch(facts::knowsAllBelow)) {
      new LabelMetadata(arrays).putRow(overlay, labelsOfWords(lines));
    }
    if (facts.knowsAllBelow(EntityKey.receipt(record.receipt()))) {
      overlay.set("section_label", sections(record.receipt()).ofRow(lines));
    }
    overlay.putAll(place(record.receipt()));
    if (!overlay.isEmpty()) {
      overlay.remove("prev_line", "next_line", "anchor_phone", "anchor_address", "anchor_url");
    }
  }

  private Rows rows(int receipt) {
    return rows.computeIfAbsent(receipt, number -> new Rows(number, facts));
  }

  private Sections sections(int receipt) {
    return sections.computeIfAbsent(receipt, number -> Sections.of(number, facts));
  }

  /** Empty if nothing is known of it. */
  private Map<String, MetadataValue> place(int receipt) {
    return places.computeIfAbsent(receipt, this::newPlace);
  }

  private Map<String, MetadataValue> newPlace(int receipt) {
    EntityKey key = EntityKey.place(receipt);
    Entry place = facts.entry(key);
    Overlay overlay = new Overlay();
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
