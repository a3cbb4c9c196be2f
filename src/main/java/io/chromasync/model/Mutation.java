package io.chromasync.model;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Intended content of Chroma: an upsert, update or delete of one record, or a delete by filter
 * below a key.
 *
 * @param version of the change that caused it, for freshness and logs
 * @param embedding for an upsert the vector, else null
 * @param document for an upsert the text, else null
 * @param metadata for an upsert or update: key to value, where a removed value deletes the key;
 *     else null
 * @param excluded for a delete by filter, the excluded records below its key, because their vectors
 *     are newer than the removal; null = none
 * @param source the change that caused it as it was read, for a dead letter if Chroma rejects it;
 *     null = unknown
 */
// A list would box each of 1,536 floats of a vector; mutations are never compared.
@SuppressWarnings("ArrayRecordComponent")
public record Mutation(
    Verb verb,
    RecordKey record,
    Version version,
    float[] embedding,
    String document,
    Map<String, MetadataValue> metadata,
    List<RecordKey> excluded,
    ItemChange source) {

  /** Quotes, commas and names around every part, in bytes. */
  private static final int FRAME = 8;

  private static final int NUMBER = 12;

  /** Kind of mutation. */
  public enum Verb {
    /** Writes the whole record, and creates it if necessary. */
    UPSERT,
    /** Merges metadata into an existing record; never creates a record. */
    UPDATE,
    /** Deletes one record. */
    DELETE,
    /**
     * Deletes every record that the key covers by a metadata filter, because their ids may be
     * unknown.
     */
    DELETE_BY_FILTER
  }

  /** Selection of metadata keys that an update sends. */
  public enum UpdateKeys {
    /** Keys whose values differ from the values sent before. */
    CHANGED,
    /** All keys that the job owns: this also overwrites changes that other clients made. */
    ALL;

    /** Returns the spelling in the properties. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public static Mutation upsert(
      RecordKey record,
      float[] embedding,
      String document,
      Map<String, MetadataValue> metadata,
      Version version) {
    return new Mutation(Verb.UPSERT, record, version, embedding, document, metadata, null, null);
  }

  public static Mutation update(
      RecordKey record, Map<String, MetadataValue> metadata, Version version) {
    return new Mutation(Verb.UPDATE, record, version, null, null, metadata, null, null);
  }

  public static Mutation delete(RecordKey record, Version version) {
    return new Mutation(Verb.DELETE, record, version, null, null, null, null, null);
  }

  /** Deletes every record below a key. */
  public static Mutation deleteByFilter(RecordKey below, Version version) {
    return deleteByFilter(below, List.of(), version);
  }

  /**
   * Deletes every record below a key, except the excluded records.
   *
   * @param excluded excluded records, which the key covers
   */
  public static Mutation deleteByFilter(
      RecordKey below, List<RecordKey> excluded, Version version) {
    List<RecordKey> left = excluded.isEmpty() ? null : List.copyOf(excluded);
    return new Mutation(Verb.DELETE_BY_FILTER, below, version, null, null, null, left, null);
  }

  /**
   * Copy with this change as its cause.
   *
   * @param change null = unknown
   */
  public Mutation causedBy(ItemChange change) {
    return new Mutation(verb, record, version, embedding, document, metadata, excluded, change);
  }

  /**
   * Estimated size in bytes while it is buffered: vectors as base64, other parts as text, and the
   * change that caused it. The estimate bounds the buffer; the sink measures its requests.
   */
  public long estimatedBytes() {
    long bytes = (long) FRAME + record.id().length();
    if (embedding != null) {
      bytes += embedding.length * (long) Float.BYTES * 4 / 3;
    }
    if (document != null) {
      bytes += document.length();
    }
    if (metadata != null) {
      for (Map.Entry<String, MetadataValue> entry : metadata.entrySet()) {
        bytes += FRAME + entry.getKey().length() + estimatedBytes(entry.getValue());
      }
    }
    if (excluded != null) {
      bytes += excluded.size() * (long) (FRAME + NUMBER);
    }
    return source == null ? bytes : bytes + source.estimatedBytes();
  }

  private static int estimatedBytes(MetadataValue value) {
    if (value.text() != null) {
      return value.text().length();
    }
    if (value.list() != null) {
      return value.list().stream().mapToInt(item -> FRAME + item.length()).sum();
    }
    return NUMBER;
  }
}
