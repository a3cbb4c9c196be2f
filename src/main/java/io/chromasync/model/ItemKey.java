package io.chromasync.model;

import java.io.Serializable;

/** Primary key of a table item: partition key {@code PK} and sort key {@code SK}, both strings. */
public record ItemKey(String partitionKey, String sortKey) implements Serializable {

  /** Name of the partition key's attribute. */
  public static final String PARTITION = "PK";

  /** Name of the sort key's attribute. */
  public static final String SORT = "SK";
}
