package io.chromasync.resolve;

import io.chromasync.model.EntityKey;
import io.chromasync.model.EntityType;
import io.chromasync.model.Entry;
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
 * Writes everything that is remembered of an image again, after Chroma went back: every record
 * whole, whatever hash is stored; every removal of what is gone, and every removal since then also
 * of what is back.
 *
 * <p>What is not remembered is left alone. A vector that came since then and is no longer kept
 * cannot be written: its record is named, because only its run can bring it.
 *
 * <p>Pure but for the {@link ImageMemory} it is given.
 */
final class Rewrite {

  private final Projection projection;
  private final Version cause;
  private final Version since;

  Rewrite(Projection projection, Rollback rollback) {
    this.projection = projection;
    this.cause = version(rollback.noticed());
    this.since = version(rollback.since());
  }

  /**
   * What must be written of an image, in this order.
   *
   * @param unrepaired records whose vectors only their runs can bring
   */
  record Rewritten(List<Mutation> mutations, List<RecordKey> unrepaired) {}

  /**
   * The rewrite that was made last.
   *
   * @param from until when Chroma held everything, in milliseconds since the epoch
   * @param began when the rewrite began, likewise
   */
  record Last(long from, long began) {}

  /**
   * Whether a rewrite is due. A rollback that was noticed before the last rewrite began is repaired
   * by it, whichever task noticed it, unless it goes further back. One that is noticed later may
   * have undone the rewrite.
   *
   * @param last null = there was none
   */
  static boolean isDue(Rollback rollback, Last last) {
    return last == null || rollback.noticed() >= last.began() || rollback.from() < last.from();
  }

  Rewritten rewrite(ImageMemory memory) {
    Records records = Records.rewriting(projection, memory, cause, since);
    SortedSet<RecordKey> affected = records.affected(EntityKey.image(), null);
    List<Mutation> mutations = new ArrayList<>(sweeps(memory));
    records.followAll(affected);
    mutations.addAll(records.mutations());
    List<RecordKey> unrepaired =
        affected.stream().filter(record -> isUnrepaired(record, memory)).toList();
    return new Rewritten(mutations, unrepaired);
  }

  /** What was swept since then; below an entity there may be records that no fact speaks of. */
  private List<Mutation> sweeps(ImageMemory memory) {
    List<Mutation> sweeps = new ArrayList<>();
    for (EntityKey chunk : new TreeSet<>(memory.chunkKeys())) {
      for (EntityKey entity : new TreeSet<>(memory.chunk(chunk).entries().keySet())) {
        if (entity.type() == EntityType.DELTA) {
          sweeps.addAll(ofDelta(entity, memory));
        } else if (isSince(memory.ended(entity))) {
          sweeps.addAll(Sweeps.below(entity, cause, memory));
        }
      }
    }
    return sweeps;
  }

  private List<Mutation> ofDelta(EntityKey delta, ImageMemory memory) {
    Entry entry = memory.entry(delta);
    return isSince(entry.version())
        ? Sweeps.byDelta(delta, entry.fact(), entry.version(), cause, memory)
        : List.of();
  }

  /**
   * Whether the record is shown by a vector that came since, or came back since, and is not kept.
   */
  private boolean isUnrepaired(RecordKey record, ImageMemory memory) {
    Written written = memory.written(record.entity());
    if (written == null || !written.isShown()) {
      return false;
    }
    KeptVector kept = memory.vector(record);
    boolean isKept = kept != null && kept.version().equals(written.vector());
    return !isKept && (isSince(written.vector()) || isBack(record.entity(), memory));
  }

  private boolean isBack(EntityKey entity, ImageMemory memory) {
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
