package io.chromasync.testing;

import io.chromasync.model.EntityKey;
import io.chromasync.model.EntityKind;
import io.chromasync.model.FactChange;
import io.chromasync.model.FactRegister;
import io.chromasync.model.PartitionFacts;
import io.chromasync.model.Version;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * The facts of one image in a map: the plainest {@link PartitionFacts}, and the plain fold of
 * changes by version that others are compared with. Forgets nothing. Used by one thread.
 */
public final class MapFacts implements PartitionFacts {

  private final String image;
  private final Map<EntityKey, FactRegister> entries = new HashMap<>();
  private final Map<EntityKey, TreeSet<EntityKey>> children = new HashMap<>();

  public MapFacts(String image) {
    this.image = image;
  }

  /** A copy that goes its own way. */
  public MapFacts copy() {
    MapFacts copy = new MapFacts(image);
    entries.forEach(copy::put);
    return copy;
  }

  /** Folds a change in: older ones and duplicates leave the newest fact alone. */
  public MapFacts apply(FactChange change) {
    FactRegister before = entries.get(change.entity());
    put(change.entity(), before == null ? first(change) : merged(before, change));
    return this;
  }

  /** Puts an entry as it is. */
  public MapFacts put(EntityKey entity, FactRegister entry) {
    entries.put(entity, entry);
    for (EntityKey key = entity; key.parent() != null; key = key.parent()) {
      children.computeIfAbsent(key.parent(), k -> new TreeSet<>()).add(key);
    }
    return this;
  }

  @Override
  public String partition() {
    return image;
  }

  @Override
  public FactRegister entry(EntityKey entity) {
    return entries.get(entity);
  }

  @Override
  public List<EntityKey> children(EntityKey parent, EntityKind type) {
    return children.getOrDefault(parent, new TreeSet<>()).stream()
        .filter(child -> child.kind() == type)
        .toList();
  }

  private static FactRegister first(FactChange change) {
    Version removed = change.isRemoval() ? change.version() : null;
    Version altered = change.noOp() ? null : change.version();
    return new FactRegister(
        change.version(), change.fact(), removed, change.inserted(), change.noOp(), altered);
  }

  private static FactRegister merged(FactRegister before, FactChange change) {
    FactRegister other = first(change);
    FactRegister newest = other.version().isAfter(before.version()) ? other : before;
    return new FactRegister(
        newest.version(),
        newest.fact(),
        Version.max(before.removed(), other.removed()),
        before.inserted() || other.inserted(),
        newest.noOp(),
        Version.max(before.altered(), other.altered()));
  }
}
