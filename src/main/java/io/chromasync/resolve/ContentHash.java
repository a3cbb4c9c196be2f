package io.chromasync.resolve;

import io.chromasync.model.MetadataValue;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import java.util.TreeMap;

/**
 * A fingerprint of metadata, kept in state instead of the metadata: the first 64 bits of SHA-256,
 * the same for the same content whatever the order of its keys. Part of the state format: never
 * changes.
 */
final class ContentHash {

  private ContentHash() {}

  static long of(Map<String, MetadataValue> metadata) {
    StringBuilder text = new StringBuilder();
    new TreeMap<>(metadata)
        .forEach(
            (key, value) -> {
              append(text, key);
              append(text, value.text());
              append(text, value.whole());
              append(text, value.real());
              append(text, value.flag());
              append(text, value.list() == null ? null : value.list().size());
              if (value.list() != null) {
                value.list().forEach(element -> append(text, element));
              }
            });
    return ByteBuffer.wrap(sha256().digest(text.toString().getBytes(StandardCharsets.UTF_8)))
        .getLong();
  }

  /** Length before content, so that no two contents read the same. */
  private static void append(StringBuilder text, Object value) {
    if (value == null) {
      text.append('-');
    } else {
      String string = value.toString();
      text.append(string.length()).append(':').append(string);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
