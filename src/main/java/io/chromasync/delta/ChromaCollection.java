package io.chromasync.delta;

/**
 * The collection of a delta, as Chroma's database describes it.
 *
 * @param cosine whether its space is cosine, for which vectors are stored in a form of their own
 * @param metadataSegment what the database calls the metadata of the collection; null if there is
 *     none
 * @param metadataUpTo the last number of the log that went into the metadata; 0 = none
 * @param vectorSegment the folder of the vectors; null if there is none
 * @param vectorsUpTo the last number of the log that went into that folder; 0 = none, whatever
 *     files lie there
 */
record ChromaCollection(
    String id,
    boolean cosine,
    String metadataSegment,
    long metadataUpTo,
    String vectorSegment,
    long vectorsUpTo) {

  /** One of which no segment has taken anything. */
  static ChromaCollection untaken(String id, boolean cosine) {
    return new ChromaCollection(id, cosine, null, 0, null, 0);
  }

  /** This one with what a segment says of it; those of other scopes say nothing to us. */
  ChromaCollection with(String scope, String segment, long upTo) {
    return switch (scope) {
      case "METADATA" ->
          new ChromaCollection(id, cosine, segment, upTo, vectorSegment, vectorsUpTo);
      case "VECTOR" ->
          new ChromaCollection(id, cosine, metadataSegment, metadataUpTo, segment, upTo);
      default -> this;
    };
  }

  /** The last number of the log that all has gone into. */
  long upTo() {
    return Math.min(metadataUpTo, vectorsUpTo);
  }
}
