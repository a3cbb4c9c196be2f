package io.chromasync.resolve;

import io.chromasync.model.EntityKey;
import io.chromasync.model.EntityType;
import io.chromasync.model.Entry;
import io.chromasync.model.ImageFacts;
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

  private final String image;
  private final Chunks store;
  private final Map<EntityKey, Chunk> read = new HashMap<>();
  private final Set<EntityKey> changed = new HashSet<>();
  private Set<EntityKey> keys;

  ImageMemory(String image, Chunks store) {
    this.image = image;
    this.store = store;
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
    for (EntityKey key : keysThatTell(parent, type)) {
      EntityKey child = key;
      while (child != null && child.type() != type) {
        child = child.parent();
      }
      if (child != null && parent.equals(child.parent())) {
        children.add(child);
      }
    }
    return List.copyOf(children);
  }

  void put(EntityKey entity, Entry entry) {
    EntityKey key = Chunk.keyOf(entity);
    chunk(key).entries().put(entity, entry);
    changed.add(key);
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

  /** The chunk of a key, to be read; an empty one if there is none. */
  Chunk chunk(EntityKey key) {
    return read.computeIfAbsent(
        key,
        k -> {
          Chunk stored = store.get(k);
          return stored == null ? Chunk.empty() : stored;
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

  /** Writes back what was changed. */
  void save() {
    for (EntityKey key : changed) {
      Chunk chunk = read.get(key);
      if (chunk.isEmpty()) {
        store.remove(key);
      } else {
        store.put(key, chunk);
      }
    }
    changed.clear();
  }

  /** Lines and receipts are told by the keys of chunks, all else by what is in a chunk. */
  private Set<EntityKey> keysThatTell(EntityKey parent, EntityType type) {
    boolean ofChunks = type == EntityType.LINE || type == EntityType.RECEIPT;
    return ofChunks ? chunkKeys() : chunk(Chunk.keyOf(parent)).entries().keySet();
  }
}
