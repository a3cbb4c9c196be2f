package io.chromasync.delta.format;

/**
 * Collection of a delta, as described by Chroma's database.
 *
 * @param cosine true if its space is cosine, for which vectors are stored normalized
 */
public record ChromaCollection(String id, boolean cosine, Segment metadata, Segment vectors) {

  /** Returns the last log position that both segments have applied. */
  long upTo() {
    return Math.min(metadata.upTo(), vectors.upTo());
  }

  /**
   * Returns the last log position that any segment has applied: the log must reach at least that
   * far.
   */
  long reaches() {
    return Math.max(metadata.upTo(), vectors.upTo());
  }
}
