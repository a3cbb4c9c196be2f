package io.chromasync.model;

/**
 * Collection of a domain's records in Chroma.
 *
 * @param name of the domain, in settings, metrics and attributes of runs: lower case. The name on
 *     the server is a setting
 */
public record Collection(String name) implements Comparable<Collection>, java.io.Serializable {

  @Override
  public int compareTo(Collection other) {
    return name.compareTo(other.name);
  }

  @Override
  public String toString() {
    return name;
  }
}
