package io.chromasync.resolve;

import io.chromasync.model.EntityKey;
import io.chromasync.model.Entry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The unit of state: what is remembered of a line and all on it, of a receipt apart from its lines,
 * or of the image itself.
 *
 * <p>Most changes touch a label: a chunk for each line lets them read and write a few hundred
 * bytes, whatever the size of the image. State format: grows only at the end.
 *
 * @param entries by entity
 * @param written what Chroma was last told, by the entity that a record stands for (a word; for a
 *     row its primary line)
 */
public record Chunk(Map<EntityKey, Entry> entries, Map<EntityKey, Written> written) {

  static Chunk empty() {
    return new Chunk(new HashMap<>(), new HashMap<>());
  }

  /** The key of the chunk that holds an entity: its line, its receipt, or the image. */
  static EntityKey keyOf(EntityKey entity) {
    return switch (entity.type()) {
      case IMAGE, SNAPSHOT -> EntityKey.image();
      case RECEIPT, PLACE, SECTION, ROW, RUN, DELTA -> EntityKey.receipt(entity.receipt());
      case LINE, WORD, LABEL -> EntityKey.line(entity.receipt(), entity.line());
    };
  }

  /** The chunk key with this path: {@code image}, {@code receipt/1} or {@code receipt/1/line/7}. */
  static EntityKey keyAt(String path) {
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
