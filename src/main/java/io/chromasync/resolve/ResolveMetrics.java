package io.chromasync.resolve;

import io.chromasync.model.CollectionName;
import io.chromasync.model.DeltaStep;
import io.chromasync.model.DomainCollection;
import io.chromasync.model.EntityKind;
import io.chromasync.model.EntityTree;
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
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.apache.flink.metrics.Counter;

/**
 * Metrics of resolve: changes by outcome and entity; deltas and vectors by outcome and collection;
 * mutations by verb and collection.
 */
final class ResolveMetrics {

  private final Map<ChangeOutcome, Map<EntityKind, Counter>> changes =
      new EnumMap<>(ChangeOutcome.class);
  private final Map<Mutation.Verb, Map<CollectionName, Counter>> mutations =
      new EnumMap<>(Mutation.Verb.class);
  private final Map<ChangeOutcome, Map<CollectionName, Counter>> deltas =
      new EnumMap<>(ChangeOutcome.class);
  private final Map<ChangeOutcome, Map<CollectionName, Counter>> vectors =
      new EnumMap<>(ChangeOutcome.class);
  private final Map<CollectionName, Counter> completed;
  private final Map<CollectionName, Counter> failed;
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

  ResolveMetrics(DurableCounters all, EntityTree tree) {
    List<CollectionName> collections =
        tree.collections().stream().map(DomainCollection::collection).toList();
    for (ChangeOutcome outcome : ChangeOutcome.values()) {
      String name = lowerCase(outcome);
      changes.put(
          outcome, counters(all, tree.kinds(), EntityKind::name, "entity", "changes_" + name));
      deltas.put(outcome, counters(all, collections, "deltas_" + name));
      vectors.put(outcome, counters(all, collections, "vectors_" + name));
    }
    for (Mutation.Verb verb : Mutation.Verb.values()) {
      mutations.put(verb, counters(all, collections, "mutations_" + lowerCase(verb)));
    }
    completed = counters(all, collections, "runs_completed");
    failed = counters(all, collections, "runs_failed");
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
    changes.get(resolution.outcome()).get(change.entity().kind()).inc();
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
      EntityKind kind = listed.facts().get(i).entity().kind();
      changes.get(merged.outcomes().get(i)).get(kind).inc();
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

  /** Counts the rewrite of one partition. */
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

  private static Map<CollectionName, Counter> counters(
      DurableCounters all, List<CollectionName> collections, String name) {
    return counters(all, collections, CollectionName::name, "collection", name);
  }

  private static <T> Map<T, Counter> counters(
      DurableCounters all, List<T> values, Function<T, String> text, String label, String name) {
    Map<T, Counter> counters = new HashMap<>();
    for (T value : values) {
      counters.put(value, all.counter(name, label, text.apply(value)));
    }
    return counters;
  }

  private static String lowerCase(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
