package io.chromasync.model;

import java.util.Map;

/**
 * What Chroma should hold for one record, or hold no longer.
 *
 * @param version of the change that caused it, for freshness and logs
 * @param embedding for an upsert the vector, else null
 * @param document for an upsert the text, else null
 * @param metadata for upsert and update: key to value, a removed value clears the key; else null
 */
// A vector of 1,536 floats as a list would box each; nobody compares mutations.
@SuppressWarnings("ArrayRecordComponent")
public record Mutation(
    Verb verb,
    RecordKey record,
    Version version,
    float[] embedding,
    String document,
    Map<String, MetadataValue> metadata) {

  /** What is asked of Chroma. */
  public enum Verb {
    /** Write the record whole, creating it if need be. */
    UPSERT,
    /** Merge metadata into a record that is there; never creates one. */
    UPDATE,
    /** Delete one record. */
    DELETE,
    /** Delete every record that the key covers, by metadata, because we may not know their ids. */
    SWEEP
  }

  public static Mutation update(
      RecordKey record, Map<String, MetadataValue> metadata, Version version) {
    return new Mutation(Verb.UPDATE, record, version, null, null, metadata);
  }

  public static Mutation delete(RecordKey record, Version version) {
    return new Mutation(Verb.DELETE, record, version, null, null, null);
  }

  public static Mutation sweep(RecordKey below, Version version) {
    return new Mutation(Verb.SWEEP, below, version, null, null, null);
  }
}
