package io.chromasync.resolve.rules;

import io.chromasync.model.EntityKey;
import io.chromasync.model.FactRegister;
import io.chromasync.model.Mutation;
import io.chromasync.model.Projection;
import io.chromasync.model.RecordKey;
import io.chromasync.model.Rollback;
import io.chromasync.model.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Writes the whole state of a partition again, after Chroma was rolled back. Every record is
 * written whole, whatever hash is stored. Removals of deleted entities are repeated, and all
 * removals since the rollback point, even of recreated entities.
 *
 * <p>Records without state are left alone. A vector that arrived since then and is no longer
 * retained cannot be written. Its record is reported, because only its run can supply the vector.
 *
 * <p>Pure, except that it changes the given {@link WorkingSet}.
 */
public final class Rewrite {

  private final Projection projection;
  private final Version cause;
  private final Version since;

  /** Creates the rewrite that repairs a rollback. */
  public Rewrite(Projection projection, Rollback rollback) {
    this.projection = projection;
    this.cause = version(rollback.noticed());
    this.since = version(rollback.since());
  }

  /**
   * Mutations of one partition, in the order in which they must be written.
   *
   * @param unrepaired records whose vectors only their runs can supply
   */
  public record Rewritten(List<Mutation> mutations, List<RecordKey> unrepaired) {}

  /**
   * Most recent rewrite.
   *
   * @param from time until which Chroma had every write, in milliseconds since the epoch
   * @param began start of the rewrite, in milliseconds since the epoch
   */
  public record Last(long from, long began) {}

  /**
   * Returns true if a rewrite is due. A rollback detected before the last rewrite began is repaired
   * by that rewrite, whichever task detected it, unless it goes further back. A rollback detected
   * later may have undone the rewrite.
   *
   * @param last null = there was none
   */
  public static boolean isDue(Rollback rollback, Last last) {
    return last == null || rollback.noticed() >= last.began() || rollback.from() < last.from();
  }

  /**
   * Returns the mutations that write a partition again, and the records that they cannot repair.
   *
   * @param memory working set of the partition; its record states are updated
   */
  public Rewritten rewrite(WorkingSet memory) {
    RecordReconciler records = RecordReconciler.rewriting(projection, memory, cause, since);
    SortedSet<RecordKey> affected = records.affected(EntityKey.PARTITION, null);
    List<Mutation> mutations = new ArrayList<>(deletes(memory));
    records.followAll(affected);
    mutations.addAll(records.mutations());
    List<RecordKey> unrepaired =
        affected.stream().filter(record -> isUnrepaired(record, memory)).toList();
    return new Rewritten(mutations, unrepaired);
  }

  /**
   * Repeats the deletes by filter since then, because records without a fact may exist below an
   * entity.
   */
  private List<Mutation> deletes(WorkingSet memory) {
    List<Mutation> deletes = new ArrayList<>();
    for (EntityKey chunk : new TreeSet<>(memory.chunkKeys())) {
      for (EntityKey entity : new TreeSet<>(memory.chunk(chunk).entries().keySet())) {
        if (entity.kind().isBatch()) {
          deletes.addAll(ofDelta(entity, memory));
        } else if (isSince(memory.ended(entity))) {
          deletes.addAll(DeletesByFilter.below(entity, cause, memory));
        }
      }
    }
    return deletes;
  }

  private List<Mutation> ofDelta(EntityKey delta, WorkingSet memory) {
    FactRegister entry = memory.entry(delta);
    return isSince(entry.version())
        ? DeletesByFilter.byBatch(delta, entry.fact(), entry.version(), cause, memory)
        : List.of();
  }

  /**
   * Returns true if the record shows a vector that is not retained, and the vector or the record
   * was written since then.
   */
  private boolean isUnrepaired(RecordKey record, WorkingSet memory) {
    RecordState written = memory.written(record.entity());
    if (written == null || !written.isShown()) {
      return false;
    }
    KeptVector kept = memory.vector(record);
    boolean isKept = kept != null && kept.version().equals(written.vector());
    return !isKept && (isSince(written.vector()) || isBack(record.entity(), memory));
  }

  private boolean isBack(EntityKey entity, WorkingSet memory) {
    return Stream.concat(Stream.of(entity), entity.ancestors().stream())
        .map(memory::entry)
        .filter(Objects::nonNull)
        .anyMatch(entry -> entry.removed() != null && isSince(entry.version()));
  }

  private boolean isSince(Version version) {
    return version != null && !since.isAfter(version);
  }

  private static Version version(long millis) {
    return new Version(TimeUnit.MILLISECONDS.toMicros(millis), "");
  }
}
