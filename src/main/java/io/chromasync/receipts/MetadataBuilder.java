package io.chromasync.receipts;

import io.chromasync.model.MetadataValue;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Builder of metadata: every owned key with known content is set, or removed if it has no value.
 *
 * <p>Keeps insertion order, so that equal content is written in equal order. Used by one thread.
 */
final class MetadataBuilder {

  /** More than the number of keys in the contract. */
  private static final int CAPACITY = 64;

  private final Map<String, MetadataValue> metadata = new LinkedHashMap<>(CAPACITY);

  void set(String key, MetadataValue value) {
    metadata.put(key, value);
  }

  /** Sets a string; null removes the key. */
  void set(String key, String text) {
    metadata.put(key, MetadataValue.of(text));
  }

  /** Replaces a removed value by a string. */
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
