package io.chromasync.model;

import java.io.Serial;
import java.io.Serializable;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Kind of entities of a domain: its name, the kind above it, and the rules for its entities.
 *
 * <p>Kinds are interned, so they are compared by identity. State contains the name and traits of
 * each kind, so state can be read without its domain.
 *
 * <p>Immutable and thread-safe.
 */
public final class EntityKind implements Serializable {

  /** Rule for the entities of a kind. In state: grows only at the end, to eight at most. */
  public enum Trait {
    /** An item of the table. */
    ITEM,
    /**
     * An entity without state counts as deleted if a snapshot of its whole partition does not list
     * it. Not for an entity whose children may exist without it.
     */
    LISTED,
    /** The entity and what is below it are read from state, and written, at once. */
    CHUNK,
    /** The tombstone expires together with everything below it. */
    UNIT,
    /** The fact is the existence of the entity, with or without content. */
    BARE,
    /** Ids are numbers, not names. */
    NUMBERED
  }

  private static final ConcurrentMap<Definition, EntityKind> ALL = new ConcurrentHashMap<>();

  /** The partition itself: every entity is below it. */
  public static final EntityKind PARTITION =
      of(null, "partition", Trait.ITEM, Trait.CHUNK, Trait.UNIT, Trait.BARE);

  /** Snapshot of a whole partition; not an item: it marks the partition as complete. */
  public static final EntityKind SNAPSHOT = of(PARTITION, "snapshot");

  private static final long serialVersionUID = 1;
  private static final String BATCH = "delta";

  private final EntityKind parent;
  private final String name;
  private final int traits;
  private final transient int depth;
  private transient EntityKind batch;

  /** Components that make two kinds equal. */
  private record Definition(EntityKind parent, String name, int traits) {}

  private EntityKind(Definition definition) {
    this.parent = definition.parent();
    this.name = definition.name();
    this.traits = definition.traits();
    this.depth = parent == null ? 0 : parent.depth + 1;
  }

  /**
   * Returns a kind.
   *
   * @param parent kind of the entity directly above; null for {@link #PARTITION}
   * @param name in paths and metrics: lower case, and unique below the parent
   */
  public static EntityKind of(EntityKind parent, String name, Trait... traits) {
    return of(parent, name, bits(Set.of(traits)));
  }

  /** Returns a kind as in state, with its traits as bits. */
  public static EntityKind of(EntityKind parent, String name, int traits) {
    return ALL.computeIfAbsent(new Definition(parent, name, traits), EntityKind::new);
  }

  /**
   * Kind of the newest vector batch of a scope for one collection. It is not an item, but the
   * content of a run.
   */
  public static EntityKind batchOf(EntityKind scope) {
    // Asked several times for each change. Kinds are interned, so a race finds the same kind.
    if (scope.batch == null) {
      scope.batch = of(scope, BATCH);
    }
    return scope.batch;
  }

  // Safe, because the enum grows only at the end.
  @SuppressWarnings("EnumOrdinal")
  private static int bits(Set<Trait> traits) {
    int bits = 0;
    for (Trait trait : traits) {
      bits |= 1 << trait.ordinal();
    }
    return bits;
  }

  /** Kind of the entity directly above; null for the partition. */
  public EntityKind parent() {
    return parent;
  }

  public String name() {
    return name;
  }

  /** Number of kinds above this kind. */
  public int depth() {
    return depth;
  }

  /** Traits as bits, as in state. */
  public int traits() {
    return traits;
  }

  /** Returns true if the entities of this kind have the trait. */
  // Safe, because the enum grows only at the end.
  @SuppressWarnings("EnumOrdinal")
  public boolean is(Trait trait) {
    return (traits & 1 << trait.ordinal()) != 0;
  }

  /** Returns true for vector batches. */
  public boolean isBatch() {
    return traits == 0 && name.equals(BATCH);
  }

  /** Returns true if entities of this kind are below entities of the given kind. */
  public boolean isBelow(EntityKind other) {
    EntityKind above = parent;
    while (above != null && above != other) {
      above = above.parent;
    }
    return above != null;
  }

  /** Nearest kind with the trait: this kind, or a kind above; null if there is none. */
  public EntityKind nearest(Trait trait) {
    EntityKind kind = this;
    while (kind != null && !kind.is(trait)) {
      kind = kind.parent;
    }
    return kind;
  }

  @Serial
  private Object readResolve() {
    return of(parent, name, traits);
  }

  @Override
  public String toString() {
    return name + (traits == 0 ? "" : " " + traitNames());
  }

  private Set<Trait> traitNames() {
    Set<Trait> names = EnumSet.noneOf(Trait.class);
    for (Trait trait : Trait.values()) {
      if (is(trait)) {
        names.add(trait);
      }
    }
    return names;
  }
}
