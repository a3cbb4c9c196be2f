package io.chromasync.resolve.rules;

import io.chromasync.model.Embedding;
import io.chromasync.model.EntityKey;
import io.chromasync.model.Fact;
import io.chromasync.model.ImageFacts;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.Mutation;
import io.chromasync.model.Projection;
import io.chromasync.model.RecordKey;
import io.chromasync.model.Version;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;

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
 * <p>Handles one change, on one thread. Pure, except that it changes the given {@link
 * ImageWorkingSet}.
 */
public final class RecordReconciler {

  /** Stable iteration order of the records of one image. */
  static final Comparator<RecordKey> IN_ORDER =
      Comparator.comparing(RecordKey::collection).thenComparing(RecordKey::entity);

  private final Projection projection;
  private final ImageWorkingSet memory;
  private final Moment now;
  private Moment before;
  private final Version cause;
  private final boolean rewrite;
  private final Version since;
  private final Writes writes;
  private final List<Mutation> mutations = new ArrayList<>();
  private int missing;
  private int withoutVector;

  /** Facts at one point in time, with their projection onto records. */
  private record Moment(ImageFacts facts, Projection.View view) {

    Map<String, MetadataValue> overlay(RecordKey record) {
      return facts.isRemoved(record.entity()) ? Map.of() : view.overlay(record);
    }
  }

  /**
   * @param rewrite true if Chroma may lack earlier writes, so that records are written again
   */
  RecordReconciler(
      Projection projection,
      ImageWorkingSet memory,
      Writes writes,
      Version cause,
      boolean rewrite) {
    this(projection, memory, writes, cause, rewrite, null);
  }

  private RecordReconciler(
      Projection projection,
      ImageWorkingSet memory,
      Writes writes,
      Version cause,
      boolean rewrite,
      Version since) {
    this.projection = projection;
    this.memory = memory;
    this.now = new Moment(memory, projection.of(memory));
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
      Projection projection, ImageWorkingSet memory, Version cause, Version since) {
    return new RecordReconciler(projection, memory, Writes.WHOLE, cause, true, since);
  }

  /**
   * Records whose content the change of an entity can alter, in a stable order.
   *
   * @param was the entity's fact before the change, null if there was none
   */
  SortedSet<RecordKey> affected(EntityKey changed, Fact was) {
    SortedSet<RecordKey> affected = new TreeSet<>(IN_ORDER);
    affected.addAll(now.view.affected(changed, was));
    return affected;
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
    Version removed = removed(record);
    RecordState after =
        before.vector() == null || isAfter(removed, before.vector())
            ? withoutVector(record, before, removed)
            : withVector(record, before, removed);
    boolean saysNothing =
        after.vector() == null
            && after.content() == null
            && Objects.equals(after.removed(), Version.max(above(record), unlisted(record)));
    memory.setWritten(record.entity(), saysNothing ? null : after);
  }

