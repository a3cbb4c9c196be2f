package io.chromasync.mapping;

import io.chromasync.model.MetadataValue;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Metadata being put together: every key we own and know is set, or removed where it has no value.
 *
 * <p>In the order in which it was put, so that equal content is written in equal order. Used by one
 * thread.
 */
final class Overlay {

  /** More than the contract has keys. */
  private static final int CAPACITY = 64;

  private final Map<String, MetadataValue> metadata = new LinkedHashMap<>(CAPACITY);

  void set(String key, MetadataValue value) {
    metadata.put(key, value);
  }

  /** Sets a text; null removes the key. */
  void set(String key, String text) {
    metadata.put(key, MetadataValue.of(text));
  }

  /** Sets a text in place of a removed value. */
  void setIfRemoved(String key, String text) {
    metadata.computeIfPresent(
        key, (same, value) -> value.isRemoved() ? MetadataValue.of(text) : value);
  }

  void putAll(Map<String, MetadataValue> part) {
    metadata.putAll(part);
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
