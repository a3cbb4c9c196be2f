package io.chromasync.resolve;

import io.chromasync.model.DeltaStep;
import io.chromasync.model.EntityKey;
import io.chromasync.model.FactChange;
import io.chromasync.model.Mutation;
import io.chromasync.model.Mutation.UpdateKeys;
import io.chromasync.model.Projection;
import io.chromasync.model.RecordKey;
import io.chromasync.model.Rollback;
import io.chromasync.model.RunReport;
import io.chromasync.model.SnapshotFacts;
import io.chromasync.model.Version;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.resolve.rules.ChangeOutcome;
import io.chromasync.resolve.rules.KeptVector;
import io.chromasync.resolve.rules.RecordState;
import io.chromasync.resolve.rules.Resolution;
import io.chromasync.resolve.rules.Resolver;
import io.chromasync.resolve.rules.Rewrite;
import io.chromasync.resolve.rules.SnapshotMerge;
import io.chromasync.resolve.rules.StateChunk;
import io.chromasync.resolve.rules.WorkingSet;
import io.chromasync.resolve.rules.Writes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * What {@link ResolveFacts} does for one image, on state in maps and without Flink, for tests of
 * other packages. Time does not pass here: nothing is too late, nothing expires.
 */
public final class SimulatedResolve {

  private final String image;
  private final Projection projection;
  private final UnaryOperator<StateChunk> remember;
  private Resolver resolver;
  private Version tableReadAsOf;
  private Attempt attempt;
  private final MapChunks chunks = new MapChunks();
  private final MapVectors vectors = new MapVectors();

  /** One start of the job, until the next: what all its images share. */
  public static final class Attempt {

    private final Writes writes;

    /**
     * @param restarted whether it starts from state; then any change may be read again
     */
    public Attempt(boolean restarted) {
      writes = new Writes(UpdateKeys.CHANGED, restarted ? Long.MAX_VALUE / 2 : Long.MIN_VALUE);
    }
  }

  /**
   * @param remember what is kept of a chunk that is put into state; the chunk, if nothing is broken
   * @param tableReadAsOf as of when the whole table was read; null = never
   */
  public SimulatedResolve(
      String image,
      Projection projection,
      UnaryOperator<StateChunk> remember,
      Version tableReadAsOf,
      Attempt attempt) {
    this.image = image;
    this.projection = projection;
    this.remember = remember;
    begin(attempt);
    this.tableReadAsOf = tableReadAsOf;
  }

  /** How a change ended, as {@link ChangeOutcome} names it, and what must be written. */
  public record Resolved(String outcome, List<Mutation> mutations) {}

  /** How the facts of a reading ended, in their order, and what must be written. */
  public record Listed(List<String> outcomes, List<Mutation> mutations) {}

  /** What a checkpoint keeps: it goes its own way. */
  public SimulatedResolve copy() {
    SimulatedResolve copy =
        new SimulatedResolve(image, projection, remember, tableReadAsOf, attempt);
    copy.chunks.chunks.putAll(chunks.chunks);
    copy.vectors.vectors.putAll(vectors.vectors);
    return copy;
  }

  /** Goes on in another attempt. */
  public void begin(Attempt next) {
    attempt = next;
    resolver = new Resolver(projection, next.writes);
  }

  /** Whether a reading did not list an entity, and nothing else was heard of it. */
  public boolean isUnlisted(EntityKey entity) {
    return memory().isUnlisted(entity);
  }

  /** State of a record; null = nothing was written. */
  public RecordState written(RecordKey record) {
    return memory().written(record.entity());
  }

  public Resolved apply(FactChange change) {
    WorkingSet memory = memory();
    Resolution resolution = resolver.resolve(change, memory, Long.MIN_VALUE);
    memory.save();
    return new Resolved(resolution.outcome().name(), resolution.mutations());
  }

  /** A reading of the table; how each fact that it lists ended, and what must be written. */
  public Listed apply(SnapshotFacts listed) {
    WorkingSet memory = memory();
    SnapshotMerge.Merged merged = resolver.merge(listed, memory, Long.MIN_VALUE);
    memory.save();
    return new Listed(
        merged.outcomes().stream().map(Enum::name).toList(), merged.followed().mutations());
  }

  /** The whole table was read, and all that it lists was merged. */
  public List<Mutation> close(Version asOf) {
    WorkingSet memory = memory();
    SnapshotMerge.Merged merged = resolver.close(asOf, memory);
    memory.save();
    tableReadAsOf = asOf;
    return merged.followed().mutations();
  }

  /** What a rewrite writes, and the ids of the records that it cannot repair. */
  public record Rewritten(List<Mutation> mutations, List<String> unrepaired) {}

  /**
   * The rewrite that was made last.
   *
   * @param from until when Chroma held everything then
   * @param began when the rewrite began
   */
  public record LastRewrite(long from, long began) {}

  /** Whether a rewrite is due after another; null = there was none. */
  public static boolean isDue(Rollback rollback, LastRewrite last) {
    return Rewrite.isDue(
        rollback, last == null ? null : new Rewrite.Last(last.from(), last.began()));
  }

  /** Chroma went back. */
  public Rewritten rewrite(Rollback rollback) {
    WorkingSet memory = memory();
    Rewrite.Rewritten rewritten = new Rewrite(projection, rollback).rewrite(memory);
    memory.save();
    return new Rewritten(
        rewritten.mutations(), rewritten.unrepaired().stream().map(RecordKey::id).toList());
  }

  /** The vectors of records that are shown were kept for long enough. */
  public void forgetShownVectors() {
    WorkingSet memory = memory();
    List<RecordKey> shown = new ArrayList<>();
    for (KeptVector kept : memory.keptVectors()) {
      RecordKey record = kept.embedding().record();
      RecordState written = memory.written(record.entity());
      if (written != null && written.isShown() && kept.version().equals(written.vector())) {
        shown.add(record);
      }
    }
    shown.forEach(memory::dropVector);
  }

  /** A step of a delta but its end. */
  public List<Mutation> apply(DeltaStep step) {
    WorkingSet memory = memory();
    List<Mutation> mutations = new ArrayList<>();
    if (step.kind() == DeltaStep.Kind.OPENS) {
      mutations.addAll(resolver.open(step, memory, Long.MIN_VALUE).mutations());
    } else {
      mutations.addAll(resolver.bring(step, memory).mutations());
    }
    memory.save();
    return mutations;
  }

  /** The end of a delta. */
  public RunReport end(DeltaStep step) {
    return step.error() == null
        ? resolver.report(step, memory())
        : RunReport.failed(step.delta(), step.error());
  }

  private WorkingSet memory() {
    return new WorkingSet(new ReceiptTree(), image, new Remembered(), vectors, tableReadAsOf);
  }

  /** The chunks, but for what is forgotten on purpose. */
  private final class Remembered implements WorkingSet.Chunks {

    @Override
    public StateChunk get(EntityKey key) {
      return chunks.get(key);
    }

    @Override
    public void put(EntityKey key, StateChunk chunk) {
      chunks.put(key, remember.apply(chunk));
    }

    @Override
    public void remove(EntityKey key) {
      chunks.remove(key);
    }

    @Override
    public Iterable<EntityKey> keys() {
      return chunks.keys();
    }
  }
}
