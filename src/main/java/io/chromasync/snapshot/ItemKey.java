package io.chromasync.snapshot;

import io.chromasync.aws.TableKeys;

/** Partition key and sort key of a table item. */
public record ItemKey(String partitionKey, String sortKey) {

  /** Name of a key attribute. */
  public static final String PARTITION = TableKeys.PARTITION;

  /** Name of the sort key attribute. */
  public static final String SORT = TableKeys.SORT;

  private static final String IMAGE = "IMAGE#";

  /** Returns whether the item is in the partition of an image. */
  public boolean isOfImage() {
    return image(partitionKey) != null;
  }

  /** Partition key of an image. */
  public static String partitionOf(String image) {
    return IMAGE + image;
  }

  /** Image whose partition contains the item, or null for another partition. */
  public static String image(String partitionKey) {
    boolean named =
        partitionKey.startsWith(IMAGE)
            && partitionKey.length() > IMAGE.length()
            && partitionKey.indexOf('#', IMAGE.length()) < 0;
    return named ? partitionKey.substring(IMAGE.length()) : null;
  }
}
