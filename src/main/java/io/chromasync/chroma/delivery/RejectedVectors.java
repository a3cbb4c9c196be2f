package io.chromasync.chroma.delivery;

import io.chromasync.model.CollectionName;
import io.chromasync.model.Mutation;
import io.chromasync.model.Mutation.Verb;
import io.chromasync.model.RecordKey;
import io.chromasync.model.RunReport;
import io.chromasync.model.Version;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Records whose vectors Chroma rejected, per run, until the run's report is settled. An upsert
 * caused by a run has the version of the run. An upsert that restores an older vector has another
 * version and no report, so only the newest runs are remembered. Runs of several scopes of a
 * partition can have the same version, so a report counts the records within its scope.
 *
 * <p>Not part of any checkpoint. After a restart, the report of a run that a checkpoint split
 * counts vectors that were rejected before it.
 */
public final class RejectedVectors {

  /** Upper bound of the runs in progress in one task. */
  private static final int MOST_RUNS = 1_000;

  private record Run(CollectionName collection, String partition, Version version) {}

  private final Map<Run, Set<RecordKey>> records =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Run, Set<RecordKey>> eldest) {
          return size() > MOST_RUNS;
        }
      };

  /** Records a rejected mutation of any verb. */
  void add(Mutation mutation) {
    if (mutation.verb() == Verb.UPSERT) {
      RecordKey record = mutation.record();
      Run run = new Run(record.collection(), record.partition(), mutation.version());
      records.computeIfAbsent(run, unused -> new HashSet<>()).add(record);
    }
  }

  /**
   * Returns the report without the run's rejected vectors, and forgets the run. No mutation of the
   * run follows its report.
   */
  RunReport settled(RunReport report) {
    Run run = new Run(report.collection(), report.partition(), report.version());
    Set<RecordKey> all = records.getOrDefault(run, new HashSet<>());
    int before = all.size();
    all.removeIf(record -> record.entity().isWithin(report.scope()));
    if (all.isEmpty()) {
      records.remove(run);
    }
    return report.without(before - all.size());
  }
}
