package io.chromasync.resolve.rules;

import io.chromasync.model.CollectionName;
import io.chromasync.model.DomainCollection;
import io.chromasync.model.EntityKey;
import io.chromasync.model.Fact;
import io.chromasync.model.Mutation;
import io.chromasync.model.RecordKey;
import io.chromasync.model.Version;
import java.util.ArrayList;
import java.util.List;

/**
 * Deletes by filter that a removal needs: every record below a removed entity, even records without
 * a fact. Records whose vectors are newer than the removal are excluded.
 */
public final class DeletesByFilter {

  private DeletesByFilter() {}

  /**
   * @param entity that is, or was, removed
   * @param cause version of the change that causes the delete
   */
  static List<Mutation> below(EntityKey entity, Version cause, WorkingSet memory) {
    return scopes(entity, memory).stream().map(scope -> delete(scope, cause, memory)).toList();
  }

  /** Records below an entity, per collection; empty if no records can exist below it. */
  static List<RecordKey> scopes(EntityKey entity, WorkingSet memory) {
    List<RecordKey> scopes = new ArrayList<>();
    for (DomainCollection each : memory.tree().collections()) {
      if (each.liesBelow(entity.kind())) {
        scopes.add(memory.record(each.collection(), entity));
      }
    }
    return scopes;
  }

  /**
   * Deletes the records that the newest batch of a scope omits. If the scope is complete, all its
   * records are known, and no delete by filter is needed. Otherwise every record that is not in the
   * batch is deleted.
   *
   * @param version of the batch
   */
  static List<Mutation> byBatch(
      EntityKey batch, Fact fact, Version version, Version cause, WorkingSet memory) {
    EntityKey scope = batch.parent();
    DomainCollection collection = memory.tree().of(new CollectionName(batch.name()));
    if (!collection.replaced()
        || memory.isCompleteBelow(scope)
        || isRemovedSince(batch, version, memory)) {
      return List.of();
    }
    List<RecordKey> held =
        memory.tree().records(memory.partition(), batch, fact).stream()
            .sorted(RecordReconciler.IN_ORDER)
            .toList();
    return List.of(
        Mutation.deleteByFilter(memory.record(collection.collection(), scope), held, cause));
  }

  /**
   * Returns true if an ancestor was removed after the delta. An older delta must not delete records
   * created since that removal.
   */
  private static boolean isRemovedSince(EntityKey entity, Version version, WorkingSet memory) {
    return entity.ancestors().stream()
        .map(memory::removal)
        .anyMatch(removal -> removal != null && removal.isAfter(version));
  }

  private static Mutation delete(RecordKey scope, Version cause, WorkingSet memory) {
    Version removal = memory.ended(scope.entity());
    List<RecordKey> excluded =
        memory.written(scope.collection(), scope.entity()).entrySet().stream()
            .filter(each -> each.getValue().isShown())
            .filter(each -> each.getValue().vector().isAfter(removal))
            .map(each -> memory.record(scope.collection(), each.getKey()))
            .sorted(RecordReconciler.IN_ORDER)
            .toList();
    return Mutation.deleteByFilter(scope, excluded, cause);
  }
}
