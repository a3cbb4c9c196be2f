package io.chromasync.model;

import java.io.Serializable;
import java.util.Set;

/**
 * Partitions and attributes of a table, for readers of the table.
 *
 * <p>Pure and thread-safe.
 */
public interface TableLayout extends Serializable {

  /** Attributes of items that mapping reads; a scan or export need read no others. */
  Set<String> attributes();

  /**
   * Id of the partition with this partition key; null if the key is not of the domain. Different
   * keys have different ids.
   */
  String partition(String partitionKey);

  /** Partition key of a partition. */
  String partitionKey(String partition);
}
