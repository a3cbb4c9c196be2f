package io.chromasync.model;

import java.util.List;

/**
 * What is known of one image: the entries of its entities, read by whoever computes records from
 * them.
 *
 * <p>An implementation answers from keyed state or from a map; it is used by one thread at a time.
 */
public interface ImageFacts {

  /** The image id. */
  String image();

  /** The entry of an entity, or null if it was never seen. */
  Entry entry(EntityKey entity);

  /**
   * The entities of one type directly below another that have an entry, tombstones included, or
   * below which one has: a child may be known before its parent. In ascending order of number, then
   * name.
   */
  List<EntityKey> children(EntityKey parent, EntityType type);

  /** The fact of an entity, or null if it was removed or never seen. Ancestors do not matter. */
  default Fact fact(EntityKey entity) {
    Entry entry = entry(entity);
    return entry == null ? null : entry.fact();
  }

  /**
   * Whether the entity or one of its ancestors is removed now. Never seen is not removed, but not
   * {@linkplain #isUnlisted listed} is.
   */
  default boolean isRemoved(EntityKey entity) {
    for (EntityKey each = entity; each != null; each = each.parent()) {
      if (isTombstone(each)) {
        return true;
      }
    }
    return false;
  }

  /** Whether the entity itself is removed: its newest change is a removal, or it is not listed. */
  default boolean isTombstone(EntityKey entity) {
    Entry entry = entry(entity);
    return entry == null ? isUnlisted(entity) : entry.isTombstone();
  }

  /**
   * Whether a reading of the whole image did not list the entity, and nothing else was ever heard
   * of it: it counts as deleted at {@link #readAsOf}, without an entry that says so.
   */
  default boolean isUnlisted(EntityKey entity) {
    return entity.type().isGoneUnlessListed() && entry(entity) == null && readAsOf() != null;
  }

  /** As of when all items of the image were read from the table, or null if they never were. */
  default Version readAsOf() {
    Entry read = entry(EntityKey.snapshot());
    return read == null ? null : read.version();
  }

  /**
   * Whether everything below the entity is known, so that what is not there is not there, rather
   * than not seen: its own insert was seen, or that of an ancestor which was never removed (a
   * removed item leaves its children in the table, so its second insert tells nothing of them), or
   * the whole image was read.
   */
  default boolean knowsAllBelow(EntityKey entity) {
    return readAsOf() != null || sawAllBelow(entity);
  }

  /**
   * Whether all that ever was below the entity was seen to come: its own insert was, or that of an
   * ancestor which was never removed. A reading tells what is there, but not what has been.
   */
  default boolean sawAllBelow(EntityKey entity) {
    Entry own = entry(entity);
    if (own != null && own.inserted()) {
      return true;
    }
    for (EntityKey above = entity.parent(); above != null; above = above.parent()) {
      Entry entry = entry(above);
      if (entry != null && entry.inserted() && entry.removed() == null) {
        return true;
      }
    }
    return false;
  }
}
