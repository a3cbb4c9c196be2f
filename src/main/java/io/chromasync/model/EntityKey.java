package io.chromasync.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.flink.api.common.typeinfo.TypeInfo;

/**
 * Key of an entity within a partition: a path of kinds and ids below the partition, as in {@code
 * receipt/1/line/7/word/2/label/TAX}.
 *
 * <p>An id is a number or a name, the same for all entities of a kind. An entity that is the only
 * one of its kind below its parent has no id. A key refers to the key of its parent, so the keys of
 * a path share their beginning.
 *
 * <p>Immutable and thread-safe.
 */
@TypeInfo(EntityKeyType.Factory.class)
public final class EntityKey implements Comparable<EntityKey> {

  private static final int NONE = -1;

  /** The partition itself. */
  public static final EntityKey PARTITION = new EntityKey(EntityKind.PARTITION, null, NONE, null);

  /** The newest snapshot of the whole partition. */
  public static final EntityKey SNAPSHOT = PARTITION.child(EntityKind.SNAPSHOT);

  private final EntityKind kind;
  private final EntityKey parent;
  private final int number;
  private final String name;
  // The key of most maps: hashing the path each time took a sixth of a task's time.
  private final int hash;

  private EntityKey(EntityKind kind, EntityKey parent, int number, String name) {
    this.kind = kind;
    this.parent = parent;
    this.number = number;
    this.name = name;
    int above = parent == null ? 0 : parent.hash;
    int id = name == null ? number : name.hashCode();
    this.hash = (above * 31 + kind.name().hashCode()) * 31 + id;
  }

  /** Key of the only entity of a kind below this entity. */
  public EntityKey child(EntityKind kind) {
    return child(kind, NONE, null);
  }

  /** Key of an entity with a number, which is not negative. */
  public EntityKey child(EntityKind kind, int number) {
    return child(kind, number, null);
  }

  /** Key of an entity with a name. */
  public EntityKey child(EntityKind kind, String name) {
    return child(kind, NONE, name);
  }

  /** Key of an entity with an id as in {@link #path}. */
  EntityKey childAt(EntityKind kind, String id) {
    return kind.is(EntityKind.Trait.NUMBERED)
        ? child(kind, Integer.parseInt(id))
        : child(kind, id.replace("%2F", "/").replace("%25", "%"));
  }

  EntityKey child(EntityKind kind, int number, String name) {
    if (kind.parent() != this.kind) {
      throw new IllegalArgumentException("%s is not directly below %s".formatted(kind, this.kind));
    }
    return new EntityKey(kind, this, number, name);
  }

  /** Key of the newest vector batch of this entity for one collection. */
  public EntityKey batch(CollectionName collection) {
    return child(EntityKind.batchOf(kind), collection.name());
  }

  public EntityKind kind() {
    return kind;
  }

  /** Key of the entity directly above; null for the partition. */
  public EntityKey parent() {
    return parent;
  }

  /** Number of the entity among its siblings; -1 if it has none. */
  public int number() {
    return number;
  }

  /** Name of the entity among its siblings; null if it has none. */
  public String name() {
    return name;
  }

  /** All entities above this entity, nearest first; empty for the partition. */
  public List<EntityKey> ancestors() {
    List<EntityKey> ancestors = new ArrayList<>(kind.depth());
    for (EntityKey above = parent; above != null; above = above.parent) {
      ancestors.add(above);
    }
    return ancestors;
  }

  /** This entity or its ancestor of a kind; null if there is none. */
  public EntityKey ancestor(EntityKind of) {
    EntityKey key = this;
    while (key != null && key.kind != of) {
      key = key.parent;
    }
    return key;
  }

  /** Nearest entity whose kind has a trait: this entity, or one above; never null. */
  public EntityKey nearest(EntityKind.Trait trait) {
    EntityKey key = this;
    while (!key.kind.is(trait) && key.parent != null) {
      key = key.parent;
    }
    return key;
  }

  /** Returns true if the given entity is an ancestor of this entity. */
  public boolean isBelow(EntityKey other) {
    int levels = kind.depth() - other.kind.depth();
    EntityKey above = this;
    for (int level = 0; level < levels; level++) {
      above = above.parent;
    }
    return levels > 0 && above.equals(other);
  }

  /** Returns true if this entity is the given entity or below it. */
  public boolean isWithin(EntityKey other) {
    return equals(other) || isBelow(other);
  }

  /** Readable form; different keys have different paths. */
  public String path() {
    if (parent == null) {
      return kind.name();
    }
    StringBuilder path = new StringBuilder();
    addTo(path);
    return path.toString();
  }

  private void addTo(StringBuilder path) {
    if (parent.parent != null) {
      parent.addTo(path);
      path.append('/');
    }
    path.append(kind.name());
    if (name != null) {
      path.append('/').append(escaped(name));
    } else if (number != NONE) {
      path.append('/').append(number);
    }
  }

  private static String escaped(String name) {
    return name.replace("%", "%25").replace("/", "%2F");
  }

  /** Compares paths from the top, by number, name and kind: a stable iteration order. */
  @Override
  public int compareTo(EntityKey other) {
    if (this == other) {
      return 0;
    }
    if (kind.depth() > other.kind.depth()) {
      int order = parent.compareTo(other);
      return order == 0 ? 1 : order;
    }
    if (kind.depth() < other.kind.depth()) {
      int order = compareTo(other.parent);
      return order == 0 ? -1 : order;
    }
    int order = parent == null ? 0 : parent.compareTo(other.parent);
    order = order == 0 ? Integer.compare(number, other.number) : order;
    order = order == 0 ? named().compareTo(other.named()) : order;
    return order == 0 ? kind.name().compareTo(other.kind.name()) : order;
  }

  private String named() {
    return name == null ? "" : name;
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof EntityKey key && hash == key.hash && hasSamePath(key));
  }

  /** Compares level by level, up to a shared ancestor: keys of one kind share the partition. */
  @SuppressWarnings("ReferenceEquality") // Only ends the loop early.
  private boolean hasSamePath(EntityKey key) {
    if (kind != key.kind) {
      return false;
    }
    EntityKey one = this;
    EntityKey other = key;
    while (one != other) {
      if (one.number != other.number || !Objects.equals(one.name, other.name)) {
        return false;
      }
      one = one.parent;
      other = other.parent;
    }
    return true;
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    return path();
  }
}
