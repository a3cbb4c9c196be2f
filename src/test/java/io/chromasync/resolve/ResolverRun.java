package io.chromasync.resolve;

import io.chromasync.model.FactChange;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.Mutation;
import io.chromasync.model.RecordKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A resolver at work on one image, and the records of a model Chroma that follows it. */
final class ResolverRun {

  final MapChunks chunks = new MapChunks();
  final Map<String, Map<String, MetadataValue>> records = new TreeMap<>();
  final List<Mutation> mutations = new ArrayList<>();

  private final Resolver resolver = new Resolver(new LabelsOfWords());

  /** Puts a record into Chroma that came without us, as the batch path does. */
  ResolverRun holding(RecordKey... keys) {
    for (RecordKey key : keys) {
      records.put(key.id(), new TreeMap<>());
    }
    return this;
  }

  Resolution apply(FactChange change) {
    return apply(change, Long.MIN_VALUE);
  }

  Resolution apply(FactChange change, long oldest) {
    ImageMemory memory = new ImageMemory(change.image(), chunks);
    Resolution resolution = resolver.resolve(change, memory, oldest);
    memory.save();
    resolution.mutations().forEach(this::write);
    return resolution;
  }

  void applyAll(List<FactChange> changes) {
    changes.forEach(this::apply);
  }

  int expire(long oldest) {
    ImageMemory memory = new ImageMemory(Changes.IMAGE, chunks);
    int expired = Expiry.expire(memory, oldest).tombstones();
    memory.save();
    return expired;
  }

  private void write(Mutation mutation) {
    mutations.add(mutation);
    String id = mutation.record().id();
    switch (mutation.verb()) {
      case UPSERT -> throw new AssertionError("nothing supplies vectors here");
      case UPDATE -> records.computeIfPresent(id, (key, old) -> merged(old, mutation.metadata()));
      case DELETE -> records.remove(id);
      case SWEEP ->
          records
              .keySet()
              .removeIf(
                  key -> (key.startsWith(id + "#") || key.equals(id)) && !isSpared(key, mutation));
      case REPORT -> {}
    }
  }

  private static boolean isSpared(String id, Mutation sweep) {
    return sweep.spared() != null
        && sweep.spared().stream().anyMatch(spared -> spared.id().equals(id));
  }

  /** As Chroma merges metadata: keys that are not sent stay, removed values clear theirs. */
  private static Map<String, MetadataValue> merged(
      Map<String, MetadataValue> old, Map<String, MetadataValue> sent) {
    Map<String, MetadataValue> merged = new TreeMap<>(old);
    merged.putAll(sent);
    merged.values().removeIf(MetadataValue::isRemoved);
    return merged;
  }
}
