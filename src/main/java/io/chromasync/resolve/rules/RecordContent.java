package io.chromasync.resolve.rules;

import io.chromasync.model.Embedding;
import io.chromasync.model.EntityKey;
import io.chromasync.model.Fact;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.PartitionFacts;
import io.chromasync.model.Projection;
import io.chromasync.model.RecordKey;
import io.chromasync.model.Version;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Metadata of the records of one partition, before and after a change: the values that the facts
 * give, merged with the producer's values.
 */
final class RecordContent {

  private final Projection projection;
  private final WorkingSet memory;
  private final Projected now;
  private Projected before;

  /** Facts at one point in time, with their projection onto records. */
  private record Projected(PartitionFacts facts, Projection.View view) {

    Map<String, MetadataValue> overlay(RecordKey record) {
      return facts.isRemoved(record.entity()) ? Map.of() : view.overlay(record);
    }
  }

  RecordContent(Projection projection, WorkingSet memory) {
    this.projection = projection;
    this.memory = memory;
    this.now = new Projected(memory, projection.of(memory));
  }

  /** Returns the projection of the current facts onto records. */
  Projection.View view() {
    return now.view;
  }

  /**
   * Returns the records whose content the change of an entity can alter, in a stable order.
   *
   * @param was the entity's fact before the change, null if there was none
   */
  SortedSet<RecordKey> affected(EntityKey changed, Fact was) {
    SortedSet<RecordKey> affected = new TreeSet<>(RecordReconciler.IN_ORDER);
    affected.addAll(now.view.affected(changed, was));
    return affected;
  }

  /** Returns the producer's metadata keys that no fact gives; null if there are none. */
  List<String> foreign(Embedding embedding) {
    List<String> foreign = projection.foreign(embedding.record(), embedding.metadata());
    return foreign.isEmpty() ? null : foreign;
  }

  /** Returns the metadata that the current facts give. */
  Map<String, MetadataValue> overlay(RecordKey record) {
    return now.overlay(record);
  }

  /**
   * Metadata keys that the change altered; all keys if the metadata in Chroma is unknown. A late
   * removal of an ancestor can invalidate known facts. The producer's values then show again, if
   * they are retained with the vector.
   */
  Map<String, MetadataValue> difference(
      RecordKey record, Map<String, MetadataValue> overlay, Long sent, Version shown) {
    Map<String, MetadataValue> shownBefore = before().overlay(record);
    if (!Objects.equals(hash(shownBefore), sent)) {
      return whole(record, overlay, shown);
    }
    Map<String, MetadataValue> difference = new HashMap<>();
    overlay.forEach(
        (key, value) -> {
          if (!value.equals(shownBefore.get(key))) {
            difference.put(key, value);
          }
        });
    if (!overlay.keySet().containsAll(shownBefore.keySet())) {
      Map<String, MetadataValue> whole = new HashMap<>(whole(record, overlay, shown));
      whole.keySet().retainAll(shownBefore.keySet());
      whole.keySet().removeAll(overlay.keySet());
      difference.putAll(whole);
    }
    return difference;
  }

  /**
   * All metadata that the facts give, merged with the producer's metadata if retained with the
   * vector.
   */
  Map<String, MetadataValue> whole(
      RecordKey record, Map<String, MetadataValue> overlay, Version shown) {
    KeptVector kept = shown == null ? null : kept(record, shown);
    return kept == null ? overlay : content(kept.embedding(), overlay);
  }

  /**
   * Complete metadata of a record with a vector: values from facts override the producer's values.
   */
  Map<String, MetadataValue> content(Embedding embedding, Map<String, MetadataValue> overlay) {
    Map<String, MetadataValue> content = projection.given(embedding.record(), embedding.metadata());
    content.putAll(overlay);
    return content;
  }

  private Projected before() {
    if (before == null) {
      PartitionFacts facts = memory.before();
      before = new Projected(facts, projection.of(facts));
    }
    return before;
  }

  boolean isKept(RecordKey record, Version version) {
    return kept(record, version) != null;
  }

  /** Returns the retained vector of a record, if it is of this version, or null. */
  KeptVector kept(RecordKey record, Version version) {
    KeptVector kept = memory.vector(record);
    return kept != null && kept.version().equals(version) ? kept : null;
  }

  /** Returns the hash of metadata; null if there is none. */
  static Long hash(Map<String, MetadataValue> metadata) {
    return metadata.isEmpty() ? null : (Long) ContentHash.of(metadata);
  }
}
