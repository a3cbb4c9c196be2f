package io.chromasync.resolve;

import io.chromasync.model.Collection;
import io.chromasync.model.EntityKey;
import io.chromasync.model.EntityType;
import io.chromasync.model.Entry;
import io.chromasync.model.FactChange;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.Mutation;
import io.chromasync.model.Projection;
import io.chromasync.model.RecordKey;
import io.chromasync.model.Version;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/**
 * What follows from one change of a fact: which records are deleted, which get new metadata.
 *
 * <p>A record is there unless the entity it stands for, or an ancestor, is removed. A removal, also
 * one that arrives late, ends whatever the record was before; its vector returns only from outside.
 * A record is written only if it differs from what Chroma was last told.
 *
 * <p>Pure but for the {@link ImageMemory} it is given.
 */
final class Resolver {

  private static final Comparator<RecordKey> BY_ID =
      Comparator.comparing(RecordKey::collection).thenComparing(RecordKey::id);

  private final Projection projection;

  Resolver(Projection projection) {
    this.projection = projection;
  }

  /**
   * Remembers the change and says what follows.
   *
   * @param oldest event time in microseconds before which a change of an unknown entity is too late
   */
  Resolution resolve(FactChange change, ImageMemory memory, long oldest) {
    EntityKey entity = change.entity();
    Entry before = memory.entry(entity);
    if (before == null && change.version().micros() < oldest) {
      return Resolution.nothing(Outcome.TOO_LATE);
    }
    Entry after = LastWriterWins.fold(before, change);
    Outcome outcome = LastWriterWins.outcome(before, change);
    if (after.equals(before)) {
      return Resolution.nothing(outcome);
    }
    memory.put(entity, after);
    if (outcome == Outcome.APPLIED && !change.isRemoval() && isBelowRemoved(entity, memory)) {
      outcome = Outcome.SUPPRESSED;
    }
    return follow(change, before, memory, outcome);
  }

  private Resolution follow(FactChange change, Entry before, ImageMemory memory, Outcome outcome) {
    List<Mutation> mutations = new ArrayList<>(sweeps(change, memory));
    int unchanged = 0;
    TreeSet<RecordKey> affected = new TreeSet<>(BY_ID);
    affected.addAll(
        projection.affected(change.entity(), before == null ? null : before.fact(), memory));
    for (RecordKey record : affected) {
      List<Mutation> follows = mutations(record, change.version(), memory);
      mutations.addAll(follows);
      unchanged += follows.isEmpty() ? 1 : 0;
    }
    return new Resolution(outcome, mutations, unchanged);
  }

  /**
   * Records below a removed image, receipt or line that this job never heard of: it may have
   * started after they came. Nothing if all below is known, or if the entity is back already.
   */
  private static List<Mutation> sweeps(FactChange change, ImageMemory memory) {
    EntityKey entity = change.entity();
    if (!change.isRemoval() || !memory.isTombstone(entity) || memory.knowsAllBelow(entity)) {
      return List.of();
    }
    return switch (entity.type()) {
      case IMAGE, RECEIPT ->
          List.of(sweep(Collection.WORDS, change, memory), sweep(Collection.LINES, change, memory));
      case LINE -> List.of(sweep(Collection.WORDS, change, memory));
      default -> List.of();
    };
  }

  private static Mutation sweep(Collection collection, FactChange change, ImageMemory memory) {
    return Mutation.sweep(
        RecordKey.below(collection, memory.image(), change.entity()), change.version());
  }

  private List<Mutation> mutations(RecordKey record, Version cause, ImageMemory memory) {
    EntityKey owner = record.entity();
    Written before = memory.written(owner);
    Written written = before;
    List<Mutation> mutations = new ArrayList<>(2);
    Version removed = newestRemoval(owner, memory);
    if (!Objects.equals(Version.max(removed, before.removed()), before.removed())) {
      mutations.add(Mutation.delete(record, cause));
      written = new Written(removed, null);
    }
    if (memory.isRemoved(owner)) {
      written = new Written(written.removed(), null);
    } else {
      Map<String, MetadataValue> metadata = projection.overlay(record, memory);
      Long content = metadata.isEmpty() ? null : (Long) ContentHash.of(metadata);
      if (content != null && !content.equals(written.content())) {
        mutations.add(Mutation.update(record, metadata, cause));
      }
      written = new Written(written.removed(), content);
    }
    if (!written.equals(before)) {
      memory.setWritten(owner, written);
    }
    return mutations;
  }

  private static Version newestRemoval(EntityKey owner, ImageMemory memory) {
    Version newest = removal(owner, memory);
    for (EntityKey above : owner.ancestors()) {
      newest = Version.max(newest, removal(above, memory));
    }
    return newest;
  }

  private static Version removal(EntityKey entity, ImageMemory memory) {
    Entry entry = memory.entry(entity);
    return entry == null ? null : entry.removed();
  }

  private static boolean isBelowRemoved(EntityKey entity, ImageMemory memory) {
    return entity.type() != EntityType.IMAGE && memory.isRemoved(entity.parent());
  }
}
