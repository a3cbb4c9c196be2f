package io.chromasync.model;

import java.io.Serializable;
import java.util.Map;

/**
 * Collections that a job writes to.
 *
 * @param ids the server's id of each collection; a recreated collection has another id
 * @param copyOf for a collection that is a copy: the id of the original collection
 */
public record TargetCollections(Map<CollectionName, String> ids, Map<CollectionName, String> copyOf)
    implements Serializable {

  /** Key of a collection's metadata that contains the id of the original collection. */
  public static final String COPY_OF = "chromasync-copy-of";

  /** Unknown collections; any state fits them. */
  public static TargetCollections unknown() {
    return new TargetCollections(Map.of(), Map.of());
  }

  /** Returns true if writes to the collection with this id are in the current collection. */
  public boolean holds(CollectionName collection, String id) {
    return id.equals(ids.get(collection)) || id.equals(copyOf.get(collection));
  }
}
