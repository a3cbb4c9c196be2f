package io.chromasync.resolve.rules;

import io.chromasync.model.EntityKey;
import io.chromasync.model.FactRegister;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Unit of state I/O: a line with everything on it, a receipt apart from its lines, or the image
 * itself.
 *
 * <p>Most changes affect a label. With a chunk per line, such a change reads and writes a few
 * hundred bytes, whatever the size of the image. State format: grows only at the end.
 *
 * @param entries by entity
 * @param written last written record states, by the entity of the record (a word; for a row its
 *     primary line)
 */
public record StateChunk(
    Map<EntityKey, FactRegister> entries, Map<EntityKey, RecordState> written) {

  /** Returns a new chunk without content; its maps are mutable. */
  public static StateChunk empty() {
    return new StateChunk(new HashMap<>(), new HashMap<>());
  }

  /** Key of the chunk that contains an entity: its line, its receipt, or the image. */
  static EntityKey keyOf(EntityKey entity) {
    return switch (entity.type()) {
      case IMAGE, SNAPSHOT -> EntityKey.image();
      case RECEIPT, PLACE, SECTION, ROW, RUN, DELTA -> EntityKey.receipt(entity.receipt());
      case LINE, WORD, LABEL -> EntityKey.line(entity.receipt(), entity.line());
    };
  }

  /** Chunk key with this path: {@code image}, {@code receipt/1} or {@code receipt/1/line/7}. */
  public static EntityKey keyAt(String path) {
    List<String> parts = List.of(path.split("/", -1));
    if (parts.size() == 1) {
      return EntityKey.image();
    }
    int receipt = Integer.parseInt(parts.get(1));
    return parts.size() == 2
        ? EntityKey.receipt(receipt)
        : EntityKey.line(receipt, Integer.parseInt(parts.get(3)));
  }

  boolean isEmpty() {
    return entries.isEmpty() && written.isEmpty();
  }
}
