package io.chromasync.model;

import java.util.Map;

/**
 * Record of a delta: a vector, with the document and metadata that its producer supplied.
 *
 * @param vector finite numbers
 * @param document null if there is none
 * @param metadata without the document; no value is a deletion
 */
// A list would box each of 1,536 floats; embeddings are never compared.
@SuppressWarnings("ArrayRecordComponent")
public record Embedding(
    RecordKey record, float[] vector, String document, Map<String, MetadataValue> metadata) {}
