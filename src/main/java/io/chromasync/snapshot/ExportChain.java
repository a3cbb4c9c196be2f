package io.chromasync.snapshot;

import io.chromasync.model.Version;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Exports of one table that follow one another without a hole: a full one, incremental ones, or a
 * full one and the incremental ones after it, in whatever order they are named.
 *
 * @param asOf of the whole table: that of the full export; null if there is none, and then nothing
 *     is told of what is not listed
 * @param until when the newest export ends
 */
record ExportChain(List<ExportedFile> files, Version asOf, Instant until) {

  /**
   * Reads and checks the manifests.
   *
   * @param uris of the exports' folders
   * @param table its name, or its ARN
   * @param margin by which a full export may hold more than it says; DynamoDB's own bound is a
   *     minute
   * @throws BadExport if they are not what they should be
   * @throws IOException if S3 does not give them
   */
  static ExportChain read(ExportObjects objects, List<String> uris, String table, Duration margin)
      throws IOException {
    List<ExportManifest> manifests = new ArrayList<>();
    List<ExportedFile> files = new ArrayList<>();
    Version asOf = null;
    Set<ExportLocation> named = new LinkedHashSet<>();
    for (String uri : uris) {
      named.add(location(uri));
    }
    for (ExportLocation location : named) {
      ExportManifest manifest = new ManifestReader(objects, location).read();
      checkTable(manifest, table);
      Version ofItems = manifest.isFull() ? version(manifest.to().minus(margin)) : null;
      for (ExportManifest.ManifestFile file : manifest.files()) {
        files.add(
            new ExportedFile(location.bucket(), file.key(), file.md5(), file.items(), ofItems));
      }
      asOf = manifest.isFull() ? ofItems : asOf;
      manifests.add(manifest);
    }
    checkOrder(manifests);
    Instant until = manifests.stream().map(ExportManifest::to).max(Comparator.naturalOrder()).get();
    return new ExportChain(List.copyOf(files), asOf, until);
  }

  long items() {
    return files.stream().mapToLong(ExportedFile::items).sum();
  }

  /** Before every change of the second that it lies in. */
  static Version version(Instant time) {
    long seconds = time.getEpochSecond();
    return new Version(
        ChronoUnit.MICROS.between(Instant.EPOCH, Instant.ofEpochSecond(seconds)), "");
  }

  private static ExportLocation location(String uri) throws BadExport {
    ExportLocation location = ExportLocation.parse(uri);
    if (location == null) {
      throw new BadExport(
          "The URI of an export must name its folder in S3, as %s does, but was '%s'"
              .formatted(ExportLocation.EXAMPLE, uri));
    }
    return location;
  }

  private static void checkTable(ExportManifest manifest, String table) throws BadExport {
    String arn = manifest.tableArn();
    String name = arn.substring(arn.indexOf(":table/") + ":table/".length());
    boolean isOurs = table.equals(arn) || (arn.contains(":table/") && table.equals(name));
    if (!isOurs) {
      throw new BadExport(
          "%s is of the table %s, but the job's table is '%s'; name an export of that one"
              .formatted(manifest.uri(), arn, table));
    }
  }

  private static void checkOrder(List<ExportManifest> manifests) throws BadExport {
    Set<String> tables = new TreeSet<>();
    manifests.forEach(manifest -> tables.add(manifest.tableArn()));
    if (tables.size() > 1) {
      throw new BadExport("The exports are of several tables: %s".formatted(tables));
    }
    List<ExportManifest> full = manifests.stream().filter(ExportManifest::isFull).toList();
    if (full.size() > 1) {
      throw new BadExport(
          "Only one export may be a full one, but %s and %s are; leave one out"
              .formatted(full.get(0).uri(), full.get(1).uri()));
    }
    List<ExportManifest> parts =
        manifests.stream()
            .filter(manifest -> !manifest.isFull())
            .sorted(Comparator.comparing(ExportManifest::from))
            .toList();
    ExportManifest before = full.isEmpty() ? null : full.get(0);
    for (ExportManifest part : parts) {
      if (before != null && part.from().isAfter(before.to())) {
        throw new BadExport(
            "There is a hole between %s, which ends at %s, and %s, which begins at %s; name the incremental exports in between"
                .formatted(before.uri(), before.to(), part.uri(), part.from()));
      }
      before = before != null && before.to().isAfter(part.to()) ? before : part;
    }
  }
}
