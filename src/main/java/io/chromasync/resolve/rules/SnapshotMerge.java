package io.chromasync.resolve.rules;

import io.chromasync.model.CollectionName;
import io.chromasync.model.DomainCollection;
import io.chromasync.model.EntityKey;
import io.chromasync.model.EntityKind.Trait;
import io.chromasync.model.Fact;
import io.chromasync.model.FactChange;
import io.chromasync.model.FactRegister;
import io.chromasync.model.ItemChange;
import io.chromasync.model.Mutation;
import io.chromasync.model.Projection;
import io.chromasync.model.RecordKey;
import io.chromasync.model.SnapshotFacts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Merges a snapshot into the state of a partition. Each listed fact is a change with the version of
 * the snapshot. If the snapshot covers the whole partition, older facts that it does not list count
 * as deleted, and the partition is complete. An unlisted entity without state gets no entry: the
 * entry of the snapshot implies its absence ({@link WorkingSet#isUnlisted}).
 *
 * <p>Later changes win, whether they arrived earlier or arrive later. A snapshot may therefore be
 * merged at any time, any number of times. All facts are folded before the first record is
 * reconciled. So each record is written once, and never without a label that comes later in the
 * list.
 *
 * <p>Handles one snapshot of one partition, on one thread. Pure, except that it changes the given
 * {@link WorkingSet}.
 */
public final class SnapshotMerge {

  private final Projection projection;
  private final WorkingSet memory;
  private final Writes writes;
  private final SnapshotFacts listed;
  private final long oldest;

  /** Previous entry of every entity whose entry the snapshot altered; null = none. */
  private final Map<EntityKey, FactRegister> before = new LinkedHashMap<>();

  private int unlisted;

  /**
   * @param oldest event time in microseconds before which a change of an unknown entity is too late
   */
  SnapshotMerge(
      Projection projection, WorkingSet memory, Writes writes, SnapshotFacts listed, long oldest) {
    this.projection = projection;
    this.memory = memory;
    this.writes = writes;
    this.listed = listed;
    this.oldest = oldest;
  }

  /**
   * Result of a merge.
   *
   * @param outcomes of the listed facts, in their order
   * @param unlisted number of facts deleted because the snapshot does not list them
   * @param followed mutations and counts
   * @param withoutVector number of records that a repair can write by metadata alone
   */
  public record Merged(
      List<ChangeOutcome> outcomes, int unlisted, Resolution followed, int withoutVector) {}

  static Merged nothing() {
    return new Merged(List.of(), 0, Resolution.nothing(ChangeOutcome.DUPLICATE), 0);
  }

  Merged merge() {
    List<ChangeOutcome> outcomes = new ArrayList<>();
    for (FactChange change : listed.facts()) {
      outcomes.add(fold(change));
    }
    listed.unreadable().forEach(this::restate);
    boolean isNewest = listed.whole() && read();
    for (int i = 0; i < outcomes.size(); i++) {
      outcomes.set(i, memory.classified(listed.facts().get(i), outcomes.get(i)));
    }
    return follow(isNewest, outcomes);
  }

  private ChangeOutcome fold(FactChange change) {
    FactRegister was = memory.entry(change.entity());
    FactRegister known = memory.entryBefore(change.entity(), change.version());
    if (known == null && change.version().micros() < oldest) {
      return ChangeOutcome.TOO_LATE;
    }
    put(change.entity(), was, LastWriterWins.fold(known, change));
    return LastWriterWins.outcome(known, change);
  }

  /**
   * Marks the entity of an unparsable item as present, with its last known fact. An entity that
   * contributes only content, such as a label, is skipped if no fact is known.
   */
  private void restate(EntityKey entity) {
    Fact last = memory.fact(entity);
    boolean isEnoughThatItIsThere = entity.kind().is(Trait.BARE);
    if (last != null || isEnoughThatItIsThere) {
      Fact fact = last == null ? Fact.exists() : last;
      fold(new FactChange(listed.partition(), entity, fact, listed.asOf(), false, true, null));
    }
  }

  private void put(EntityKey entity, FactRegister was, FactRegister now) {
    if (!now.equals(was)) {
      before.putIfAbsent(entity, was);
      memory.put(entity, now);
    }
  }

  /**
   * Stores that the whole partition was read; returns false if a newer snapshot was merged before.
   */
  private boolean read() {
    EntityKey snapshot = EntityKey.SNAPSHOT;
    FactRegister was = memory.entry(snapshot);
    FactRegister now = LastWriterWins.fold(was, WorkingSet.read(listed.partition(), listed.asOf()));
    if (now.equals(was)) {
      return false;
    }
    memory.put(snapshot, now);
    for (EntityKey entity : unlisted()) {
      FactRegister older = memory.entry(entity);
      FactRegister removed = LastWriterWins.fold(older, memory.unlisted(entity, listed.asOf()));
      put(entity, older, removed);
      unlisted += !older.isTombstone() && removed.isTombstone() ? 1 : 0;
    }
    return true;
  }

  /** Entities whose entry is older than the snapshot; listed entities are not older. */
  private List<EntityKey> unlisted() {
    List<EntityKey> unlisted = new ArrayList<>();
    for (EntityKey chunk : memory.chunkKeys()) {
      memory
          .chunk(chunk)
          .entries()
          .forEach(
              (entity, entry) -> {
                boolean isOlder = listed.asOf().isAfter(entry.version());
                if (entity.kind().is(Trait.ITEM) && isOlder) {
                  unlisted.add(entity);
                }
              });
    }
    return unlisted;
  }

  private Merged follow(boolean isNewest, List<ChangeOutcome> outcomes) {
    List<Mutation> mutations = new ArrayList<>();
    RecordReconciler records =
        new RecordReconciler(projection, memory, writes, listed.asOf(), listed.repair());
    SortedSet<RecordKey> affected = affected(isNewest, records);
    if (listed.whole() && listed.repair()) {
      mutations.addAll(deletesOfUnknown(affected));
    } else {
      mutations.addAll(deletesOfRemoved());
      if (isNewest) {
        mutations.addAll(deletesOfUnlisted());
      }
    }
    for (int i = 0; i < outcomes.size(); i++) {
      records.acceptOwn(listed.facts().get(i), outcomes.get(i));
    }
    int unchanged = records.followAll(affected);
    mutations.addAll(records.mutations());
    Resolution followed =
        new Resolution(
            ChangeOutcome.APPLIED, causes(mutations), tombstones(), unchanged, records.missing());
    return new Merged(outcomes, unlisted, followed, records.withoutVector());
  }

  /**
   * Records of each altered fact; all records for a repair, or for the newest snapshot of a whole
   * partition.
   */
  private SortedSet<RecordKey> affected(boolean isNewest, RecordReconciler records) {
    SortedSet<RecordKey> affected = new TreeSet<>(RecordReconciler.IN_ORDER);
    boolean all = isNewest || listed.repair();
    if (all) {
      affected.addAll(records.affected(EntityKey.PARTITION, null));
    }
    before.forEach(
        (entity, was) -> {
          if (!all || was != null) {
            affected.addAll(records.affected(entity, was == null ? null : was.fact()));
          }
        });
    return affected;
  }

  /**
   * Deletes unknown records by filter: a collection under repair may hold records that never had a
   * fact.
   */
  private List<Mutation> deletesOfUnknown(SortedSet<RecordKey> affected) {
    List<Mutation> deletes = new ArrayList<>();
    for (DomainCollection each : memory.tree().collections()) {
      CollectionName collection = each.collection();
      List<RecordKey> excluded =
          affected.stream()
              .filter(record -> record.collection().equals(collection))
              .filter(record -> !memory.isRemoved(record.entity()))
              .toList();
      RecordKey below = memory.record(collection, EntityKey.PARTITION);
      deletes.add(Mutation.deleteByFilter(below, excluded, listed.asOf()));
    }
    return deletes;
  }

  /** Deletes by filter as for any removal: records without a fact may exist below the entity. */
  private List<Mutation> deletesOfRemoved() {
    List<Mutation> deletes = new ArrayList<>();
    before.forEach(
        (entity, was) -> {
          boolean removed = memory.isTombstone(entity) && (was == null || !was.isTombstone());
          if (removed) {
            deletes.addAll(DeletesByFilter.below(entity, listed.asOf(), memory));
          }
        });
    return deletes;
  }

  /** Deletes by filter below entities that have no item and are known only from what is below. */
  private List<Mutation> deletesOfUnlisted() {
    return memory.chunkKeys().stream()
        .filter(memory::isUnlisted)
        .sorted()
        .flatMap(entity -> DeletesByFilter.scopes(entity, memory).stream())
        .map(records -> Mutation.deleteByFilter(records, listed.asOf()))
        .toList();
  }

  private int tombstones() {
    int tombstones = 0;
    for (Map.Entry<EntityKey, FactRegister> each : before.entrySet()) {
      int was = each.getValue() != null && each.getValue().isTombstone() ? 1 : 0;
      tombstones += (memory.isTombstone(each.getKey()) ? 1 : 0) - was;
    }
    return tombstones;
  }

  /**
   * Sets the source of each mutation, for a dead letter if Chroma rejects it: the item of its
   * record, else any item.
   */
  private List<Mutation> causes(List<Mutation> mutations) {
    Map<EntityKey, ItemChange> items = new LinkedHashMap<>();
    listed.facts().forEach(fact -> items.put(fact.entity(), fact.source()));
    ItemChange any = items.isEmpty() ? null : items.values().iterator().next();
    return mutations.stream()
        .map(mutation -> mutation.causedBy(items.getOrDefault(mutation.record().entity(), any)))
        .toList();
  }
}
