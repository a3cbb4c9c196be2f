package io.chromasync.model;

import java.util.List;

/** Value of one metadata key; a value with every component null deletes the key. */
public record MetadataValue(String text, Long whole, Double real, Boolean flag, List<String> list) {

  private static final MetadataValue REMOVED = new MetadataValue(null, null, null, null, null);

  public static MetadataValue of(String text) {
    return new MetadataValue(text, null, null, null, null);
  }

  public static MetadataValue of(long whole) {
    return new MetadataValue(null, whole, null, null, null);
  }

  public static MetadataValue of(double real) {
    return new MetadataValue(null, null, real, null, null);
  }

  public static MetadataValue of(boolean flag) {
    return new MetadataValue(null, null, null, flag, null);
  }

  /**
   * Value that is an array of strings; Chroma has no empty arrays, so an empty list deletes the
   * key.
   */
  public static MetadataValue of(List<String> list) {
    return list.isEmpty() ? removed() : new MetadataValue(null, null, null, null, list);
  }

  public static MetadataValue removed() {
    return REMOVED;
  }

  public boolean isRemoved() {
    return text == null && whole == null && real == null && flag == null && list == null;
  }
}
