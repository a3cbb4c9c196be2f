package io.chromasync.resolve.rules;

import io.chromasync.model.Embedding;
import io.chromasync.model.MetadataValue;
import java.util.List;
import java.util.Map;

/**
 * Computes 64-bit hashes of metadata, of a vector with its document, and of record ids. State keeps
 * the first two, to detect unchanged records. The order of keys does not matter. Part of the state
 * format: never changes.
 *
 * <p>The algorithm is FNV-1a over the chars, with the finalizer of MurmurHash3 (both in the public
 * domain). It need not resist attacks: a deliberate collision gains an attacker nothing. Keys are
 * few, so they use {@link String#hashCode}, which a string computes once.
 */
public final class ContentHash {

  private static final long START = 0xcbf29ce484222325L;
  private static final long PRIME = 0x100000001b3L;

  private ContentHash() {}

  static long of(Map<String, MetadataValue> metadata) {
    long sum = 0;
    for (Map.Entry<String, MetadataValue> each : metadata.entrySet()) {
      sum += spread(add(add(START, each.getKey().hashCode()), each.getValue()));
    }
    return sum;
  }

  static long of(Embedding embedding) {
    return of(embedding.vector(), embedding.document());
  }

  /**
   * Hash of a vector, bit for bit, and its document.
   *
   * @param document null if there is none
   */
  public static long of(float[] vector, String document) {
    long hash = add(START, document);
    for (float each : vector) {
      hash = add(hash, Float.floatToRawIntBits(each));
    }
    return spread(hash);
  }

  /** Hash of a text. */
  public static long of(String text) {
    return spread(add(START, text));
  }

  private static long add(long hash, MetadataValue value) {
    if (value.isRemoved()) {
      return add(hash, 0);
    }
    if (value.text() != null) {
      return add(add(hash, 1), value.text());
    }
    if (value.whole() != null) {
      return add(add(hash, 2), value.whole());
    }
    if (value.real() != null) {
      return add(add(hash, 3), Double.doubleToRawLongBits(value.real()));
    }
    return value.flag() == null
        ? add(add(hash, 5), value.list())
        : add(add(hash, 4), value.flag() ? 1 : 0);
  }

  private static long add(long hash, List<String> list) {
    long all = add(hash, list.size());
    for (String each : list) {
      all = add(all, each);
    }
    return all;
  }

  /** Adds a string and its length, so that different lists of strings have different input. */
  private static long add(long hash, String text) {
    if (text == null) {
      return add(hash, -1);
    }
    long all = add(hash, text.length());
    for (int i = 0; i < text.length(); i++) {
      all = (all ^ text.charAt(i)) * PRIME;
    }
    return all;
  }

  private static long add(long hash, long value) {
    return spread(hash ^ value) * PRIME;
  }

  /** Mixes every bit into all others (MurmurHash3 finalizer). */
  private static long spread(long hash) {
    long mixed = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
    mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
    return mixed ^ (mixed >>> 33);
  }
}
