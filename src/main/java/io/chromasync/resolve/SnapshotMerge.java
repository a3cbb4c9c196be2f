package io.chromasync.resolve;

import io.chromasync.model.Collection;
import io.chromasync.model.EntityKey;
import io.chromasync.model.EntityType;
import io.chromasync.model.Entry;
import io.chromasync.model.Fact;
import io.chromasync.model.FactChange;
import io.chromasync.model.ItemChange;
import io.chromasync.model.ListedFacts;
import io.chromasync.model.Mutation;
import io.chromasync.model.Projection;
import io.chromasync.model.RecordKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What follows when a reading of the table is merged: each fact it lists is a change with the
 * version of the reading; and if it lists the whole image, whatever is older and not listed was
 * removed before, and all is known. What was never heard of and is not listed gets no entry: that
 * the image was read says it ({@link ImageMemory#isUnlisted}).
 *
 * <p>Later changes win whether they came before or come after, so a reading may be merged at any
 * time, any number of times. All facts are folded before the first record is looked at: each record
 * is written once, and never without a label that comes later in the list.
 *
 * <p>For one reading of one image, by one thread; pure but for the {@link ImageMemory} it is given.
 */
final class SnapshotMerge {

  private final Projection projection;
  private final ImageMemory memory;
  private final Writes writes;
  private final ListedFacts listed;
  private final long oldest;

  /** Of every entity whose entry the reading altered, the entry before; null = none. */
  private final Map<EntityKey, Entry> before = new LinkedHashMap<>();

  private int unlisted;

  /**
   * @param oldest event time in microseconds before which a change of an unknown entity is too late
   */
  SnapshotMerge(
      Projection projection, ImageMemory memory, Writes writes, ListedFacts listed, long oldest) {
    this.projection = projection;
    this.memory = memory;
    this.writes = writes;
    this.listed = listed;
    this.oldest = oldest;
  }

  /**
   * What follows.
   *
   * @param outcomes of the facts that it lists, in their order
   * @param unlisted how many facts were removed because they are not listed
   * @param followed what must be written
   * @param withoutVector how many records a repair can tell by their metadata alone
   */
  record Merged(List<Outcome> outcomes, int unlisted, Resolution followed, int withoutVector) {}

  static Merged nothing() {
    return new Merged(List.of(), 0, Resolution.nothing(Outcome.DUPLICATE), 0);
  }

  Merged merge() {
    List<Outcome> outcomes = new ArrayList<>();
    for (FactChange change : listed.facts()) {
      outcomes.add(fold(change));
    }
    listed.unreadable().forEach(this::restate);
    boolean isNews = listed.whole() && read();
    for (int i = 0; i < outcomes.size(); i++) {
      outcomes.set(i, memory.judged(listed.facts().get(i), outcomes.get(i)));
    }
    return follow(isNews, outcomes);
  }

  private Outcome fold(FactChange change) {
    Entry was = memory.entry(change.entity());
    Entry known = memory.entryBefore(change.entity(), change.version());
    if (known == null && change.version().micros() < oldest) {
      return Outcome.TOO_LATE;
    }
    put(change.entity(), was, LastWriterWins.fold(known, change));
    return LastWriterWins.outcome(known, change);
  }

  /**
   * An item that cannot be understood is there all the same, as what it was when it was understood
   * last. What only contributes its content is nothing without any.
   */
  private void restate(EntityKey entity) {
    Fact last = memory.fact(entity);
    boolean isEnoughThatItIsThere =
        switch (entity.type()) {
          case IMAGE, RECEIPT, LINE, WORD, PLACE -> true;
          default -> false;
        };
    if (last != null || isEnoughThatItIsThere) {
      Fact fact = last == null ? Fact.exists() : last;
      fold(new FactChange(listed.image(), entity, fact, listed.asOf(), false, true, null));
    }
  }

  private void put(EntityKey entity, Entry was, Entry now) {
    if (!now.equals(was)) {
      before.putIfAbsent(entity, was);
      memory.put(entity, now);
    }
  }

  /** Remembers that the whole image was read; false if a newer reading was merged before. */
  private boolean read() {
    EntityKey snapshot = EntityKey.snapshot();
    Entry was = memory.entry(snapshot);
    Entry now = LastWriterWins.fold(was, ImageMemory.read(listed.image(), listed.asOf()));
    if (now.equals(was)) {
      return false;
    }
    memory.put(snapshot, now);
    for (EntityKey entity : unlisted()) {
      Entry older = memory.entry(entity);
      Entry removed = LastWriterWins.fold(older, memory.unlisted(entity, listed.asOf()));
      put(entity, older, removed);
      unlisted += !older.isTombstone() && removed.isTombstone() ? 1 : 0;
    }
    return true;
  }

  /** What is listed is not older. */
  private List<EntityKey> unlisted() {
    List<EntityKey> unlisted = new ArrayList<>();
    for (EntityKey chunk : memory.chunkKeys()) {
      memory
          .chunk(chunk)
          .entries()
          .forEach(
              (entity, entry) -> {
                boolean isOlder = listed.asOf().isAfter(entry.version());
                if (entity.type().isItem() && isOlder) {
                  unlisted.add(entity);
                }
              });
    }
    return unlisted;
  }

  private Merged follow(boolean isNews, List<Outcome> outcomes) {
    List<Mutation> mutations = new ArrayList<>();
    Records records = new Records(projection, memory, writes, listed.asOf(), listed.repair());
    SortedSet<RecordKey> affected = affected(isNews, records);
    if (listed.whole() && listed.repair()) {
      mutations.addAll(sweepsOfUnknown(affected));
    } else {
      mutations.addAll(sweepsOfRemoved());
      if (isNews) {
        mutations.addAll(sweepsOfUnlisted());
      }
    }
    int unchanged = records.followAll(affected);
    mutations.addAll(records.mutations());
    Resolution followed =
        new Resolution(
            Outcome.APPLIED, causes(mutations), tombstones(), unchanged, records.missing());
    return new Merged(outcomes, unlisted, followed, records.withoutVector());
  }

  /** Each altered fact's records; of a whole image that is news, or is repaired, all. */
  private SortedSet<RecordKey> affected(boolean isNews, Records records) {
    SortedSet<RecordKey> affected = new TreeSet<>(Records.IN_ORDER);
    boolean all = isNews || listed.repair();
    if (all) {
      affected.addAll(records.affected(EntityKey.image(), null));
    }
    before.forEach(
        (entity, was) -> {
          if (!all || was != null) {
            affected.addAll(records.affected(entity, was == null ? null : was.fact()));
          }
        });
    return affected;
  }

  /** A collection that is repaired may hold records that no fact ever spoke of. */
  private List<Mutation> sweepsOfUnknown(SortedSet<RecordKey> affected) {
    List<Mutation> sweeps = new ArrayList<>();
    for (Collection collection : Collection.values()) {
      List<RecordKey> spared =
          affected.stream()
              .filter(record -> record.collection() == collection)
              .filter(record -> !memory.isRemoved(record.entity()))
              .toList();
      RecordKey below = RecordKey.below(collection, listed.image(), EntityKey.image());
      sweeps.add(Mutation.sweep(below, spared, listed.asOf()));
    }
    return sweeps;
  }

  /** As for any removal: there may be records below it that no fact spoke of. */
  private List<Mutation> sweepsOfRemoved() {
    List<Mutation> sweeps = new ArrayList<>();
    before.forEach(
        (entity, was) -> {
          boolean removed = memory.isTombstone(entity) && (was == null || !was.isTombstone());
          if (removed) {
            sweeps.addAll(Sweeps.below(entity, listed.asOf(), memory));
          }
        });
    return sweeps;
  }

  /** The lines that are only known by what lies below them, and of which no item is there. */
  private List<Mutation> sweepsOfUnlisted() {
    return memory.chunkKeys().stream()
        .filter(key -> key.type() == EntityType.LINE && memory.isUnlisted(key))
        .sorted()
        .map(line -> RecordKey.below(Collection.WORDS, listed.image(), line))
        .map(words -> Mutation.sweep(words, listed.asOf()))
        .toList();
  }

  private int tombstones() {
    int tombstones = 0;
    for (Map.Entry<EntityKey, Entry> each : before.entrySet()) {
      int was = each.getValue() != null && each.getValue().isTombstone() ? 1 : 0;
      tombstones += (memory.isTombstone(each.getKey()) ? 1 : 0) - was;
    }
    return tombstones;
  }

  /** Should Chroma refuse one, the item that its record stands for, else any, is its letter. */
  private List<Mutation> causes(List<Mutation> mutations) {
    Map<EntityKey, ItemChange> items = new LinkedHashMap<>();
    listed.facts().forEach(fact -> items.put(fact.entity(), fact.source()));
    ItemChange any = items.isEmpty() ? null : items.values().iterator().next();
    return mutations.stream()
        .map(mutation -> mutation.causedBy(items.getOrDefault(mutation.record().entity(), any)))
        .toList();
  }
}
