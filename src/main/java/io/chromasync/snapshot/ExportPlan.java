package io.chromasync.snapshot;

import io.chromasync.snapshot.ExportManifest.DataFile;
import io.chromasync.snapshot.SnapshotSettings.ExportRules;
import io.chromasync.snapshot.SnapshotSplit.ExportFile;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.flink.util.function.SerializableFunction;

/**
 * Exports: the data files of all of them. They follow one another without a hole, or changes would
 * be missing; in which order they are read does not matter, as versions decide.
 *
 * <p>Only a full export tells, at its end, what is gone. Incremental ones alone name what was
 * removed in their time.
 */
record ExportPlan(
    String snapshot,
    ExportRules rules,
    String table,
    Duration margin,
    AgeLimit ageLimit,
    SerializableFunction<ExportRules, ObjectStore> stores)
    implements SnapshotPlan {

  /** The one that is read, and the next. */
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
    Instant told = null;
    for (ExportManifest manifest : manifests) {
      ExportSummary summary = manifest.summary();
      if (told != null && summary.isFull()) {
        throw new SnapshotFailure(
            "'snapshot.export-uri' names two full exports, of %s and %s; name one"
                .formatted(told, summary.to()));
      }
      if (told != null && summary.from().isAfter(told)) {
        throw new SnapshotFailure(
            ("Between the exports of 'snapshot.export-uri' there is a hole: one tells up to %s, and the"
                    + " next, %s, only from %s on; export that time too, and name it")
                .formatted(told, manifest.uri(), summary.from()));
      }
      told = told == null || summary.to().isAfter(told) ? summary.to() : told;
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