  /** Accepts the vector of a run. */
  ChangeOutcome accept(Embedding embedding, Version version) {
    RecordKey record = embedding.record();
    RecordState before = before(record);
    if (isAfter(removed(record), version)) {
      return ChangeOutcome.SUPPRESSED;
    }
    int order = before.vector() == null ? 1 : version.compareTo(before.vector());
    boolean lacks = rewrite || (before.hidden() && !isKept(record, version));
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
   * Hides a vector on arrival. The delete is needed because a run before a crash may have shown the
   * record, unknown to the restored state.
   */
  private ChangeOutcome hide(RecordKey record, Version version) {
    mutations.add(Mutation.delete(record, cause));
    memory.setWritten(record.entity(), RecordState.hidden(removed(record), version));
    return ChangeOutcome.SUPPRESSED;
  }

  private RecordState withoutVector(RecordKey record, RecordState before, Version removed) {
    Version ended = Version.max(removed, ended(record));
    boolean again = rewrite && (memory.isRemoved(record.entity()) || isLost(ended));
    boolean ends = isAfter(ended, before.removed()) || before.isShown() || again;
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
    KeptVector kept = needsVector ? kept(record, before.vector()) : null;
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

  private void addUpdate(RecordKey record, Map<String, MetadataValue> metadata) {
    withoutVector += rewrite ? 1 : 0;
    mutations.add(Mutation.update(record, metadata, cause));
  }

  private RecordState show(Embedding embedding, RecordState before, Version removed) {
    RecordKey record = embedding.record();
    Map<String, MetadataValue> overlay = now.overlay(record);
    Map<String, MetadataValue> metadata = content(embedding, overlay);
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
    List<String> foreign = projection.foreign(record, embedding.metadata());
    return RecordState.shown(
        removed,
        hash(overlay),
        before.vector(),
        foreign.isEmpty() ? null : foreign,
        ContentHash.of(embedding));
  }

  /**
   * Marks the vector as expired while hidden; only its run or a newer run can restore the record.
   */
  private RecordState lose(RecordKey record, RecordState before, Version removed) {
    missing += before.lost() ? 0 : 1;
    boolean ends = before.lost() && isAfter(removed, before.removed());
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
    Map<String, MetadataValue> overlay = now.overlay(record);
    Long content = hash(overlay);
    boolean whole = mayDiffer(record);
    if (whole || !Objects.equals(content, sent)) {
      Map<String, MetadataValue> metadata =
          whole || !writes.sendsDifferences()
              ? whole(record, overlay, shown)
              : difference(record, overlay, sent, shown);
      writes.wrote(record, cause);
      if (!metadata.isEmpty()) {
        addUpdate(record, metadata);
      }
    }
    return writes.sent(content);
  }

  /**
   * Metadata keys that the change altered; all keys if the metadata in Chroma is unknown. A late
   * removal of an ancestor can invalidate known facts. The producer's values then show again, if
   * they are retained with the vector.
   */
  private Map<String, MetadataValue> difference(
      RecordKey record, Map<String, MetadataValue> overlay, Long sent, Version shown) {
    Map<String, MetadataValue> shownBefore = before().overlay(record);
    if (!Objects.equals(hash(shownBefore), sent)) {
      return whole(record, overlay, shown);
    }
    Map<String, MetadataValue> difference = new HashMap<>();
    overlay.forEach(
        (key, value) -> {
          if (!value.equals(shownBefore.get(key))) {
            difference.put(key, value);
          }
        });
    if (!overlay.keySet().containsAll(shownBefore.keySet())) {
      Map<String, MetadataValue> whole = new HashMap<>(whole(record, overlay, shown));
      whole.keySet().retainAll(shownBefore.keySet());
      whole.keySet().removeAll(overlay.keySet());
      difference.putAll(whole);
    }
    return difference;
  }

  /**
   * All metadata that the facts give, merged with the producer's metadata if retained with the
   * vector.
   */
  private Map<String, MetadataValue> whole(
      RecordKey record, Map<String, MetadataValue> overlay, Version shown) {
    KeptVector kept = shown == null ? null : kept(record, shown);
    return kept == null ? overlay : content(kept.embedding(), overlay);
  }

  /**
   * Complete metadata of a record with a vector: values from facts override the producer's values.
   */
  private Map<String, MetadataValue> content(
      Embedding embedding, Map<String, MetadataValue> overlay) {
    Map<String, MetadataValue> content = projection.given(embedding.record(), embedding.metadata());
    content.putAll(overlay);
    return content;
  }

  private Moment before() {
    if (before == null) {
      ImageFacts facts = memory.before();
      before = new Moment(facts, projection.of(facts));
    }
    return before;
  }

  private boolean isKept(RecordKey record, Version version) {
    return kept(record, version) != null;
  }

  private KeptVector kept(RecordKey record, Version version) {
    KeptVector kept = memory.vector(record);
    return kept != null && kept.version().equals(version) ? kept : null;
  }

  /**
   * Returns true if Chroma may have lost the writes of a change of this version; null is no change.
   */
  private boolean isLost(Version version) {
    return since != null && version != null && !since.isAfter(version);
  }

  private static Long hash(Map<String, MetadataValue> metadata) {
    return metadata.isEmpty() ? null : (Long) ContentHash.of(metadata);
  }

  private RecordState before(RecordKey record) {
    RecordState written = memory.written(record.entity());
    return written == null ? RecordState.without(carriedOut(record), null) : written;
  }

  private Version removed(RecordKey record) {
    Version removed = Version.max(memory.removal(record.entity()), now.view.omitted(record));
    for (EntityKey above : record.entity().ancestors()) {
      removed = Version.max(removed, memory.removal(above));
    }
    return removed;
  }

  /**
   * Version of the deletion that counts as applied to a record that was never written. Absence from
   * a snapshot is still to be applied if the cause is not newer than the snapshot. For a newer
   * cause it counts as applied: a record whose vector arrives before its item must not be deleted.
   */
  private Version carriedOut(RecordKey record) {
    Version read = memory.readAsOf();
    boolean isNewer = read != null && cause.isAfter(read);
    return isNewer ? Version.max(swept(record), unlisted(record)) : swept(record);
  }

  /**
   * Snapshot timestamp at which the record's entity or an ancestor was missing; null if none was
   * missing.
   */
  private Version unlisted(RecordKey record) {
    boolean isUnlisted =
        memory.isUnlisted(record.entity())
            || record.entity().ancestors().stream().anyMatch(memory::isUnlisted);
    return isUnlisted ? memory.readAsOf() : null;
  }

  /** Version of the newest deletion that a delete by filter has applied to the record. */
  private Version swept(RecordKey record) {
    boolean rowsAreKnown = memory.isCompleteBelow(EntityKey.receipt(record.receipt()));
    return rowsAreKnown ? above(record) : Version.max(above(record), now.view.omitted(record));
  }

  /**
   * Version of the newest deletion of the record's entity or of an ancestor; null if there is none.
   */
  private Version ended(RecordKey record) {
    Version own = Version.max(memory.ended(record.entity()), unlisted(record));
    return Version.max(above(record), own);
  }

  /** Version of the newest deletion of an ancestor, or null. */
  private Version above(RecordKey record) {
    Version ended = null;
    for (EntityKey above : record.entity().ancestors()) {
      ended = Version.max(ended, memory.ended(above));
    }
    return ended;
  }

  private static boolean isAfter(Version one, Version other) {
    return one != null && (other == null || one.isAfter(other));
  }
}
