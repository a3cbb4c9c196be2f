package io.chromasync.resolve.rules;

import io.chromasync.model.CollectionName;
import io.chromasync.model.DomainCollection;
import io.chromasync.model.EntityKey;
import io.chromasync.model.EntityKind;
import io.chromasync.model.EntityKind.Trait;
import io.chromasync.model.EntityTree;
import io.chromasync.model.Fact;
import io.chromasync.model.FactChange;
import io.chromasync.model.FactRegister;
import io.chromasync.model.PartitionFacts;
import io.chromasync.model.RecordKey;
import io.chromasync.model.Version;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * Facts of one partition while one change is applied. Chunks are read lazily; {@link #save} writes
 * changed chunks back.
 *
 * <p>Used by one thread, for one change.
 */
public final class WorkingSet implements PartitionFacts {

  /** Storage of the chunks of the partition. */
  public interface Chunks {

    /** Returns the chunk, or null. A caller may change it and then puts it back. */
    StateChunk get(EntityKey key);

    void put(EntityKey key, StateChunk chunk);

    void remove(EntityKey key);

    /** Keys of all chunks of the partition. */
    Iterable<EntityKey> keys();
  }

  /** Storage of retained vectors of the partition, by record id. */
  public interface Vectors {

    /** Returns the vector, or null. */
    KeptVector get(String id);

    void put(String id, KeptVector vector);

    void remove(String id);

    /** All vectors of the partition. */
    Iterable<KeptVector> all();
  }

  private final EntityTree tree;
  private final String partition;
  private final Chunks store;
  private final Vectors vectors;
  private final Version tableReadAsOf;
  private final Map<EntityKey, StateChunk> read = new HashMap<>();
  private final Map<EntityKey, Integer> sizes = new HashMap<>();
  private final Set<EntityKey> changed = new HashSet<>();
  private final Map<EntityKey, FactRegister> replaced = new HashMap<>();
  private Set<EntityKey> keys;

  /**
   * @param tableReadAsOf {@code asOf} of the whole-table snapshot of which every partition was
   *     merged; null = never
   */
  public WorkingSet(
      EntityTree tree, String partition, Chunks store, Vectors vectors, Version tableReadAsOf) {
    this.tree = tree;
    this.partition = partition;
    this.store = store;
    this.vectors = vectors;
    this.tableReadAsOf = tableReadAsOf;
  }

  /** Shape of the domain's partitions. */
  EntityTree tree() {
    return tree;
  }

  @Override
  public String partition() {
    return partition;
  }

  @Override
  public FactRegister entry(EntityKey entity) {
    return chunk(StateChunk.keyOf(entity)).entries().get(entity);
  }

  @Override
  public List<EntityKey> children(EntityKey parent, EntityKind kind) {
    TreeSet<EntityKey> children = new TreeSet<>();
    if (kind.is(Trait.CHUNK)) {
      addChildren(children, chunkKeys(), parent, kind);
    } else {
      // Entities, and records known only from a delta.
      StateChunk chunk = chunk(StateChunk.keyOf(parent));
      addChildren(children, chunk.entries().keySet(), parent, kind);
      addChildren(children, chunk.written().keySet(), parent, kind);
    }
    return List.copyOf(children);
  }

  /**
   * Adds the children of an entity. Any known descendant proves that its ancestors exist as keys.
   */
  private static void addChildren(
      Set<EntityKey> children, Set<EntityKey> known, EntityKey parent, EntityKind kind) {
    for (EntityKey key : known) {
      EntityKey child = key.ancestor(kind);
      if (child != null && parent.equals(child.parent())) {
        children.add(child);
      }
    }
  }

  void put(EntityKey entity, FactRegister entry) {
    EntityKey key = StateChunk.keyOf(entity);
    FactRegister before = chunk(key).entries().put(entity, entry);
    if (!replaced.containsKey(entity)) {
      replaced.put(entity, before);
    }
    changed.add(key);
  }

  /** Facts as they were before the change. */
  PartitionFacts before() {
    return new FactsBefore(this, tableReadAsOf, replaced);
  }

  /** Last state written to Chroma for the record of an entity, or null. */
  public RecordState written(EntityKey record) {
    return chunk(StateChunk.keyOf(record)).written().get(record);
  }

  /** Stores the last state written to Chroma for the record of an entity; null = nothing. */
  void setWritten(EntityKey record, RecordState written) {
    EntityKey key = StateChunk.keyOf(record);
    Map<EntityKey, RecordState> all = chunk(key).written();
    RecordState before = written == null ? all.remove(record) : all.put(record, written);
    if (!Objects.equals(written, before)) {
      changed.add(key);
    }
  }

  /** Removes the state of the record of an entity, and its vector. */
  void forgetRecord(EntityKey entity) {
    setWritten(entity, null);
    for (DomainCollection each : tree.collections()) {
      if (each.records() == entity.kind()) {
        dropVector(record(each.collection(), entity));
      }
    }
  }

  /** Last written states of all records of a collection below an entity. */
  public Map<EntityKey, RecordState> written(CollectionName collection, EntityKey above) {
    EntityKind kind = tree.of(collection).records();
    EntityKind chunkKind = kind.nearest(Trait.CHUNK);
    Map<EntityKey, RecordState> all = new HashMap<>();
    for (EntityKey key : chunkKeys()) {
      if (key.kind() == chunkKind && (key.isWithin(above) || above.isBelow(key))) {
        chunk(key)
            .written()
            .forEach(
                (record, written) -> {
                  if (record.kind() == kind && record.isWithin(above)) {
                    all.put(record, written);
                  }
                });
      }
    }
    return all;
  }

  /** Key of the record that represents an entity, or of all records below it. */
  RecordKey record(CollectionName collection, EntityKey entity) {
    return tree.record(collection, partition, entity);
  }

  /** Version of the newest removal of an entity, or null. */
  Version removal(EntityKey entity) {
    FactRegister entry = entry(entity);
    return entry == null ? null : entry.removed();
  }

  /**
   * Version of the newest deletion of an entity, even if it exists again. This is its newest
   * removal, or the snapshot that does not contain it; null if there is none.
   */
  Version ended(EntityKey entity) {
    FactRegister entry = entry(entity);
    if (entry == null) {
      return null;
    }
    return entry.isTombstone() ? Version.max(entry.version(), entry.removed()) : entry.removed();
  }

  @Override
  public Version readAsOf() {
    FactRegister read = entry(EntityKey.SNAPSHOT);
    return Version.max(tableReadAsOf, read == null ? null : read.version());
  }

  /**
   * Returns the entry of an entity before a change is applied. An unseen item that is missing from
   * a newer snapshot gets the entry of its removal; null otherwise.
   */
  FactRegister entryBefore(EntityKey entity, Version change) {
    FactRegister entry = entry(entity);
    Version read = readAsOf();
    boolean wasGone =
        entry == null && entity.kind().is(Trait.ITEM) && read != null && read.isAfter(change);
    return wasGone ? LastWriterWins.fold(null, unlisted(entity, read)) : entry;
  }

  /**
   * Creates the removal of an entity that a snapshot does not contain. The real removal happened
   * earlier at an unknown time, so it counts as removed at {@code asOf}. The change does not say
   * when the item was last modified.
   */
  FactChange unlisted(EntityKey entity, Version asOf) {
    return new FactChange(partition, entity, null, asOf, false, true, null);
  }

  /** Creates the change that marks all items of a partition as read. */
  static FactChange read(String partition, Version asOf) {
    return new FactChange(partition, EntityKey.SNAPSHOT, Fact.exists(), asOf, false, false, null);
  }

  /**
   * Final outcome of a stored change: below a deleted ancestor, an applied change is suppressed.
   */
  ChangeOutcome classified(FactChange change, ChangeOutcome outcome) {
    EntityKey above = change.entity().parent();
    boolean isBelowRemoved = above != null && isRemoved(above);
    boolean isSuppressed =
        outcome == ChangeOutcome.APPLIED && !change.isRemoval() && isBelowRemoved;
    return isSuppressed ? ChangeOutcome.SUPPRESSED : outcome;
  }

  /** Retained vector of a record, or null. */
  KeptVector vector(RecordKey record) {
    return vectors.get(record.id());
  }

  void keep(KeptVector vector) {
    vectors.put(vector.embedding().record().id(), vector);
  }

  /** Deletes the retained vector of a record, if any. */
  public void dropVector(RecordKey record) {
    vectors.remove(record.id());
  }

  /** Returns all retained vectors of the partition. */
  public Iterable<KeptVector> keptVectors() {
    return vectors.all();
  }

  /** Returns the chunk of a key for reading; an empty chunk if there is none. */
  StateChunk chunk(EntityKey key) {
    return read.computeIfAbsent(
        key,
        k -> {
          StateChunk stored = store.get(k);
          StateChunk chunk = stored == null ? StateChunk.empty() : stored;
          sizes.put(k, chunk.entries().size());
          return chunk;
        });
  }

  /** Marks a chunk obtained from {@link #chunk} as changed. */
  void touch(EntityKey key) {
    changed.add(key);
  }

  /** Keys of all chunks that are not empty. */
  Set<EntityKey> chunkKeys() {
    if (keys == null) {
      keys = new HashSet<>();
      store.keys().forEach(keys::add);
    }
    Set<EntityKey> all = new HashSet<>(keys);
    all.addAll(changed);
    all.removeIf(key -> read.containsKey(key) && read.get(key).isEmpty());
    return all;
  }

  /**
   * Writes changed chunks back. Returns by how much the number of stored facts grew; negative if it
   * shrank.
   */
  public int save() {
    int more = 0;
    for (EntityKey key : changed) {
      StateChunk chunk = read.get(key);
      more += chunk.entries().size() - sizes.put(key, chunk.entries().size());
      if (chunk.isEmpty()) {
        store.remove(key);
      } else {
        store.put(key, chunk);
      }
    }
    changed.clear();
    return more;
  }
}
