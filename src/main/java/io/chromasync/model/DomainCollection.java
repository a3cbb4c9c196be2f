package io.chromasync.model;

import java.io.Serializable;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Collection of a domain, with the rules for its records.
 *
 * @param records kind of entity that each record represents
 * @param replaced true if a vector batch defines all records below its scope: a newer batch deletes
 *     the records that it omits
 * @param levels metadata by which a delete by filter finds records, from the partition down to the
 *     record
 */
public record DomainCollection(
    CollectionName collection, EntityKind records, boolean replaced, List<Level> levels)
    implements Serializable {

  /**
   * Metadata key with the id of the record's ancestor of one kind.
   *
   * @param alsoText true if old records have the number as a string
   */
  public record Level(EntityKind kind, String key, boolean alsoText) implements Serializable {

    /** Level whose ids have one type in all records. */
    public Level(EntityKind kind, String key) {
      this(kind, key, false);
    }
  }

  /** Returns true if records of the collection can exist below entities of a kind. */
  public boolean liesBelow(EntityKind kind) {
    return records.isBelow(kind);
  }

  /**
   * Entity of the record with these metadata.
   *
   * @param text returns the value of a metadata key as text, or null
   * @return null if the metadata name none
   */
  public EntityKey entity(UnaryOperator<String> text) {
    EntityKey entity = EntityKey.PARTITION;
    for (Level level : levels.subList(1, levels.size())) {
      String id = text.apply(level.key());
      if (id == null) {
        return null;
      }
      try {
        entity = entity.childAt(level.kind(), id);
      } catch (NumberFormatException e) {
        return null;
      }
    }
    return entity;
  }
}
