package io.chromasync.resolve;

import io.chromasync.model.EntityKey;
import io.chromasync.model.EntityType;
import io.chromasync.model.Entry;
import io.chromasync.model.ImageFacts;
import io.chromasync.model.Version;
import java.util.List;
import java.util.Map;

/**
 * The facts of an image as they were before the change that is worked on. An entity of which
 * nothing was known may count as known here: whoever computes from these facts compares a hash with
 * what was written.
 *
 * @param tableReadAsOf as {@link ImageMemory} has it
 * @param replaced of every entity that the change altered, the entry before; null = none
 */
record FactsBefore(ImageMemory now, Version tableReadAsOf, Map<EntityKey, Entry> replaced)
    implements ImageFacts {

  @Override
  public String image() {
    return now.image();
  }

  @Override
  public Entry entry(EntityKey entity) {
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
    Entry read = entry(EntityKey.snapshot());
    return Version.max(tableReadAsOf, read == null ? null : read.version());
  }
}
