package io.chromasync.snapshot;

import java.time.Instant;
import java.util.List;

/**
 * What the manifest of one export says. A full export holds the table as it was at one moment, an
 * incremental one the last state of each item that was written within a time.
 *
 * @param uri of the summary, for messages
 * @param from since when an incremental export tells of changes; null = a full export
 * @param to the moment of a full export; until when, exclusively, an incremental one tells of
 *     changes
 */
record ExportManifest(
    String uri, String tableArn, Instant from, Instant to, List<ManifestFile> files) {

  /**
   * One data file.
   *
   * @param key of the object, in the bucket of the manifest
   * @param md5 of its bytes, in Base64
   */
  record ManifestFile(String key, String md5, long items) {}

  boolean isFull() {
    return from == null;
  }

  long items() {
    return files.stream().mapToLong(ManifestFile::items).sum();
  }
}
