package io.chromasync.chroma;

import io.chromasync.model.Collection;
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
 * Records of each run whose vectors Chroma does not take, until the run's report is settled. An
 * upsert that a run brings has the version of the run. An upsert that shows an older vector again
 * has another version, and no report follows; so only the newest runs are remembered.
 *
 * <p>It is forgotten when the job restarts: then the report of a run that a checkpoint cut in two
 * counts what was rejected before it.
 */
final class LostVectors {

  /** More than run at once in one task. */
  private static final int MOST_RUNS = 1_000;

  private record Run(Collection collection, String image, int receipt, Version version) {}

  private final Map<Run, Set<RecordKey>> records =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Run, Set<RecordKey>> eldest) {
          return size() > MOST_RUNS;
        }
      };

  /** Chroma does not take a mutation, of any verb. */
  void add(Mutation mutation) {
    if (mutation.verb() == Verb.UPSERT) {
      RecordKey record = mutation.record();
      Run run = new Run(record.collection(), record.image(), record.receipt(), mutation.version());
      records.computeIfAbsent(run, unused -> new HashSet<>()).add(record);
    }
  }

  /** A report without what its run lost; after it nothing of the run follows. */
  RunReport settled(RunReport report) {
    Set<RecordKey> lost =
        records.remove(
            new Run(report.collection(), report.image(), report.receipt(), report.version()));
    return lost == null ? report : report.without(lost.size());
  }
}
