package io.chromasync.resolve.rules;

import io.chromasync.model.EntityKey;
import io.chromasync.model.EntityKind;
import io.chromasync.model.FactRegister;
import io.chromasync.model.PartitionFacts;
import io.chromasync.model.Version;
import java.util.List;
import java.util.Map;

/**
 * Facts of a partition before the change in progress. An unknown entity may count as known here, so
 * callers compare a hash with what was written.
 *
 * @param tableReadAsOf as in {@link WorkingSet}
 * @param replaced previous entry of every entity that the change altered; null = none
 */
public record FactsBefore(
    WorkingSet now, Version tableReadAsOf, Map<EntityKey, FactRegister> replaced)
    implements PartitionFacts {

  @Override
  public String partition() {
    return now.partition();
  }

  @Override
  public FactRegister entry(EntityKey entity) {
    return replaced.containsKey(entity) ? replaced.get(entity) : now.entry(entity);
  }

  @Override
  public List<EntityKey> children(EntityKey parent, EntityKind kind) {
    return now.children(parent, kind).stream()
        .filter(child -> !replaced.containsKey(child) || replaced.get(child) != null)
        .toList();
  }

  @Override
  public Version readAsOf() {
    FactRegister read = entry(EntityKey.SNAPSHOT);
    return Version.max(tableReadAsOf, read == null ? null : read.version());
  }
}
