package io.chromasync.chroma;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.chromasync.model.MetadataValue;
import io.chromasync.model.Mutation;
import io.chromasync.model.Mutation.Verb;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Truncates, splits or drops a mutation so that Chroma Cloud, which rejects a whole request because
 * of one record, accepts it. The limits are its <a
 * href="https://docs.trychroma.com/cloud/quotas-limits">quotas</a> as of November 2026. Sizes are
 * bytes of UTF-8.
 *
 * <ul>
 *   <li>A mutation of a record with too long an id is dropped: no such record can exist.
 *   <li>A key whose name is too long is dropped with its value.
 *   <li>A string or document that is too long is truncated after a whole character. A list that is
 *       too long loses its last items; if it loses all items, the key is deleted.
 *   <li>Keys beyond the first 32 follow in updates of the same record: first all values, then all
 *       deletions of keys. If the record then has more than 32 keys, the server may reject the
 *       33rd, and the rejected update becomes a dead letter. This class does not choose which keys
 *       to sacrifice.
 * </ul>
 */
final class CloudLimits {

  static final int RECORDS_PER_REQUEST = 300;
  static final int ID_BYTES = 128;
  static final int KEYS = 32;
  static final int KEY_BYTES = 36;
  static final int VALUE_BYTES = 8_182;
  static final int DOCUMENT_BYTES = 16_384;

  /** Numbers of keys, values, documents and records that were cut or dropped. */
  record Cut(int keys, int values, int documents, int records) {}

  /**
   * Replacement of a mutation.
   *
   * @param mutations mutations of one record, to be written in this order and each in a separate
   *     request; empty if nothing is left to write
   */
  record Fitted(List<Mutation> mutations, Cut cut) {}

  private static final Cut NOTHING = new Cut(0, 0, 0, 0);

  private int keysDropped;
  private int valuesTruncated;
  private int documentsTruncated;

  private CloudLimits() {}

  static Fitted fit(Mutation mutation) {
    return switch (mutation.verb()) {
      case DELETE_BY_FILTER -> new Fitted(List.of(mutation), NOTHING);
      case UPSERT, UPDATE, DELETE ->
          size(mutation.record().id()) > ID_BYTES
              ? new Fitted(List.of(), new Cut(0, 0, 0, 1))
              : new CloudLimits().fitRecord(mutation);
    };
  }

  private Fitted fitRecord(Mutation mutation) {
    Iterator<Map<String, MetadataValue>> parts = parts(mutation).iterator();
    List<Mutation> mutations = new ArrayList<>();
    if (mutation.verb() == Verb.DELETE) {
      mutations.add(mutation);
    } else if (mutation.verb() == Verb.UPSERT) {
      mutations.add(
          Mutation.upsert(
                  mutation.record(),
                  mutation.embedding(),
                  document(mutation.document()),
                  parts.hasNext() ? parts.next() : Map.of(),
                  mutation.version())
              .causedBy(mutation.source()));
    }
    parts.forEachRemaining(
        part ->
            mutations.add(
                Mutation.update(mutation.record(), part, mutation.version())
                    .causedBy(mutation.source())));
    return new Fitted(mutations, new Cut(keysDropped, valuesTruncated, documentsTruncated, 0));
  }

  /**
   * Returns the metadata that fit, in parts up to the limit: first values, then deletions of keys.
   */
  private List<Map<String, MetadataValue>> parts(Mutation mutation) {
    Map<String, MetadataValue> values = new TreeMap<>();
    Map<String, MetadataValue> removals = new TreeMap<>();
    if (mutation.metadata() != null) {
      mutation
          .metadata()
          .forEach(
              (key, given) -> {
                if (fits(key, given)) {
                  MetadataValue value = value(given);
                  (value.isRemoved() ? removals : values).put(key, value);
                }
              });
    }
    List<Map<String, MetadataValue>> parts = new ArrayList<>();
    Stream.of(values, removals)
        .flatMap(each -> each.entrySet().stream())
        .forEach(entry -> last(parts).put(entry.getKey(), entry.getValue()));
    return parts;
  }

  /** Returns the last part if it has room for another key; otherwise appends a part. */
  private static Map<String, MetadataValue> last(List<Map<String, MetadataValue>> parts) {
    if (parts.isEmpty() || parts.get(parts.size() - 1).size() == KEYS) {
      parts.add(new HashMap<>());
    }
    return parts.get(parts.size() - 1);
  }

  /** A key with too long a name exists in no record, so dropping its deletion is not counted. */
  private boolean fits(String key, MetadataValue value) {
    boolean fits = size(key) <= KEY_BYTES;
    if (!fits && !value.isRemoved()) {
      keysDropped++;
    }
    return fits;
  }

  private MetadataValue value(MetadataValue value) {
    MetadataValue fitting = value;
    if (value.text() != null && size(value.text()) > VALUE_BYTES) {
      fitting = MetadataValue.of(cut(value.text(), VALUE_BYTES));
    } else if (value.list() != null) {
      fitting = MetadataValue.of(firstItems(value.list()));
    }
    if (!fitting.equals(value)) {
      valuesTruncated++;
    }
    return fitting;
  }

  private static List<String> firstItems(List<String> items) {
    int bytes = 0;
    int count = 0;
    while (count < items.size() && bytes + size(items.get(count)) <= VALUE_BYTES) {
      bytes += size(items.get(count));
      count++;
    }
    return items.subList(0, count);
  }

  private String document(String document) {
    if (document == null || size(document) <= DOCUMENT_BYTES) {
      return document;
    }
    documentsTruncated++;
    return cut(document, DOCUMENT_BYTES);
  }

  /** Returns as many whole characters from the beginning as fit. */
  private static String cut(String text, int maxBytes) {
    int bytes = 0;
    int end = 0;
    while (end < text.length()) {
      int character = text.codePointAt(end);
      bytes += size(Character.toString(character));
      if (bytes > maxBytes) {
        break;
      }
      end += Character.charCount(character);
    }
    return text.substring(0, end);
  }

  private static int size(String text) {
    return text.getBytes(UTF_8).length;
  }
}
