package io.chromasync.delta;

/**
 * The collection of a delta, as Chroma's database describes it.
 *
 * @param cosine whether its space is cosine, for which vectors are stored in a form of their own
 */
record ChromaCollection(String id, boolean cosine, Segment metadata, Segment vectors) {

  /** The last number of the log that has gone into both. */
  long upTo() {
    return Math.min(metadata.upTo(), vectors.upTo());
  }

  /** The last number of the log that has gone into either: the log reaches at least so far. */
  long reaches() {
    return Math.max(metadata.upTo(), vectors.upTo());
  }
}
