package io.chromasync.model;

import java.util.List;
import java.util.Map;

/**
 * What Chroma should hold for one record, or hold no longer.
 *
 * @param version of the change that caused it, for freshness and logs
 * @param embedding for an upsert the vector, else null
 * @param document for an upsert the text, else null
 * @param metadata for upsert and update: key to value, a removed value clears the key; else null
 * @param spared for a sweep the records below its key that it must leave alone, because their
 *     vectors are newer than the removal; null = none
 * @param report for a report what to tell of the run, else null
 * @param source the change that caused it as it was read, should Chroma refuse it; null = unknown
 */
// A vector of 1,536 floats as a list would box each; nobody compares mutations.
@SuppressWarnings("ArrayRecordComponent")
public record Mutation(
    Verb verb,
    RecordKey record,
    Version version,
    float[] embedding,
    String document,
    Map<String, MetadataValue> metadata,
    List<RecordKey> spared,
    RunReport report,
    ItemChange source) {

  /** Quotes, commas and names around every part. */
  private static final int FRAME = 8;

  private static final int NUMBER = 12;

  /** What is asked of Chroma. */
  public enum Verb {
    /** Write the record whole, creating it if need be. */
    UPSERT,
    /** Merge metadata into a record that is there; never creates one. */
    UPDATE,
    /** Delete one record. */
    DELETE,
    /** Delete every record that the key covers, by metadata, because we may not know their ids. */
    SWEEP,
    /** Nothing to write: all that a run brings to the collection has gone before. */
    REPORT
  }

  public static Mutation upsert(
      RecordKey record,
      float[] embedding,
      String document,
      Map<String, MetadataValue> metadata,
      Version version) {
    return new Mutation(
        Verb.UPSERT, record, version, embedding, document, metadata, null, null, null);
  }

  public static Mutation update(
      RecordKey record, Map<String, MetadataValue> metadata, Version version) {
    return new Mutation(Verb.UPDATE, record, version, null, null, metadata, null, null, null);
  }

  public static Mutation delete(RecordKey record, Version version) {
    return new Mutation(Verb.DELETE, record, version, null, null, null, null, null, null);
  }

  /** Deletes every record below a key. */
  public static Mutation sweep(RecordKey below, Version version) {
    return sweep(below, List.of(), version);
  }

  /**
   * Deletes every record below a key, but for some.
   *
   * @param spared records that the key covers
   */
  public static Mutation sweep(RecordKey below, List<RecordKey> spared, Version version) {
    List<RecordKey> left = spared.isEmpty() ? null : List.copyOf(spared);
    return new Mutation(Verb.SWEEP, below, version, null, null, null, left, null, null);
  }

  /** Says that all a run brings to a collection has gone before. */
  public static Mutation report(RunReport report, Version version) {
    RecordKey receipt =
        new RecordKey(report.collection(), report.image(), report.receipt(), null, null);
    return new Mutation(Verb.REPORT, receipt, version, null, null, null, null, report, null);
  }

  /**
   * The same mutation, caused by this change.
   *
   * @param change null = unknown
   */
  public Mutation causedBy(ItemChange change) {
    return new Mutation(
        verb, record, version, embedding, document, metadata, spared, report, change);
  }

  /**
   * About how many bytes it takes while it waits: vectors as base64, other parts as text, and the
   * change that caused it. An estimate that bounds what waits; the sink measures what it sends.
   */
  public long weight() {
    long bytes = (long) FRAME + record.id().length();
    if (embedding != null) {
      bytes += embedding.length * (long) Float.BYTES * 4 / 3;
    }
    if (document != null) {
      bytes += document.length();
    }
    if (metadata != null) {
      for (Map.Entry<String, MetadataValue> entry : metadata.entrySet()) {
        bytes += FRAME + entry.getKey().length() + weight(entry.getValue());
      }
    }
    if (spared != null) {
      bytes += spared.size() * (long) (FRAME + NUMBER);
    }
    if (report != null && report.error() != null) {
      bytes += report.error().length();
    }
    return source == null ? bytes : bytes + source.weight();
  }

  private static int weight(MetadataValue value) {
    if (value.text() != null) {
      return value.text().length();
    }
    if (value.list() != null) {
      return value.list().stream().mapToInt(item -> FRAME + item.length()).sum();
    }
    return NUMBER;
  }
}
