package io.chromasync.local.samples;

import java.util.Map;

/**
 * A record as Chroma's API gives and takes it.
 *
 * @param vector null where nobody asked for it
 * @param metadata values are texts, numbers, booleans or lists of texts
 */
// Nobody compares these; a vector of 1,536 floats as a list would box each.
@SuppressWarnings("ArrayRecordComponent")
public record ChromaRecord(
    String id, float[] vector, String document, Map<String, Object> metadata) {}
