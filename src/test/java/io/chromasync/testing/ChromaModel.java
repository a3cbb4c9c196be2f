package io.chromasync.testing;

import io.chromasync.model.EntityKey;
import io.chromasync.model.EntityKind;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.Mutation;
import io.chromasync.model.RecordKey;
import io.chromasync.receipts.ReceiptKeys;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * What one Chroma collection does with writes, in memory: the same merging and the same silence
 * about unknown ids as the real server. Used by one thread at a time.
 */
public final class ChromaModel {

  /**
   * A record as Chroma holds it.
   *
   * @param document null = none
   * @param metadata texts, longs, doubles, booleans and lists of texts; never null values
   */
  public record Stored(List<Float> embedding, String document, Map<String, Object> metadata) {}

  private final SortedMap<String, Stored> records = new TreeMap<>();

  /** By id, ascending. */
  public SortedMap<String, Stored> records() {
    return records;
  }

  /**
   * Creates the record, or merges into the one that is there.
   *
   * @param metadata null values and empty lists remove keys; null = no change
   */
  public void upsert(
      String id, List<Float> embedding, String document, Map<String, Object> metadata) {
    Stored old = records.getOrDefault(id, new Stored(null, null, Map.of()));
    records.put(
        id,
        new Stored(
            embedding == null ? old.embedding : embedding,
            document == null ? old.document : document,
            merge(old.metadata, metadata)));
  }

  /** Merges into the record; does nothing if it is not there. */
  public void update(String id, Map<String, Object> metadata) {
    if (records.containsKey(id)) {
      upsert(id, null, null, metadata);
    }
  }

  public void delete(String id) {
    records.remove(id);
  }

  public void deleteWhere(Predicate<Map<String, Object>> metadata) {
    records.values().removeIf(stored -> metadata.test(stored.metadata));
  }

  /** Does at once what a mutation asks for. */
  public void apply(Mutation mutation) {
    String id = mutation.record().id();
    switch (mutation.verb()) {
      case UPSERT ->
          upsert(
              id, floats(mutation.embedding()), mutation.document(), values(mutation.metadata()));
      case UPDATE -> update(id, values(mutation.metadata()));
      case DELETE -> delete(id);
      case DELETE_BY_FILTER -> deleteWhere(metadata -> isSwept(metadata, mutation));
    }
  }

  /** Chroma goes by the metadata, also for what is spared. */
  private static boolean isSwept(Map<String, Object> metadata, Mutation sweep) {
    return isBelow(metadata, sweep.record())
        && (sweep.excluded() == null
            || sweep.excluded().stream().noneMatch(excluded -> isBelow(metadata, excluded)));
  }

  private static boolean isBelow(Map<String, Object> metadata, RecordKey above) {
    return above.partition().equals(metadata.get("image_id"))
        && matches(above, ReceiptKeys.RECEIPT, metadata.get("receipt_id"))
        && matches(above, ReceiptKeys.LINE, metadata.get("line_id"))
        && matches(above, ReceiptKeys.WORD, metadata.get("word_id"));
  }

  private static boolean matches(RecordKey above, EntityKind kind, Object found) {
    EntityKey wanted = above.entity().ancestor(kind);
    return wanted == null || Integer.toString(wanted.number()).equals(String.valueOf(found));
  }

  private static Map<String, Object> merge(Map<String, Object> old, Map<String, Object> changes) {
    Map<String, Object> merged = new TreeMap<>(old);
    if (changes != null) {
      changes.forEach(
          (key, value) -> {
            if (value == null || value.equals(List.of())) {
              merged.remove(key);
            } else {
              merged.put(key, value);
            }
          });
    }
    return merged;
  }

  private static List<Float> floats(float[] vector) {
    if (vector == null) {
      return null;
    }
    List<Float> floats = new ArrayList<>(vector.length);
    for (float value : vector) {
      floats.add(value);
    }
    return floats;
  }

  private static Map<String, Object> values(Map<String, MetadataValue> metadata) {
    if (metadata == null) {
      return null;
    }
    Map<String, Object> values = new LinkedHashMap<>();
    metadata.forEach((key, value) -> values.put(key, value(value)));
    return values;
  }

  private static Object value(MetadataValue value) {
    if (value.text() != null) {
      return value.text();
    }
    if (value.whole() != null) {
      return value.whole();
    }
    if (value.real() != null) {
      return value.real();
    }
    return value.flag() != null ? value.flag() : value.list();
  }
}
