package io.chromasync.resolve.rules;

import io.chromasync.model.EntityKey;
import io.chromasync.model.EntityKind;
import io.chromasync.model.FactRegister;
import java.util.HashMap;
import java.util.Map;

/**
 * Unit of state I/O: an entity of a kind that {@linkplain EntityKind.Trait#CHUNK begins a chunk},
 * with everything below it except for other chunks.
 *
 * <p>A change reads and writes a few hundred bytes, whatever the size of the partition. State
 * format: grows only at the end.
 *
 * @param entries by entity
 * @param written last written record states, by the entity of the record
 */
public record StateChunk(
    Map<EntityKey, FactRegister> entries, Map<EntityKey, RecordState> written) {

  /** Returns a new chunk without content; its maps are mutable. */
  public static StateChunk empty() {
    return new StateChunk(new HashMap<>(), new HashMap<>());
  }

  /** Key of the chunk that contains an entity. */
  static EntityKey keyOf(EntityKey entity) {
    return entity.nearest(EntityKind.Trait.CHUNK);
  }

  boolean isEmpty() {
    return entries.isEmpty() && written.isEmpty();
  }
}
