package io.chromasync.resolve;

import io.chromasync.model.Collection;
import io.chromasync.model.EntityKey;
import io.chromasync.model.Mutation;
import io.chromasync.model.RecordKey;
import io.chromasync.model.Version;
import java.util.List;

/**
 * The sweeps that a removal needs: every record below a removed image, receipt or line is deleted,
 * also those that no fact speaks of. Records whose vectors are newer than the removal are spared.
 */
final class Sweeps {

  private Sweeps() {}

  /**
   * @param entity that is, or was, removed; below a word or anything else than an image, receipt or
   *     line no records lie
   * @param cause version of the change that causes it
   */
  static List<Mutation> below(EntityKey entity, Version cause, ImageMemory memory) {
    return switch (entity.type()) {
      case IMAGE, RECEIPT ->
          List.of(
              sweep(Collection.WORDS, entity, cause, memory),
              sweep(Collection.LINES, entity, cause, memory));
      case LINE -> List.of(sweep(Collection.WORDS, entity, cause, memory));
      default -> List.of();
    };
  }

  private static Mutation sweep(
      Collection collection, EntityKey entity, Version cause, ImageMemory memory) {
    Version removal = memory.ended(entity);
    List<RecordKey> spared =
        memory.written(collection, entity).entrySet().stream()
            .filter(each -> each.getValue().isShown())
            .filter(each -> each.getValue().vector().isAfter(removal))
            .map(each -> memory.record(collection, each.getKey()))
            .sorted(Records.BY_ID)
            .toList();
    return Mutation.sweep(RecordKey.below(collection, memory.image(), entity), spared, cause);
  }
}
