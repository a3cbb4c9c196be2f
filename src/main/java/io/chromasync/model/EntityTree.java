package io.chromasync.model;

import java.io.Serializable;
import java.util.List;

/**
 * Shape of a domain's partitions: the collections made from them, and the ids of their records.
 *
 * <p>Pure and thread-safe.
 */
public interface EntityTree extends Serializable {

  /** Collections, in the order in which operators see them. */
  List<DomainCollection> collections();

  /** Kinds of entities that have facts, {@link EntityKind#PARTITION} included. */
  List<EntityKind> kinds();

  /**
   * Key of the record that represents an entity, or of all records below an entity.
   *
   * @param entity of the kind of the collection's records, or above
   */
  RecordKey record(CollectionName collection, String partition, EntityKey entity);

  /**
   * Records of a vector batch. Only needed for collections whose batches {@linkplain
   * DomainCollection#replaced replace} each other.
   *
   * @param batch key of the batch
   */
  List<RecordKey> records(String partition, EntityKey batch, Fact fact);

  /** Rules for the records of a collection. */
  default DomainCollection of(CollectionName collection) {
    for (DomainCollection each : collections()) {
      if (each.collection().equals(collection)) {
        return each;
      }
    }
    throw new IllegalArgumentException("the domain has no collection '%s'".formatted(collection));
  }

  /** Key of a chunk with this {@linkplain EntityKey#path path}. */
  default EntityKey chunkAt(String path) {
    EntityKey key = EntityKey.PARTITION;
    if (path.equals(key.path())) {
      return key;
    }
    String[] parts = path.split("/", -1);
    for (int i = 0; i < parts.length; i += 2) {
      key = key.childAt(kind(key.kind(), parts[i]), parts[i + 1]);
    }
    return key;
  }

  private EntityKind kind(EntityKind parent, String name) {
    for (EntityKind kind : kinds()) {
      if (parent.equals(kind.parent()) && kind.name().equals(name)) {
        return kind;
      }
    }
    throw new IllegalArgumentException(
        "state has a '%s' below a '%s', which the domain does not".formatted(name, parent.name()));
  }
}
