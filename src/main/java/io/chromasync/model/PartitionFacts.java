package io.chromasync.model;

import java.util.List;

/**
 * Known facts of one partition: the registers of its entities, from which records are computed.
 *
 * <p>An implementation reads from keyed state or from a map; it is used by one thread at a time.
 */
public interface PartitionFacts {

  /** Partition id. */
  String partition();

  /** Register of an entity, or null if the entity was never seen. */
  FactRegister entry(EntityKey entity);

  /**
   * Direct children of one kind that have a register, tombstones included, or a descendant with a
   * register: a child may be known before its parent. In ascending order of number, then name.
   */
  List<EntityKey> children(EntityKey parent, EntityKind kind);

  /** Fact of an entity, or null if it was removed or never seen. Ancestors do not matter. */
  default Fact fact(EntityKey entity) {
    FactRegister entry = entry(entity);
    return entry == null ? null : entry.fact();
  }

  /**
   * Returns true if the entity or an ancestor is deleted now. A never-seen entity is not deleted,
   * unless it is {@linkplain #isUnlisted unlisted}.
   */
  default boolean isRemoved(EntityKey entity) {
    for (EntityKey each = entity; each != null; each = each.parent()) {
      if (isTombstone(each)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns true if the entity itself is deleted: its newest change is a removal, or it is not
   * listed.
   */
  default boolean isTombstone(EntityKey entity) {
    FactRegister entry = entry(entity);
    return entry == null ? isUnlisted(entity) : entry.isTombstone();
  }

  /**
   * Returns true if a snapshot of the whole partition did not list the entity and it has no state.
   * Such an entity counts as deleted at {@link #readAsOf}, without a register.
   */
  default boolean isUnlisted(EntityKey entity) {
    return entity.kind().is(EntityKind.Trait.LISTED) && entry(entity) == null && readAsOf() != null;
  }

  /**
   * Snapshot timestamp at which all items of the partition were read, or null if they never were.
   */
  default Version readAsOf() {
    FactRegister read = entry(EntityKey.SNAPSHOT);
    return read == null ? null : read.version();
  }

  /**
   * Returns true if everything below the entity is complete, so that an absent entity does not
   * exist, rather than being unseen. The proof is one of these:
   *
   * <ul>
   *   <li>the entity's own INSERT;
   *   <li>the INSERT of an ancestor that was never removed: a removed item leaves its children in
   *       the table, so its second INSERT proves nothing about them;
   *   <li>a snapshot of the whole partition.
   * </ul>
   */
  default boolean isCompleteBelow(EntityKey entity) {
    return readAsOf() != null || sawAllBelow(entity);
  }

  /**
   * Returns true if every change below the entity was seen from its start. The proof is the
   * entity's own INSERT, or the INSERT of an ancestor that was never removed. A snapshot shows what
   * exists, but not what existed before.
   */
  default boolean sawAllBelow(EntityKey entity) {
    FactRegister own = entry(entity);
    if (own != null && own.inserted()) {
      return true;
    }
    for (EntityKey above = entity.parent(); above != null; above = above.parent()) {
      FactRegister entry = entry(above);
      if (entry != null && entry.inserted() && entry.removed() == null) {
        return true;
      }
    }
    return false;
  }
}
