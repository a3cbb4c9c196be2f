package io.chromasync.resolve;

import io.chromasync.model.DeltaStep;
import io.chromasync.model.FactChange;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.Mutation;
import io.chromasync.model.Mutation.UpdateKeys;
import io.chromasync.model.Projection;
import io.chromasync.model.RecordKey;
import io.chromasync.model.RunReport;
import io.chromasync.model.SnapshotFacts;
import io.chromasync.model.Version;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.resolve.rules.Expiry;
import io.chromasync.resolve.rules.Resolution;
import io.chromasync.resolve.rules.Resolver;
import io.chromasync.resolve.rules.SnapshotMerge;
import io.chromasync.resolve.rules.WorkingSet;
import io.chromasync.resolve.rules.Writes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A resolver at work on one image, and the records of a model Chroma that follows it. */
public final class ResolverRun {

  public final MapChunks chunks = new MapChunks();
  public final Map<String, Map<String, MetadataValue>> records = new TreeMap<>();
  public final List<Mutation> mutations = new ArrayList<>();

  public final MapVectors vectors = new MapVectors();

  /** As of when the whole table was read; null = never. */
  Version tableReadAsOf;

  private final Projection projection;
  private final Resolver resolver;

  public ResolverRun() {
    this(new LabelsOfWords());
  }

  public ResolverRun(Projection projection) {
    this(projection, Writes.ofFirstStart(UpdateKeys.CHANGED));
  }

  private ResolverRun(Projection projection, Writes writes) {
    this.projection = projection;
    resolver = new Resolver(projection, writes);
  }

  /** A resolver that goes on from the state as it is now, and with Chroma as it is now. */
  ResolverRun checkpoint() {
    return restored(Writes.ofFirstStart(UpdateKeys.CHANGED));
  }

  /** As {@link #checkpoint}, for a job that starts from it: any change may come again. */
  public ResolverRun restart() {
    return restored(Writes.ofRestart(UpdateKeys.CHANGED, Long.MAX_VALUE / 2));
  }

  private ResolverRun restored(Writes writes) {
    ResolverRun restored = new ResolverRun(projection, writes);
    chunks.chunks.forEach(restored.chunks::put);
    restored.vectors.vectors.putAll(vectors.vectors);
    restored.records.putAll(records);
    restored.tableReadAsOf = tableReadAsOf;
    return restored;
  }

  /** Puts a record into Chroma that came without us, as the batch path does. */
  public ResolverRun holding(RecordKey... keys) {
    for (RecordKey key : keys) {
      records.put(key.id(), new TreeMap<>());
    }
    return this;
  }

  public Resolution apply(FactChange change) {
    return apply(change, Long.MIN_VALUE);
  }

  public Resolution apply(FactChange change, long oldest) {
    WorkingSet memory =
        new WorkingSet(new ReceiptTree(), change.partition(), chunks, vectors, tableReadAsOf);
    Resolution resolution = resolver.resolve(change, memory, oldest);
    memory.save();
    resolution.mutations().forEach(this::write);
    return resolution;
  }

  public SnapshotMerge.Merged apply(SnapshotFacts listed) {
    WorkingSet memory =
        new WorkingSet(new ReceiptTree(), listed.partition(), chunks, vectors, tableReadAsOf);
    SnapshotMerge.Merged merged = resolver.merge(listed, memory, Long.MIN_VALUE);
    memory.save();
    merged.followed().mutations().forEach(this::write);
    return merged;
  }

  /** The whole table was read as of a second, and all that was listed of the image was merged. */
  void close(int second) {
    WorkingSet memory =
        new WorkingSet(new ReceiptTree(), Changes.IMAGE, chunks, vectors, tableReadAsOf);
    Version asOf = new Version(second * 1_000_000L, "");
    SnapshotMerge.Merged merged = resolver.close(asOf, memory);
    memory.save();
    tableReadAsOf = asOf;
    merged.followed().mutations().forEach(this::write);
  }

  /** A step of a delta comes; tells of the run at its end. */
  public RunReport apply(DeltaStep step) {
    WorkingSet memory =
        new WorkingSet(new ReceiptTree(), step.partition(), chunks, vectors, tableReadAsOf);
    RunReport report = null;
    if (step.kind() == DeltaStep.Kind.ENDS) {
      report = resolver.report(step, memory);
    } else {
      Resolution resolution =
          step.kind() == DeltaStep.Kind.OPENS
              ? resolver.open(step, memory, Long.MIN_VALUE)
              : resolver.bring(step, memory);
      resolution.mutations().forEach(this::write);
    }
    memory.save();
    return report;
  }

  public void applyAll(List<FactChange> changes) {
    changes.forEach(this::apply);
  }

  public int expire(long oldest) {
    WorkingSet memory =
        new WorkingSet(new ReceiptTree(), Changes.IMAGE, chunks, vectors, tableReadAsOf);
    int expired = Expiry.expire(memory, oldest).tombstones();
    memory.save();
    return expired;
  }

  private void write(Mutation mutation) {
    mutations.add(mutation);
    String id = mutation.record().id();
    switch (mutation.verb()) {
      case UPSERT -> {
        Map<String, MetadataValue> old = records.getOrDefault(id, Map.of());
        Map<String, MetadataValue> merged = merged(old, mutation.metadata());
        merged.put("vector", MetadataValue.of(mutation.embedding()[0]));
        records.put(id, merged);
      }
      case UPDATE -> records.computeIfPresent(id, (key, old) -> merged(old, mutation.metadata()));
      case DELETE -> records.remove(id);
      case DELETE_BY_FILTER -> records.keySet().removeIf(key -> isSwept(key, mutation));
    }
  }

  private static boolean isSwept(String id, Mutation sweep) {
    String above = sweep.record().id();
    boolean excluded =
        sweep.excluded() != null
            && sweep.excluded().stream().anyMatch(record -> record.id().equals(id));
    boolean sameCollection =
        id.contains("#WORD#") == sweep.record().collection().equals(ReceiptTree.WORDS);
    return sameCollection && !excluded && (id.startsWith(above + "#") || id.equals(above));
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
