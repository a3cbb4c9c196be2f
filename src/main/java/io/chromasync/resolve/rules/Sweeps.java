package io.chromasync.resolve.rules;

import io.chromasync.model.Collection;
import io.chromasync.model.EntityKey;
import io.chromasync.model.Fact;
import io.chromasync.model.Mutation;
import io.chromasync.model.RecordKey;
import io.chromasync.model.Version;
import java.util.List;

/**
 * Deletes by filter that a removal needs: every record below a removed image, receipt or line, even
 * records without a fact. Records whose vectors are newer than the removal are excluded.
 */
public final class Sweeps {

  private Sweeps() {}

  /**
   * @param entity that is, or was, removed; records lie only below an image, a receipt or a line
   * @param cause version of the change that causes the delete
   */
  static List<Mutation> below(EntityKey entity, Version cause, ImageWorkingSet memory) {
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
   * Deletes the rows that the newest delta of a receipt omits. If the receipt is complete, all its
   * rows are known, and no delete by filter is needed. Otherwise every row that is not in the delta
   * is deleted.
   *
   * @param version of the delta
   */
  static List<Mutation> byDelta(
      EntityKey delta, Fact fact, Version version, Version cause, ImageWorkingSet memory) {
    EntityKey receipt = delta.parent();
    boolean ofRows = delta.equals(EntityKey.delta(receipt.receipt(), Collection.LINES));
    if (!ofRows || memory.isCompleteBelow(receipt) || isRemovedSince(delta, version, memory)) {
      return List.of();
    }
    List<RecordKey> held =
        fact.delta().rows().stream()
            .map(row -> rowOf(memory.image(), delta, row))
            .sorted(RecordReconciler.IN_ORDER)
            .toList();
    return List.of(
        Mutation.sweep(RecordKey.below(Collection.LINES, memory.image(), receipt), held, cause));
  }

  /** Key of the record of a row in a delta. */
  static RecordKey rowOf(String image, EntityKey delta, Fact.Row row) {
    return RecordKey.row(image, delta.receipt(), row.lineIds().get(0));
  }

  /**
   * Returns true if an ancestor was removed after the delta. An older delta must not delete records
   * created since that removal.
   */
  private static boolean isRemovedSince(EntityKey entity, Version version, ImageWorkingSet memory) {
    return entity.ancestors().stream()
        .map(memory::removal)
        .anyMatch(removal -> removal != null && removal.isAfter(version));
  }

  private static Mutation sweep(
      Collection collection, EntityKey entity, Version cause, ImageWorkingSet memory) {
    Version removal = memory.ended(entity);
    List<RecordKey> excluded =
        memory.written(collection, entity).entrySet().stream()
            .filter(each -> each.getValue().isShown())
            .filter(each -> each.getValue().vector().isAfter(removal))
            .map(each -> memory.record(collection, each.getKey()))
            .sorted(RecordReconciler.IN_ORDER)
            .toList();
    return Mutation.sweep(RecordKey.below(collection, memory.image(), entity), excluded, cause);
  }
}
