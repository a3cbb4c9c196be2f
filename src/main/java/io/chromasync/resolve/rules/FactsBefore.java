package io.chromasync.resolve.rules;

import io.chromasync.model.EntityKey;
import io.chromasync.model.EntityType;
import io.chromasync.model.FactRegister;
import io.chromasync.model.ImageFacts;
import io.chromasync.model.Version;
import java.util.List;
import java.util.Map;

/**
 * Facts of an image before the change in progress. An unknown entity may count as known here, so
 * callers compare a hash with what was written.
 *
 * @param tableReadAsOf as in {@link ImageWorkingSet}
 * @param replaced previous entry of every entity that the change altered; null = none
 */
public record FactsBefore(
    ImageWorkingSet now, Version tableReadAsOf, Map<EntityKey, FactRegister> replaced)
    implements ImageFacts {

  @Override
  public String image() {
    return now.image();
  }

  @Override
  public FactRegister entry(EntityKey entity) {
    return replaced.containsKey(entity) ? replaced.get(entity) : now.entry(entity);
  }

  @Override
  public List<EntityKey> children(EntityKey parent, EntityType type) {
    return now.children(parent, type).stream()
        .filter(child -> !replaced.containsKey(child) || replaced.get(child) != null)
        .toList();
  }

  @Override
  public Version readAsOf() {
    FactRegister read = entry(EntityKey.snapshot());
    return Version.max(tableReadAsOf, read == null ? null : read.version());
  }
}
