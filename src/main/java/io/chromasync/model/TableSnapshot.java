package io.chromasync.model;

import java.util.List;

/**
 * What a reading of the table says: items as they were at one moment, and how much it tells of what
 * it does not list.
 *
 * <p>The moment is {@code asOf}: whatever happened before it is in what was read, so of each item
 * listed it says that it was like this then, and of what is older and not listed, within the {@link
 * Extent}, that it is gone. Later changes win, in whatever order they arrive.
 *
 * @param image the image whose items these are; null for {@link Extent#TABLE}
 * @param asOf whole seconds, without a sequence number, so that it is before every change of its
 *     own second
 * @param items each as DynamoDB JSON, with at least the attributes that mapping reads
 * @param gone sort keys of items that are told to be gone, whatever the extent
 * @param repair whether Chroma may not have what it was told, so that it is told again
 * @param origin where it was read, for logs and dead letters
 * @param runs whether the newest run of each receipt is loaded again though its item says that it
 *     is done
 */
public record TableSnapshot(
    String image,
    Version asOf,
    Extent extent,
    List<String> items,
    List<String> gone,
    boolean repair,
    String origin,
    boolean runs) {

  /** A snapshot that leaves runs alone which are done. */
  public TableSnapshot(
      String image,
      Version asOf,
      Extent extent,
      List<String> items,
      List<String> gone,
      boolean repair,
      String origin) {
    this(image, asOf, extent, items, gone, repair, origin, false);
  }

  /** What a snapshot tells of items that it does not list. */
  public enum Extent {
    /** Nothing. */
    ITEMS,

    /** An older fact of its image that is not listed is gone. */
    PARTITION,

    /** It lists nothing; an image of which nothing was listed as of then, or later, is gone. */
    TABLE
  }
}
