package io.chromasync.model;

/**
 * Key of one Chroma record, or of all records of a collection below an entity.
 *
 * <p>An {@link EntityTree} creates keys, because the domain defines the ids.
 *
 * @param partition id of the partition
 * @param entity whose deletion deletes the record; for all records below an entity: that entity
 * @param id Chroma's id of the record, or the common prefix of all ids below; different keys of a
 *     collection have different ids
 */
public record RecordKey(CollectionName collection, String partition, EntityKey entity, String id) {

  /** Returns true if the given key is equal to this key or below it. */
  public boolean covers(RecordKey other) {
    return collection.equals(other.collection)
        && partition.equals(other.partition)
        && other.entity.isWithin(entity);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RecordKey key && id.equals(key.id) && collection.equals(key.collection);
  }

  @Override
  public int hashCode() {
    return id.hashCode() * 31 + collection.hashCode();
  }
}
