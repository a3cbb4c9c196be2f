package io.chromasync.resolve;

import io.chromasync.model.Collection;
import io.chromasync.model.EntityKey;
import io.chromasync.model.EntityType;
import io.chromasync.model.Entry;
import io.chromasync.model.Fact;
import io.chromasync.model.FactChange;
import io.chromasync.model.ImageFacts;
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
 * The facts of one image while one change is worked on: chunks are read when first needed and
 * written back, if changed, by {@link #save}.
 *
 * <p>Used by one thread, for one change.
 */
final class ImageMemory implements ImageFacts {

  /** Where the chunks of the image are kept. */
  interface Chunks {

    /** The chunk, or null. The caller may change it and puts it back then. */
    Chunk get(EntityKey key);

    void put(EntityKey key, Chunk chunk);

    void remove(EntityKey key);

    /** The keys of all chunks of the image. */
    Iterable<EntityKey> keys();
  }

  /** Where vectors of the image are kept for a while, by the id of their record. */
  interface Vectors {

    /** The vector, or null. */
    KeptVector get(String id);

    void put(String id, KeptVector vector);

    void remove(String id);

    /** All vectors of the image. */
    Iterable<KeptVector> all();
  }

  private final String image;
  private final Chunks store;
  private final Vectors vectors;
  private final Version tableReadAsOf;
  private final Map<EntityKey, Chunk> read = new HashMap<>();
  private final Map<EntityKey, Integer> sizes = new HashMap<>();
  private final Set<EntityKey> changed = new HashSet<>();
  private final Map<EntityKey, Entry> replaced = new HashMap<>();
  private Set<EntityKey> keys;

  /**
   * @param tableReadAsOf as of when the whole table was read, and every image in it listed; null =
   *     never
   */
  ImageMemory(String image, Chunks store, Vectors vectors, Version tableReadAsOf) {
    this.image = image;
    this.store = store;
    this.vectors = vectors;
    this.tableReadAsOf = tableReadAsOf;
  }

  @Override
  public String image() {
    return image;
  }

  @Override
  public Entry entry(EntityKey entity) {
    return chunk(Chunk.keyOf(entity)).entries().get(entity);
  }

  @Override
  public List<EntityKey> children(EntityKey parent, EntityType type) {
    TreeSet<EntityKey> children = new TreeSet<>();
    boolean haveChunks = type == EntityType.LINE || type == EntityType.RECEIPT;
    if (haveChunks) {
      addChildren(children, chunkKeys(), parent, type);
    } else {
      // Entities, and records that only a delta told of.
      Chunk chunk = chunk(Chunk.keyOf(parent));
      addChildren(children, chunk.entries().keySet(), parent, type);
      addChildren(children, chunk.written().keySet(), parent, type);
    }
    return List.copyOf(children);
  }

  /** A child is told of by whatever lies below it. */
  private static void addChildren(
      Set<EntityKey> children, Set<EntityKey> known, EntityKey parent, EntityType type) {
    for (EntityKey key : known) {
      if (key.isBelow(parent)) {
        EntityKey child = key;
        while (child != null && child.type() != type) {
          child = child.parent();
        }
        if (child != null && parent.equals(child.parent())) {
          children.add(child);
        }
      }
    }
  }

  void put(EntityKey entity, Entry entry) {
    EntityKey key = Chunk.keyOf(entity);
    Entry before = chunk(key).entries().put(entity, entry);
    if (!replaced.containsKey(entity)) {
      replaced.put(entity, before);
    }
    changed.add(key);
  }

  /** The facts as they were before the change. */
  ImageFacts before() {
    return new FactsBefore(this, tableReadAsOf, replaced);
  }

  /** What Chroma was last told of the record that an entity stands for, or null. */
  Written written(EntityKey record) {
    return chunk(Chunk.keyOf(record)).written().get(record);
  }

  /** Remembers what Chroma was told of the record that an entity stands for; null = nothing. */
  void setWritten(EntityKey record, Written written) {
    EntityKey key = Chunk.keyOf(record);
    Map<EntityKey, Written> all = chunk(key).written();
    Written before = written == null ? all.remove(record) : all.put(record, written);
    if (!Objects.equals(written, before)) {
      changed.add(key);
    }
  }

  /** Forgets what Chroma was told of the record that an entity stands for, and its vector. */
  void forgetRecord(EntityKey entity) {
    setWritten(entity, null);
    boolean isWord = entity.type() == EntityType.WORD;
    dropVector(record(isWord ? Collection.WORDS : Collection.LINES, entity));
  }

  /** What Chroma was last told of every record of a collection that lies below an entity. */
  Map<EntityKey, Written> written(Collection collection, EntityKey above) {
    EntityType type = collection == Collection.WORDS ? EntityType.WORD : EntityType.LINE;
    Map<EntityKey, Written> all = new HashMap<>();
    for (EntityKey key : chunkKeys()) {
      if (key.type() == EntityType.LINE && (key.equals(above) || key.isBelow(above))) {
        chunk(key)
            .written()
            .forEach(
                (record, written) -> {
                  if (record.type() == type) {
                    all.put(record, written);
                  }
                });
      }
    }
    return all;
  }

  /** The record that an entity stands for. */
  RecordKey record(Collection collection, EntityKey entity) {
    return collection == Collection.WORDS
        ? RecordKey.word(image, entity.receipt(), entity.line(), entity.word())
        : RecordKey.row(image, entity.receipt(), entity.line());
  }

  /** The newest removal of an entity, or null. */
  Version removal(EntityKey entity) {
    Entry entry = entry(entity);
    return entry == null ? null : entry.removed();
  }

  /**
   * Since when an entity is gone, or was when it was last removed: its newest removal, or the
   * reading that did not list it; null = neither.
   */
  Version ended(EntityKey entity) {
    Entry entry = entry(entity);
    if (entry == null) {
      return null;
    }
    return entry.isTombstone() ? Version.max(entry.version(), entry.removed()) : entry.removed();
  }

  @Override
  public Version readAsOf() {
    Entry read = entry(EntityKey.snapshot());
    return Version.max(tableReadAsOf, read == null ? null : read.version());
  }

  /**
   * The entry of an entity that is about to change; of an item that was never seen, though a newer
   * reading would have listed it, that of its removal; else null.
   */
  Entry entryBefore(EntityKey entity, Version change) {
    Entry entry = entry(entity);
    Version read = readAsOf();
    boolean wasGone =
        entry == null && entity.type().isItem() && read != null && read.isAfter(change);
    return wasGone ? LastWriterWins.fold(null, unlisted(entity, read)) : entry;
  }

  /**
   * That an entity is not listed by a reading: it was removed before, nobody knows when, so it
   * counts as removed then; and that is no news of when it was altered.
   */
  FactChange unlisted(EntityKey entity, Version asOf) {
    return new FactChange(image, entity, null, asOf, false, true, null);
  }

  /** That all items of an image were read. */
  static FactChange read(String image, Version asOf) {
    return new FactChange(image, EntityKey.snapshot(), Fact.exists(), asOf, false, false, null);
  }

  /** How a change that was remembered has ended: what is applied does not count below a removal. */
  Outcome judged(FactChange change, Outcome outcome) {
    boolean isBelowRemoved =
        change.entity().type() != EntityType.IMAGE && isRemoved(change.entity().parent());
    boolean isSuppressed = outcome == Outcome.APPLIED && !change.isRemoval() && isBelowRemoved;
    return isSuppressed ? Outcome.SUPPRESSED : outcome;
  }

  /** The vector that is kept of a record, or null. */
  KeptVector vector(RecordKey record) {
    return vectors.get(record.id());
  }

  void keep(KeptVector vector) {
    vectors.put(vector.embedding().record().id(), vector);
  }

  void dropVector(RecordKey record) {
    vectors.remove(record.id());
  }

  Iterable<KeptVector> keptVectors() {
    return vectors.all();
  }

  /** The chunk of a key, to be read; an empty one if there is none. */
  Chunk chunk(EntityKey key) {
    return read.computeIfAbsent(
        key,
        k -> {
          Chunk stored = store.get(k);
          Chunk chunk = stored == null ? Chunk.empty() : stored;
          sizes.put(k, chunk.entries().size());
          return chunk;
        });
  }

  /** Says that a chunk got from {@link #chunk} was changed. */
  void touch(EntityKey key) {
    changed.add(key);
  }

  /** The keys of all chunks that hold something. */
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

  /** Writes back what was changed; how many more facts are remembered, fewer if less than 0. */
  int save() {
    int more = 0;
    for (EntityKey key : changed) {
      Chunk chunk = read.get(key);
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
