package io.chromasync.model;

import java.io.Serializable;
import java.util.Map;

/**
 * The collections that a job writes to.
 *
 * @param ids the server's id of each; a collection that is made anew has another
 * @param copyOf of a collection that is a copy: the id of that which was copied
 */
public record Target(Map<Collection, String> ids, Map<Collection, String> copyOf)
    implements Serializable {

  /** The key of a collection's metadata that says of which it is a copy. */
  public static final String COPY_OF = "chromasync-copy-of";

  /** Nobody knows which; any state fits. */
  public static Target unknown() {
    return new Target(Map.of(), Map.of());
  }

  /** Whether what was written to a collection of this id is in ours. */
  public boolean holds(Collection collection, String id) {
    return id.equals(ids.get(collection)) || id.equals(copyOf.get(collection));
  }
}
