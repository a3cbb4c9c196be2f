package io.chromasync.snapshot;

import io.chromasync.config.AwsAccess;
import io.chromasync.testing.FakeS3;
import io.chromasync.testing.TableExport;
import io.chromasync.testing.TestCredentials;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;

/** A bucket of exports, and how they are read from it. */
final class ExportBucket implements AutoCloseable {

  static final String NAME = "exports";
  static final String TABLE = "Receipts";
  static final Instant NOON = Instant.parse("2026-03-02T12:00:00.500Z");

  private final FakeS3 s3;
  private final ExportObjects objects;

  private ExportBucket(FakeS3 s3) {
    this.s3 = s3;
    this.objects =
        ExportObjects.open(
            new AwsAccess(TestCredentials.REGION, s3.endpoint()),
            new ObjectPatience(
                Duration.ofMillis(200), Duration.ofMillis(1), Duration.ofMillis(20)));
  }

  static ExportBucket open() {
    TestCredentials.use();
    return new ExportBucket(FakeS3.start(NAME));
  }

  FakeS3 s3() {
    return s3;
  }

  ExportObjects objects() {
    return objects;
  }

  /** Writes an export; returns its URI. */
  String write(TableExport export) {
    return uri(export.write(s3::put));
  }

  static String uri(String key) {
    return "s3://" + NAME + "/" + key;
  }

  /** The only data file of an export. */
  ExportedFile file(String uri) throws java.io.IOException {
    var files = ExportChain.read(objects, java.util.List.of(uri), TABLE, Duration.ZERO).files();
    if (files.size() != 1) {
      throw new AssertionError("has not one file: " + files);
    }
    return files.get(0);
  }

  /** Alters a manifest file, and its checksum with it. */
  void alter(String key, String what, String with) {
    String text = new String(s3.get(key), StandardCharsets.UTF_8);
    if (!text.contains(what)) {
      throw new AssertionError("%s has no '%s': %s".formatted(key, what, text));
    }
    byte[] altered = text.replace(what, with).getBytes(StandardCharsets.UTF_8);
    s3.put(key, altered);
    s3.put(
        key.replace(".json", ".md5"),
        TableExport.checksum(altered).getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void close() {
    objects.close();
    s3.close();
  }
}
