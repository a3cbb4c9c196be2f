package io.chromasync.model;

import java.io.Serializable;

/** Partition key and sort key of a table item. */
public record ItemKey(String partitionKey, String sortKey) implements Serializable {

  /** Name of the partition key's attribute. */
  public static final String PARTITION = "PK";

  /** Name of the sort key's attribute. */
  public static final String SORT = "SK";
}
