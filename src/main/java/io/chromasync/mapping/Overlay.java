package io.chromasync.mapping;

import io.chromasync.model.MetadataValue;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Metadata being put together: every key we own and know is set, or removed where it has no value.
 *
 * <p>Sorted by key, so that equal content is written in equal order. Used by one thread.
 */
final class Overlay {

  private final SortedMap<String, MetadataValue> metadata = new TreeMap<>();

  void set(String key, MetadataValue value) {
    metadata.put(key, value);
  }

  /** Sets a text; null removes the key. */
  void set(String key, String text) {
    metadata.put(key, MetadataValue.of(text));
  }

  void remove(String... keys) {
    for (String key : keys) {
      metadata.put(key, MetadataValue.removed());
    }
  }

  boolean isEmpty() {
    return metadata.isEmpty();
  }

  Map<String, MetadataValue> metadata() {
    return metadata;
  }
}
