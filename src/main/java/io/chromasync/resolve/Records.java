package io.chromasync.resolve;

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
 * Brings records in line with the facts: the one place that decides whether a record is there, and
 * what must be written so that Chroma shows it.
 *
 * <p>A record ends with the newest removal of what it stands for or of an ancestor, and where a
 * newer delta leaves it out. A vector of an older run ends with it for good; a vector of a newer
 * run is only hidden while something of that is removed. Of a record whose vector we do not know
 * only metadata is written, which creates nothing. What Chroma was told already is not written
 * again: of metadata the keys are sent that changed, and a vector is not sent that is shown. Unless
 * it must be told anew: then with the vector, if it is kept, as Chroma may have lost the record. Of
 * a record that was never written, the sweeps of its ancestors have carried out their removals.
 *
 * <p>For one change, by one thread; pure but for the {@link ImageMemory} it is given.
 */
final class Records {

  /** A stable order for whoever walks over records of one image. */
  static final Comparator<RecordKey> IN_ORDER =
      Comparator.comparing(RecordKey::collection).thenComparing(RecordKey::entity);

  private final Projection projection;
  private final ImageMemory memory;
  private final Moment now;
  private Moment before;
  private final Version cause;
  private final boolean anew;
  private final Version since;
  private final Writes writes;
  private final List<Mutation> mutations = new ArrayList<>();
  private int missing;
  private int withoutVector;

  /** The facts of a moment, and what they make of records. */
  private record Moment(ImageFacts facts, Projection.View view) {

    Map<String, MetadataValue> overlay(RecordKey record) {
      return facts.isRemoved(record.entity()) ? Map.of() : view.overlay(record);
    }
  }

  /**
   * @param anew whether Chroma may not have what it was told, so that it is told again
   */
  Records(Projection projection, ImageMemory memory, Writes writes, Version cause, boolean anew) {
    this(projection, memory, writes, cause, anew, null);
  }

  private Records(
      Projection projection,
      ImageMemory memory,
      Writes writes,
      Version cause,
      boolean anew,
      Version since) {
    this.projection = projection;
    this.memory = memory;
    this.now = new Moment(memory, projection.of(memory));
    this.writes = writes;
    this.cause = cause;
    this.anew = anew;
    this.since = since;
  }

  /**
   * Records of a Chroma that lost what it was told since a version: everything is written again,
   * and removals that are not older are carried out again, of whatever came after them.
   */
  static Records rewriting(
      Projection projection, ImageMemory memory, Version cause, Version since) {
    return new Records(projection, memory, Writes.WHOLE, cause, true, since);
  }

  /**
   * The records whose content the change of an entity can alter, in a stable order.
   *
   * @param was the entity's fact before the change, null if there was none
   */
  SortedSet<RecordKey> affected(EntityKey changed, Fact was) {
    SortedSet<RecordKey> affected = new TreeSet<>(IN_ORDER);
    affected.addAll(now.view.affected(changed, was));
    return affected;
  }

  /** What must be written, in this order. */
  List<Mutation> mutations() {
    return mutations;
  }

  /** How many records should be shown again whose vectors are no longer kept. */
  int missing() {
    return missing;
  }

  /** How many records were told anew by their metadata alone, which creates none that is gone. */
  int withoutVector() {
    return withoutVector;
  }

  /** Decides on records that a change may have altered, and says how many need no write. */
  int followAll(Iterable<RecordKey> affected) {
    int unchanged = 0;
    for (RecordKey record : affected) {
      int written = mutations.size();
      follow(record);
      unchanged += mutations.size() == written ? 1 : 0;
    }
    return unchanged;
  }

  /** Decides on a record that a change of a fact may have altered. */
  void follow(RecordKey record) {
    Written before = before(record);
    Version removed = removed(record);
    Written after =
        before.vector() == null || isAfter(removed, before.vector())
            ? withoutVector(record, before, removed)
            : withVector(record, before, removed);
    boolean saysNothing =
        after.vector() == null
            && after.content() == null
            && Objects.equals(after.removed(), Version.max(above(record), unlisted(record)));
    memory.setWritten(record.entity(), saysNothing ? null : after);
  }

