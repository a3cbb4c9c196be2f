package io.chromasync.resolve.rules;

import io.chromasync.model.Embedding;
import io.chromasync.model.EntityKey;
import io.chromasync.model.Fact;
import io.chromasync.model.FactChange;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.Mutation;
import io.chromasync.model.Projection;
import io.chromasync.model.RecordKey;
import io.chromasync.model.Version;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;

/**
 * Reconciles records with facts: the only place that decides whether a record exists, and what must
 * be written so that Chroma shows it.
 *
 * <p>The rules:
 *
 * <ul>
 *   <li>A record is deleted by the newest removal of its entity or of an ancestor, or by a newer
 *       delta that omits it.
 *   <li>A deletion discards the vector of an older run permanently. A vector of a newer run is only
 *       hidden while the entity or an ancestor is deleted.
 *   <li>A record without a known vector gets metadata updates only; an update never creates a
 *       record.
 *   <li>Only changed metadata keys are sent. A vector that Chroma already shows is not sent again.
 *   <li>A rewrite sends the whole record, with its vector if retained, because Chroma may have lost
 *       the record.
 *   <li>For a record that was never written, removals of its ancestors count as applied: their
 *       deletes by filter covered the record.
 * </ul>
 *
 * <p>Handles one change, on one thread. Pure, except that it changes the given {@link WorkingSet}.
 */
final class RecordReconciler {

  /** Stable iteration order of the records of one partition. */
  static final Comparator<RecordKey> IN_ORDER =
      Comparator.comparing(RecordKey::collection).thenComparing(RecordKey::entity);

  private final WorkingSet memory;
  private final RecordContent contents;
  private final RecordDeletions deletions;
  private final Version cause;
  private final boolean rewrite;
  private final Version since;
  private final Writes writes;
  private final List<Mutation> mutations = new ArrayList<>();
  private int missing;
  private int withoutVector;

  /**
   * @param rewrite true if Chroma may lack earlier writes, so that records are written again
   */
  RecordReconciler(
      Projection projection, WorkingSet memory, Writes writes, Version cause, boolean rewrite) {
    this(projection, memory, writes, cause, rewrite, null);
  }

  private RecordReconciler(
      Projection projection,
      WorkingSet memory,
      Writes writes,
      Version cause,
      boolean rewrite,
      Version since) {
    this.memory = memory;
    this.contents = new RecordContent(projection, memory);
    this.deletions = new RecordDeletions(memory, contents.view(), cause);
    this.writes = writes;
    this.cause = cause;
    this.rewrite = rewrite;
    this.since = since;
  }

  /**
   * Creates a reconciler for a Chroma server that lost its writes since a version. Every record is
   * written again. Removals that are not older are repeated, even for entities recreated since.
   */
  static RecordReconciler rewriting(
      Projection projection, WorkingSet memory, Version cause, Version since) {
    return new RecordReconciler(projection, memory, Writes.WHOLE, cause, true, since);
  }

  /**
   * Records whose content the change of an entity can alter, in a stable order.
   *
   * @param was the entity's fact before the change, null if there was none
   */
  SortedSet<RecordKey> affected(EntityKey changed, Fact was) {
    return contents.affected(changed, was);
  }

  /** Mutations to be written, in this order. */
  List<Mutation> mutations() {
    return mutations;
  }

  /** Number of records that should be shown again but whose vectors are no longer retained. */
  int missing() {
    return missing;
  }

  /** Number of records rewritten by metadata alone, which does not recreate a lost record. */
  int withoutVector() {
    return withoutVector;
  }

  /**
   * Reconciles records that a change may have altered. Returns the number of records that need no
   * write.
   */
  int followAll(Iterable<RecordKey> affected) {
    int unchanged = 0;
    for (RecordKey record : affected) {
      int written = mutations.size();
      follow(record);
      unchanged += mutations.size() == written ? 1 : 0;
    }
    return unchanged;
  }

  /** Reconciles a record that a change of a fact may have altered. */
  void follow(RecordKey record) {
    RecordState before = before(record);
    Version removed = deletions.removed(record);
    RecordState after =
        before.vector() == null || RecordDeletions.isAfter(removed, before.vector())
            ? withoutVector(record, before, removed)
            : withVector(record, before, removed);
    boolean saysNothing =
        after.vector() == null
            && after.content() == null
            && Objects.equals(after.removed(), deletions.implied(record));
    memory.setWritten(record.entity(), saysNothing ? null : after);
  }

  /** Accepts the vector of a run. */
  ChangeOutcome accept(Embedding embedding, Version version) {
    RecordKey record = embedding.record();
    RecordState before = before(record);
    if (RecordDeletions.isAfter(deletions.removed(record), version)) {
      return ChangeOutcome.SUPPRESSED;
    }
    int order = before.vector() == null ? 1 : version.compareTo(before.vector());
    boolean lacks = rewrite || (before.hidden() && !contents.isKept(record, version));
    boolean needed = order > 0 || (order == 0 && lacks);
    if (!needed) {
      return order == 0 ? ChangeOutcome.DUPLICATE : ChangeOutcome.SUPERSEDED;
    }
    memory.keep(new KeptVector(version, embedding));
    if (memory.isRemoved(record.entity())) {
      return hide(record, version);
    }
    memory.setWritten(record.entity(), before.waiting(version));
    follow(record);
    return ChangeOutcome.APPLIED;
  }

