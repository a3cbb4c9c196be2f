package io.chromasync.resolve;

import io.chromasync.model.Collection;
import io.chromasync.model.DeltaStep;
import io.chromasync.model.EntityType;
import io.chromasync.model.FactChange;
import io.chromasync.model.Mutation;
import io.chromasync.model.RunReport;
import io.chromasync.model.SnapshotFacts;
import io.chromasync.resolve.rules.ChangeOutcome;
import io.chromasync.resolve.rules.Resolution;
import io.chromasync.resolve.rules.Rewrite;
import io.chromasync.resolve.rules.SnapshotMerge.Merged;
import io.chromasync.runtime.DurableCounters;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.flink.metrics.Counter;

/**
 * Metrics of resolve: changes by outcome and entity; deltas and vectors by outcome and collection;
 * mutations by verb and collection.
 */
final class ResolveMetrics {

  private final Map<ChangeOutcome, Map<EntityType, Counter>> changes =
      new EnumMap<>(ChangeOutcome.class);
  private final Map<Mutation.Verb, Map<Collection, Counter>> mutations =
      new EnumMap<>(Mutation.Verb.class);
  private final Map<ChangeOutcome, Map<Collection, Counter>> deltas =
      new EnumMap<>(ChangeOutcome.class);
  private final Map<ChangeOutcome, Map<Collection, Counter>> vectors =
      new EnumMap<>(ChangeOutcome.class);
  private final Map<Collection, Counter> completed;
  private final Map<Collection, Counter> failed;
  private final Counter missing;
  private final Counter repairedWithoutVector;
  private final Counter unchanged;
  private final Counter read;
  private final Counter tablesRead;
  private final Counter rewrites;
  private final Counter unrepaired;
  private final Counter unlisted;
  private final Counter waits;
  private final Counter resumed;
  private final Counter remembered;
  private final Counter forgotten;
  private final Counter written;
  private final Counter ended;
  private final Counter expired;
  private final Counter deadLetters;

  ResolveMetrics(DurableCounters all) {
    for (ChangeOutcome outcome : ChangeOutcome.values()) {
      changes.put(
          outcome, counters(all, EntityType.class, "entity", "changes_" + lowerCase(outcome)));
    }
    for (Mutation.Verb verb : Mutation.Verb.values()) {
      mutations.put(
          verb, counters(all, Collection.class, "collection", "mutations_" + lowerCase(verb)));
    }
    for (ChangeOutcome outcome : ChangeOutcome.values()) {
      String name = lowerCase(outcome);
      deltas.put(outcome, counters(all, Collection.class, "collection", "deltas_" + name));
      vectors.put(outcome, counters(all, Collection.class, "collection", "vectors_" + name));
    }
    completed = counters(all, Collection.class, "collection", "runs_completed");
    failed = counters(all, Collection.class, "collection", "runs_failed");
    missing = all.counter("vectors_missing");
    repairedWithoutVector = all.counter("repaired_without_vector");
    unchanged = all.counter("records_unchanged");
    read = all.counter("snapshots_merged");
    tablesRead = all.counter("tables_read");
    rewrites = all.counter("rewrites");
    unrepaired = all.counter("vectors_unrepaired");
    unlisted = all.counter("facts_unlisted");
    waits = all.counter("first_touch_waits");
    resumed = all.counter("first_touch_released");
    remembered = all.counter("facts_remembered");
    forgotten = all.counter("facts_forgotten");
    all.gauge("facts_live", () -> remembered.getCount() - forgotten.getCount());
    written = all.counter("tombstones_written");
    ended = all.counter("tombstones_ended");
    expired = all.counter("tombstones_expired");
    deadLetters = all.counter("dead_letters");
    all.gauge("tombstones_live", () -> written.getCount() - ended.getCount() - expired.getCount());
  }

  void count(FactChange change, Resolution resolution) {
    changes.get(resolution.outcome()).get(change.entity().type()).inc();
    if (resolution.tombstones() > 0) {
      written.inc();
    } else if (resolution.tombstones() < 0) {
      ended.inc();
    }
    count(resolution);
  }

  /** Counts the facts that a snapshot lists; facts that it does not list are counted separately. */
  void count(SnapshotFacts listed, Merged merged) {
    for (int i = 0; i < listed.facts().size(); i++) {
      EntityType type = listed.facts().get(i).entity().type();
      changes.get(merged.outcomes().get(i)).get(type).inc();
    }
    read.inc(listed.whole() ? 1 : 0);
    repairedWithoutVector.inc(merged.withoutVector());
    count(merged);
  }

  /** Counts the facts that a snapshot does not list. */
  void count(Merged merged) {
    unlisted.inc(merged.unlisted());
    tombstones(merged.followed().tombstones());
    count(merged.followed());
  }

  /** Adds to the number of facts in state; subtracts if negative. */
  void facts(int more) {
    remembered.inc(Math.max(0, more));
    forgotten.inc(Math.max(0, -more));
  }

  /** Adds to the number of tombstones; subtracts if negative. */
  void tombstones(int more) {
    written.inc(Math.max(0, more));
    ended.inc(Math.max(0, -more));
  }

  /** Counts a completed snapshot of the whole table. */
  void tableRead() {
    tablesRead.inc();
  }

  /** Counts a rewrite of the whole state. */
  void rewrites() {
    rewrites.inc();
  }

  /** Counts the rewrite of one image. */
  void count(Rewrite.Rewritten rewritten) {
    count(rewritten.mutations());
    unrepaired.inc(rewritten.unrepaired().size());
  }

  void waits() {
    waits.inc();
  }

  void resumed() {
    resumed.inc();
  }

  void countDelta(DeltaStep step, Resolution resolution) {
    deltas.get(resolution.outcome()).get(step.collection()).inc();
    count(resolution);
  }

  void countVector(DeltaStep step, Resolution resolution) {
    vectors.get(resolution.outcome()).get(step.collection()).inc();
    count(resolution);
  }

  void countReport(RunReport report) {
    (report.isFailure() ? failed : completed).get(report.collection()).inc();
    mutations.get(Mutation.Verb.REPORT).get(report.collection()).inc();
  }

  /** Counts a dead letter. */
  void letter() {
    deadLetters.inc();
  }

  void missing(int records) {
    missing.inc(records);
  }

  private void count(Resolution resolution) {
    count(resolution.mutations());
    unchanged.inc(resolution.unchanged());
  }

  private void count(List<Mutation> emitted) {
    for (Mutation mutation : emitted) {
      mutations.get(mutation.verb()).get(mutation.record().collection()).inc();
    }
  }

  void expired(int tombstones) {
    expired.inc(tombstones);
  }

  private static <E extends Enum<E>> Map<E, Counter> counters(
      DurableCounters all, Class<E> type, String label, String name) {
    Map<E, Counter> counters = new EnumMap<>(type);
    for (E value : type.getEnumConstants()) {
      counters.put(value, all.counter(name, label, lowerCase(value)));
    }
    return counters;
  }

  private static String lowerCase(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