  /** Takes the vector of a run. */
  Outcome accept(Embedding embedding, Version version) {
    RecordKey record = embedding.record();
    Written before = before(record);
    if (isAfter(removed(record), version)) {
      return Outcome.SUPPRESSED;
    }
    int order = before.vector() == null ? 1 : version.compareTo(before.vector());
    boolean lacks = anew || (before.hidden() && !isKept(record, version));
    boolean needed = order > 0 || (order == 0 && lacks);
    if (!needed) {
      return order == 0 ? Outcome.DUPLICATE : Outcome.SUPERSEDED;
    }
    memory.keep(new KeptVector(version, embedding));
    if (memory.isRemoved(record.entity())) {
      return hide(record, version);
    }
    memory.setWritten(record.entity(), before.waiting(version));
    follow(record);
    return Outcome.APPLIED;
  }

  /** It may have been shown before a crash that the state knows nothing of. */
  private Outcome hide(RecordKey record, Version version) {
    mutations.add(Mutation.delete(record, cause));
    memory.setWritten(record.entity(), Written.hidden(removed(record), version));
    return Outcome.SUPPRESSED;
  }

  private Written withoutVector(RecordKey record, Written before, Version removed) {
    Version ended = Version.max(removed, ended(record));
    boolean again = anew && (memory.isRemoved(record.entity()) || isLost(ended));
    boolean ends = isAfter(ended, before.removed()) || before.isShown() || again;
    if (ends) {
      mutations.add(Mutation.delete(record, cause));
    }
    if (before.vector() != null) {
      memory.dropVector(record);
    }
    return Written.without(ended, update(record, ends ? null : before.content(), null));
  }

  private Written withVector(RecordKey record, Written before, Version removed) {
    if (memory.isRemoved(record.entity())) {
      // Before a crash it may have been shown by changes that are now read in another order.
      boolean mayBeShown = before.isShown() || before.lost() || writes.isFirst(record, cause);
      if (mayBeShown || anew) {
        mutations.add(Mutation.delete(record, cause));
        writes.wrote(record, cause);
      }
      return Written.hidden(removed, before.vector());
    }
    KeptVector kept = kept(record, before.vector());
    boolean shows = before.hidden() || (anew && kept != null);
    if (isLost(before.vector()) && (kept != null || isLost(removed))) {
      // Chroma may hold another vector, with keys of its own, or what was removed.
      mutations.add(Mutation.delete(record, cause));
    }
    if (!shows) {
      return Written.shown(
          removed,
          update(record, before.content(), before.vector()),
          before.vector(),
          before.foreign(),
          anew ? null : before.embedding());
    }
    return kept == null ? lose(record, before, removed) : show(kept.embedding(), before, removed);
  }

  private void addUpdate(RecordKey record, Map<String, MetadataValue> metadata) {
    withoutVector += anew ? 1 : 0;
    mutations.add(Mutation.update(record, metadata, cause));
  }

  private Written show(Embedding embedding, Written before, Version removed) {
    RecordKey record = embedding.record();
    Map<String, MetadataValue> overlay = now.overlay(record);
    Map<String, MetadataValue> metadata = content(embedding, overlay);
    if (before.foreign() != null) {
      before.foreign().forEach(key -> metadata.putIfAbsent(key, MetadataValue.removed()));
    }
    boolean isThere = !anew && writes.isShown(embedding, before.embedding());
    if (isThere) {
      mutations.add(Mutation.update(record, metadata, cause));
      writes.wrote(record, cause);
    } else {
      mutations.add(
          Mutation.upsert(record, embedding.vector(), embedding.document(), metadata, cause));
      writes.upserted(record, cause);
    }
    List<String> foreign = projection.foreign(record, embedding.metadata());
    return Written.shown(
        removed,
        hash(overlay),
        before.vector(),
        foreign.isEmpty() ? null : foreign,
        ContentHash.of(embedding));
  }

