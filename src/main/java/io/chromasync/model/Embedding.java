package io.chromasync.model;

import java.util.Map;

/**
 * One record of a delta: a vector, with the document and metadata that its producer gave it.
 *
 * @param vector finite numbers
 * @param document null if it has none
 * @param metadata without the document; no value is removed
 */
// A list of 1,536 floats would box each; nobody compares embeddings.
@SuppressWarnings("ArrayRecordComponent")
public record Embedding(
    RecordKey record, float[] vector, String document, Map<String, MetadataValue> metadata) {}
