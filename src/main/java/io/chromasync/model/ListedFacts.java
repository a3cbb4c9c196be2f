package io.chromasync.model;

import java.util.List;

/**
 * The facts that a reading of the table found in one image: a {@link TableSnapshot} as mapping
 * understands it.
 *
 * @param asOf whatever happened before this is in what was read
 * @param facts each restates what is there as of then; what is told to be gone is a removal
 * @param unreadable entities whose items are there, but cannot be understood
 * @param whole whether a fact of the image that is neither was gone then
 * @param repair whether Chroma may not have what it was told, so that it is told again
 */
public record ListedFacts(
    String image,
    Version asOf,
    List<FactChange> facts,
    List<EntityKey> unreadable,
    boolean whole,
    boolean repair) {

  /** What a whole reading of the table says of an image once all in it was listed: no more. */
  public static ListedFacts noMore(String image, Version asOf) {
    return new ListedFacts(image, asOf, List.of(), List.of(), true, false);
  }
}
