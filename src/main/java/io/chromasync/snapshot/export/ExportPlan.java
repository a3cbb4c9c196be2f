package io.chromasync.snapshot.export;

import io.chromasync.snapshot.AgeLimit;
import io.chromasync.snapshot.AsOf;
import io.chromasync.snapshot.SnapshotFailure;
import io.chromasync.snapshot.SnapshotPlan;
import io.chromasync.snapshot.SnapshotSettings.ExportRules;
import io.chromasync.snapshot.SnapshotSplit;
import io.chromasync.snapshot.SnapshotSplit.ExportFile;
import io.chromasync.snapshot.export.ExportManifest.DataFile;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.flink.util.function.SerializableFunction;

/**
 * Plan for exports: the data files of all exports. The exports must be contiguous in time, or
 * changes would be missing. The read order does not matter, because versions decide.
 *
 * <p>Only a full export implies deletions at its end. Incremental exports alone contain only the
 * items removed in their period.
 */
public record ExportPlan(
    String snapshot,
    ExportRules rules,
    String table,
    Duration margin,
    AgeLimit ageLimit,
    SerializableFunction<ExportRules, ObjectStore> stores)
    implements SnapshotPlan {

  /** The split that is being read, and the next. */
  private static final int AT_ONCE = 2;

  @Override
  public Listing list() throws IOException {
    List<ExportManifest> manifests = new ArrayList<>();
    try (ObjectStore store = stores.apply(rules)) {
      for (String uri : rules.uris()) {
        manifests.add(ExportManifest.read(store, ExportLocation.of(uri), table));
      }
    }
    manifests.sort(
        Comparator.comparing((ExportManifest manifest) -> !manifest.summary().isFull())
            .thenComparing(manifest -> manifest.summary().from()));
    checkChain(manifests);
    ageLimit.check(manifests.get(0));
    return listing(manifests);
  }

  @Override
  public int atOnce() {
    return AT_ONCE;
  }

  private static void checkChain(List<ExportManifest> manifests) {
    Instant covered = null;
    for (ExportManifest manifest : manifests) {
      ExportSummary summary = manifest.summary();
      if (covered != null && summary.isFull()) {
        throw new SnapshotFailure(
            "'snapshot.export-uri' names two full exports, of %s and %s; name only one full export"
                .formatted(covered, summary.to()));
      }
      if (covered != null && summary.from().isAfter(covered)) {
        throw new SnapshotFailure(
            ("The exports of 'snapshot.export-uri' have a gap: an export ends at %s, and the next"
                    + " export, %s, begins at %s; export that time too, and name the export")
                .formatted(covered, manifest.uri(), summary.from()));
      }
      covered = covered == null || summary.to().isAfter(covered) ? summary.to() : covered;
    }
  }

  private Listing listing(List<ExportManifest> manifests) {
    List<SnapshotSplit> splits = new ArrayList<>();
    for (ExportManifest manifest : manifests) {
      Long asOf = manifest.summary().isFull() ? asOf(manifest) : null;
      for (DataFile file : manifest.files()) {
        splits.add(
            new ExportFile(
                snapshot,
                manifest.location().bucket(),
                manifest.location().dataFile(file.dataFileS3Key()),
                file.md5Checksum(),
                file.itemCount(),
                asOf,
                0));
      }
    }
    ExportManifest first = manifests.get(0);
    return new Listing(splits, asOf(first), first.summary().isFull());
  }

  private long asOf(ExportManifest manifest) {
    return AsOf.micros(manifest.summary().from(), margin);
  }
}