  /** The vector waited too long, so only its run or a newer one can bring the record back. */
  private Written lose(RecordKey record, Written before, Version removed) {
    missing += before.lost() ? 0 : 1;
    boolean ends = before.lost() && isAfter(removed, before.removed());
    if (ends) {
      mutations.add(Mutation.delete(record, cause));
    }
    Long content = update(record, ends ? null : before.content(), null);
    return Written.lost(removed, content, before.vector());
  }

  /**
   * Writes what facts say, unless it was sent already; returns its hash.
   *
   * @param sent hash of what was written last, or null
   * @param shown version of the vector that the record is shown with, or null
   */
  private Long update(RecordKey record, Long sent, Version shown) {
    Map<String, MetadataValue> overlay = now.overlay(record);
    Long content = hash(overlay);
    boolean whole = anew || writes.isFirst(record, cause);
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
   * The keys that the change altered; all, if it is not known what Chroma was told. A late removal
   * of an ancestor can take back what was known: then what the producer gave must show again, if it
   * is kept with the vector.
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

  /** All that facts say; with what the producer gave, if it is kept with the vector. */
  private Map<String, MetadataValue> whole(
      RecordKey record, Map<String, MetadataValue> overlay, Version shown) {
    KeptVector kept = shown == null ? null : kept(record, shown);
    return kept == null ? overlay : content(kept.embedding(), overlay);
  }

  /** All of a record that comes with a vector: what facts say, over what its producer gave. */
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

  /** Whether Chroma may not have what was written for a change of this version; null is none. */
  private boolean isLost(Version version) {
    return since != null && version != null && !since.isAfter(version);
  }

  private static Long hash(Map<String, MetadataValue> metadata) {
    return metadata.isEmpty() ? null : (Long) ContentHash.of(metadata);
  }

  private Written before(RecordKey record) {
    Written written = memory.written(record.entity());
    return written == null ? Written.without(carriedOut(record), null) : written;
  }

  private Version removed(RecordKey record) {
    Version removed = Version.max(memory.removal(record.entity()), now.view.omitted(record));
    for (EntityKey above : record.entity().ancestors()) {
      removed = Version.max(removed, memory.removal(above));
    }
    return removed;
  }

  /**
   * What ended a record that was never written, and was carried out. What a reading did not list is
   * to end as long as something that is no newer tells of it, as the reading itself does. To what
   * is newer there is nothing to end: who brings a record before its item must not lose it.
   */
  private Version carriedOut(RecordKey record) {
    Version read = memory.readAsOf();
    boolean isNewer = read != null && cause.isAfter(read);
    return isNewer ? Version.max(swept(record), unlisted(record)) : swept(record);
  }

  /** As of when the record's entity, or an ancestor, was not listed; null = neither was missed. */
  private Version unlisted(RecordKey record) {
    boolean isUnlisted =
        memory.isUnlisted(record.entity())
            || record.entity().ancestors().stream().anyMatch(memory::isUnlisted);
    return isUnlisted ? memory.readAsOf() : null;
  }

  /** What ended the record together with others, and was carried out for all of them at once. */
  private Version swept(RecordKey record) {
    boolean rowsAreKnown = memory.knowsAllBelow(EntityKey.receipt(record.receipt()));
    return rowsAreKnown ? above(record) : Version.max(above(record), now.view.omitted(record));
  }

  /** Since when the record's entity, or an ancestor, is gone; null = neither is. */
  private Version ended(RecordKey record) {
    Version own = Version.max(memory.ended(record.entity()), unlisted(record));
    return Version.max(above(record), own);
  }

  /** The newest removal of an ancestor, or null. */
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
