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
 * A record is written only if it differs from what Chroma was last told; of one that was never
 * written, the sweeps of its ancestors have carried out their removals.
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
    List<Mutation> mutations = new ArrayList<>(sweeps(change, before, memory));
    int unchanged = 0;
    TreeSet<RecordKey> affected = new TreeSet<>(BY_ID);
    affected.addAll(
        projection.affected(change.entity(), before == null ? null : before.fact(), memory));
    for (RecordKey record : affected) {
      List<Mutation> follows = mutations(record, change.version(), memory);
      mutations.addAll(follows);
      unchanged += follows.isEmpty() ? 1 : 0;
    }
    return new Resolution(
        outcome, mutations, tombstones(before, memory.entry(change.entity())), unchanged);
  }

  /**
   * Ends every record below a removed image, receipt or line, also those that no fact speaks of:
   * the job may have started after they came. Also when the removal is late and the entity is back.
   */
  private static List<Mutation> sweeps(FactChange change, Entry before, ImageMemory memory) {
    EntityKey entity = change.entity();
    Version known = before == null ? null : before.removed();
    if (Objects.equals(known, removal(entity, memory))) {
      return List.of();
    }
    return switch (entity.type()) {
      case IMAGE, RECEIPT ->
          List.of(sweep(Collection.WORDS, change, memory), sweep(Collection.LINES, change, memory));
      case LINE -> List.of(sweep(Collection.WORDS, change, memory));
      default -> List.of();
    };
  }

  private static int tombstones(Entry before, Entry after) {
    int was = before != null && before.isTombstone() ? 1 : 0;
    return (after.isTombstone() ? 1 : 0) - was;
  }

  private static Mutation sweep(Collection collection, FactChange change, ImageMemory memory) {
    return Mutation.sweep(
        RecordKey.below(collection, memory.image(), change.entity()), change.version());
  }

  private List<Mutation> mutations(RecordKey record, Version cause, ImageMemory memory) {
    EntityKey owner = record.entity();
    Written written = memory.written(owner);
    Version swept = newestRemoval(owner.ancestors(), memory);
    Version carriedOut = written == null ? swept : written.removed();
    Long sent = written == null ? null : written.content();
    List<Mutation> mutations = new ArrayList<>(2);
    Version removed = Version.max(swept, removal(owner, memory));
    if (removed != null && (carriedOut == null || removed.isAfter(carriedOut))) {
      mutations.add(Mutation.delete(record, cause));
      carriedOut = removed;
      sent = null;
    }
    Map<String, MetadataValue> metadata =
        memory.isRemoved(owner) ? Map.of() : projection.overlay(record, memory);
    Long content = metadata.isEmpty() ? null : (Long) ContentHash.of(metadata);
    if (content != null && !content.equals(sent)) {
      mutations.add(Mutation.update(record, metadata, cause));
    }
    boolean saysNothing = content == null && Objects.equals(carriedOut, swept);
    memory.setWritten(owner, saysNothing ? null : new Written(carriedOut, content));
    return mutations;
  }

  private static Version newestRemoval(List<EntityKey> entities, ImageMemory memory) {
    Version newest = null;
    for (EntityKey entity : entities) {
      newest = Version.max(newest, removal(entity, memory));
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
