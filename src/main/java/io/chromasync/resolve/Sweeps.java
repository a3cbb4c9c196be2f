package io.chromasync.resolve;

import io.chromasync.model.Collection;
import io.chromasync.model.EntityKey;
import io.chromasync.model.Fact;
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

  /**
   * The newest delta of a receipt ends the rows it leaves out. Where all lines are known, so are
   * those rows; else every row but its own is swept.
   *
   * @param version of the delta
   */
  static List<Mutation> byDelta(
      EntityKey delta, Fact fact, Version version, Version cause, ImageMemory memory) {
    EntityKey receipt = delta.parent();
    boolean ofRows = delta.equals(EntityKey.delta(receipt.receipt(), Collection.LINES));
    if (!ofRows || memory.knowsAllBelow(receipt) || isRemovedSince(delta, version, memory)) {
      return List.of();
    }
    List<RecordKey> held =
        fact.delta().rows().stream()
            .map(row -> rowOf(memory.image(), delta, row))
            .sorted(Records.IN_ORDER)
            .toList();
    return List.of(
        Mutation.sweep(RecordKey.below(Collection.LINES, memory.image(), receipt), held, cause));
  }

  /** The row of a delta. */
  static RecordKey rowOf(String image, EntityKey delta, Fact.Row row) {
    return RecordKey.row(image, delta.receipt(), row.lineIds().get(0));
  }

  /** What came below an ancestor since its removal is none of an older delta's business. */
  private static boolean isRemovedSince(EntityKey entity, Version version, ImageMemory memory) {
    return entity.ancestors().stream()
        .map(memory::removal)
        .anyMatch(removal -> removal != null && removal.isAfter(version));
  }

  private static Mutation sweep(
      Collection collection, EntityKey entity, Version cause, ImageMemory memory) {
    Version removal = memory.ended(entity);
    List<RecordKey> spared =
        memory.written(collection, entity).entrySet().stream()
            .filter(each -> each.getValue().isShown())
            .filter(each -> each.getValue().vector().isAfter(removal))
            .map(each -> memory.record(collection, each.getKey()))
            .sorted(Records.IN_ORDER)
            .toList();
    return Mutation.sweep(RecordKey.below(collection, memory.image(), entity), spared, cause);
  }
}
