package io.chromasync.mapping;

import io.chromasync.model.Collection;
import io.chromasync.model.EntityKey;
import io.chromasync.model.Entry;
import io.chromasync.model.Fact;
import io.chromasync.model.ImageFacts;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.Projection;
import io.chromasync.model.RecordKey;
import io.chromasync.model.Version;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The domain's rule: the labels, the place and the section that facts give to words and printed
 * rows.
 *
 * <p>Each part is written whole, or not at all while something it depends on is unknown: labels
 * need all labels of the word (of a row: of its lines) to be known, the section all sections of the
 * receipt, the place any version of it, or that it is not there. Texts, boxes and vectors are not
 * of our making and stay as the producer gave them; so does all that is unknown.
 *
 * <p>Immutable and thread-safe.
 *
 * @param arrays whether the server takes arrays as metadata; where not, flags tell the same
 */
public record ReceiptProjection(boolean arrays) implements Projection {

  private static final long serialVersionUID = 1;

  @Override
  public Set<RecordKey> affected(EntityKey changed, Fact before, ImageFacts facts) {
    return new AffectedRecords(facts).of(changed, before);
  }

  @Override
  public Version omitted(RecordKey record, ImageFacts facts) {
    return record.collection() == Collection.LINES
        ? new Rows(record.receipt(), facts).omitted(record.line())
        : null;
  }

  @Override
  public Map<String, MetadataValue> content(
      RecordKey record, Map<String, MetadataValue> given, ImageFacts facts) {
    Map<String, MetadataValue> content = new GivenMetadata(arrays).of(record, given);
    content.putAll(overlay(record, facts));
    return content;
  }

  @Override
  public List<String> foreign(RecordKey record, Map<String, MetadataValue> given) {
    return MetadataKeys.foreign(record.collection(), given.keySet());
  }

  @Override
  public Map<String, MetadataValue> overlay(RecordKey record, ImageFacts facts) {
    Overlay overlay = new Overlay();
    if (record.collection() == Collection.WORDS) {
      putWord(overlay, record, facts);
    } else {
      putRow(overlay, record, facts);
    }
    return overlay.metadata();
  }

  private void putWord(Overlay overlay, RecordKey record, ImageFacts facts) {
    if (facts.knowsAllBelow(record.entity())) {
      new LabelMetadata(arrays).putWord(overlay, record.entity(), facts);
    }
    putPlace(overlay, record, "", facts);
  }

  /** A line that belongs to another line's row has no record, so nothing is said of it. */
  private void putRow(Overlay overlay, RecordKey record, ImageFacts facts) {
    Rows rows = new Rows(record.receipt(), facts);
    List<EntityKey> lines = rows.lines(record.line());
    if (lines.isEmpty()) {
      return;
    }
    if (!rows.group(record.line()).isEmpty()) {
      overlay.set("row_line_ids", jsonArray(lines));
    }
    if (lines.stream().allMatch(facts::knowsAllBelow)) {
      new LabelMetadata(arrays).putRow(overlay, lines, facts);
    }
    if (facts.knowsAllBelow(EntityKey.receipt(record.receipt()))) {
      overlay.set("section_label", Sections.of(record.receipt(), facts).ofRow(lines));
    }
    putPlace(overlay, record, null, facts);
    if (!overlay.isEmpty()) {
      overlay.remove("prev_line", "next_line", "anchor_phone", "anchor_address", "anchor_url");
    }
  }

  private static void putPlace(
      Overlay overlay, RecordKey record, String unnamed, ImageFacts facts) {
    EntityKey key = EntityKey.place(record.receipt());
    Entry place = facts.entry(key);
    if (place != null) {
      PlaceMetadata.put(overlay, place, unnamed);
    } else if (facts.isUnlisted(key)) {
      PlaceMetadata.putNone(overlay, unnamed);
    }
  }

  private static String jsonArray(List<EntityKey> lines) {
    return lines.stream()
        .map(line -> Integer.toString(line.line()))
        .collect(Collectors.joining(", ", "[", "]"));
  }
}