  /**
   * Accepts the vector that an item itself contains, if the change of the item takes effect. State
   * that sends nothing ignores it, as if the record existed without a known vector.
   */
  void acceptOwn(FactChange change, ChangeOutcome outcome) {
    boolean counts = outcome == ChangeOutcome.APPLIED || outcome == ChangeOutcome.SUPPRESSED;
    boolean hasVector = change.embedding() != null && writes.sendsVectors();
    if (hasVector && (counts || change.redriven())) {
      accept(change.embedding(), change.version());
    }
  }

  /**
   * Hides a vector on arrival. The delete is needed because a run before a crash may have shown the
   * record, unknown to the restored state.
   */
  private ChangeOutcome hide(RecordKey record, Version version) {
    mutations.add(Mutation.delete(record, cause));
    memory.setWritten(record.entity(), RecordState.hidden(deletions.removed(record), version));
    return ChangeOutcome.SUPPRESSED;
  }

  private RecordState withoutVector(RecordKey record, RecordState before, Version removed) {
    Version ended = Version.max(removed, deletions.ended(record));
    boolean again = rewrite && (memory.isRemoved(record.entity()) || isLost(ended));
    boolean ends = RecordDeletions.isAfter(ended, before.removed()) || before.isShown() || again;
    if (ends) {
      mutations.add(Mutation.delete(record, cause));
    }
    if (before.vector() != null) {
      memory.dropVector(record);
    }
    return RecordState.without(ended, update(record, ends ? null : before.content(), null));
  }

  /**
   * Returns true if Chroma may differ from state: a run before a crash may have written or deleted
   * the record, if it read the changes in another order.
   */
  private boolean mayDiffer(RecordKey record) {
    return rewrite || writes.isFirst(record, cause);
  }

  private RecordState withVector(RecordKey record, RecordState before, Version removed) {
    boolean mayDiffer = mayDiffer(record);
    if (memory.isRemoved(record.entity())) {
      if (before.isShown() || before.lost() || mayDiffer) {
        mutations.add(Mutation.delete(record, cause));
        writes.wrote(record, cause);
      }
      return RecordState.hidden(removed, before.vector());
    }
    boolean isLost = isLost(before.vector());
    // Reading a vector from state is expensive, and most changes do not need it.
    boolean needsVector = before.hidden() || mayDiffer || isLost;
    KeptVector kept = needsVector ? contents.kept(record, before.vector()) : null;
    boolean shows = before.hidden() || (mayDiffer && kept != null);
    if (isLost && (kept != null || isLost(removed))) {
      // Chroma may hold another vector with foreign keys, or a record that was deleted.
      mutations.add(Mutation.delete(record, cause));
    }
    if (!shows) {
      return RecordState.shown(
          removed,
          update(record, before.content(), before.vector()),
          before.vector(),
          before.foreign(),
          rewrite ? null : before.embedding());
    }
    return kept == null ? lose(record, before, removed) : show(kept.embedding(), before, removed);
  }

  private RecordState show(Embedding embedding, RecordState before, Version removed) {
    RecordKey record = embedding.record();
    Map<String, MetadataValue> overlay = contents.overlay(record);
    Map<String, MetadataValue> metadata = contents.content(embedding, overlay);
    if (before.foreign() != null) {
      before.foreign().forEach(key -> metadata.putIfAbsent(key, MetadataValue.removed()));
    }
    boolean isThere = !rewrite && writes.isShown(embedding, before.embedding());
    if (isThere) {
      mutations.add(Mutation.update(record, metadata, cause));
      writes.wrote(record, cause);
    } else {
      mutations.add(
          Mutation.upsert(record, embedding.vector(), embedding.document(), metadata, cause));
      writes.upserted(record, cause);
    }
    return RecordState.shown(
        removed,
        RecordContent.hash(overlay),
        before.vector(),
        contents.foreign(embedding),
        ContentHash.of(embedding));
  }

  /**
   * Marks the vector as expired while hidden; only its run or a newer run can restore the record.
   */
  private RecordState lose(RecordKey record, RecordState before, Version removed) {
    missing += before.lost() ? 0 : 1;
    boolean ends = before.lost() && RecordDeletions.isAfter(removed, before.removed());
    if (ends) {
      mutations.add(Mutation.delete(record, cause));
    }
    Long content = update(record, ends ? null : before.content(), null);
    return RecordState.lost(removed, content, before.vector());
  }

  /**
   * Writes the metadata that the facts give, unless it was sent already, and returns its hash.
   *
   * @param sent hash of the metadata written last, or null
   * @param shown version of the vector that the record is shown with, or null
   */
  private Long update(RecordKey record, Long sent, Version shown) {
    Map<String, MetadataValue> overlay = contents.overlay(record);
    Long content = RecordContent.hash(overlay);
    boolean whole = mayDiffer(record);
    if (whole || !Objects.equals(content, sent)) {
      Map<String, MetadataValue> metadata =
          whole || !writes.sendsDifferences()
              ? contents.whole(record, overlay, shown)
              : contents.difference(record, overlay, sent, shown);
      writes.wrote(record, cause);
      if (!metadata.isEmpty()) {
        withoutVector += rewrite ? 1 : 0;
        mutations.add(Mutation.update(record, metadata, cause));
      }
    }
    return writes.sent(content);
  }

  /**
   * Returns true if Chroma may have lost the writes of a change of this version; null is no change.
   */
  private boolean isLost(Version version) {
    return since != null && version != null && !since.isAfter(version);
  }

  private RecordState before(RecordKey record) {
    RecordState written = memory.written(record.entity());
    return written == null ? RecordState.without(deletions.carriedOut(record), null) : written;
  }
}
