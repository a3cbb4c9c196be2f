package io.chromasync.snapshot;

import io.chromasync.aws.TableKeys;

/** The two keys of a table item. */
record ItemKey(String partitionKey, String sortKey) {

  /** Names of the key attributes. */
  static final String PARTITION = TableKeys.PARTITION;

  static final String SORT = TableKeys.SORT;

  private static final String IMAGE = "IMAGE#";

  boolean isOfImage() {
    return image(partitionKey) != null;
  }

  /** The partition of an image. */
  static String partitionOf(String image) {
    return IMAGE + image;
  }

  /** The image in whose partition the item lies, or null if it is in another one. */
  static String image(String partitionKey) {
    boolean named =
        partitionKey.startsWith(IMAGE)
            && partitionKey.length() > IMAGE.length()
            && partitionKey.indexOf('#', IMAGE.length()) < 0;
    return named ? partitionKey.substring(IMAGE.length()) : null;
  }
}
