package io.chromasync.model;

/**
 * Logical name of a Chroma collection, chosen by the domain; settings map it to the name on the
 * server.
 *
 * @param name as in settings, metrics and attributes of runs: lower case
 */
public record CollectionName(String name)
    implements Comparable<CollectionName>, java.io.Serializable {

  @Override
  public int compareTo(CollectionName other) {
    return name.compareTo(other.name);
  }

  @Override
  public String toString() {
    return name;
  }
}
