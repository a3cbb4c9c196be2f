package io.chromasync.model;

/**
 * Key of a table item. An image has a partition of its items: partition key {@code IMAGE#<image>}.
 */
public record ItemKey(String partitionKey, String sortKey) {

  /** Name of the partition key's attribute. */
  public static final String PARTITION = "PK";

  /** Name of the sort key's attribute. */
  public static final String SORT = "SK";

  private static final String IMAGE = "IMAGE#";

  /** Returns the partition key of an image. */
  public static String partitionOf(String image) {
    return IMAGE + image;
  }

  /** Returns whether a partition key begins like that of an image. */
  public static boolean namesImage(String partitionKey) {
    return partitionKey.startsWith(IMAGE);
  }

  /** Returns the id of the image whose partition this is; null for another partition. */
  public static String image(String partitionKey) {
    boolean named =
        namesImage(partitionKey)
            && partitionKey.length() > IMAGE.length()
            && partitionKey.indexOf('#', IMAGE.length()) < 0;
    return named ? partitionKey.substring(IMAGE.length()) : null;
  }

  /** Returns whether the item is in the partition of an image. */
  public boolean isOfImage() {
    return image(partitionKey) != null;
  }
}
