package io.chromasync.snapshot.export;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.chromasync.snapshot.SnapshotFailure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * Manifest of an export: its summary and its data files, both checked against their checksum files
 * and against each other.
 */
public record ExportManifest(ExportLocation location, ExportSummary summary, List<DataFile> files) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SUMMARY = "manifest-summary";
  private static final String FILES = "manifest-files";

  /** Suffixes of checksum files: in the documentation, and in actual exports. */
  private static final List<String> CHECKSUMS = List.of(".checksum", ".md5");

  /** Line of {@code manifest-files.json}. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record DataFile(Long itemCount, String md5Checksum, String dataFileS3Key) {}

  /**
   * Reads both manifests of an export.
   *
   * @throws SnapshotFailure if the export cannot be used
   */
  static ExportManifest read(ObjectStore store, ExportLocation location, String table)
      throws IOException {
    String uri = location.uri(location.key(SUMMARY + ".json"));
    ExportSummary summary = ExportSummary.read(text(store, location, SUMMARY), uri, table);
    List<DataFile> files = new ArrayList<>();
    long items = 0;
    for (String line : text(store, location, FILES).lines().toList()) {
      if (!line.isBlank()) {
        DataFile file = file(line, location);
        files.add(file);
        items += file.itemCount();
      }
    }
    if (items != summary.itemCount()) {
      throw new SnapshotFailure(
          String.format(
              Locale.ROOT,
              "The export of %s has %,d items, but its manifest-files.json lists files of %,d; the"
                  + " export is incomplete",
              uri,
              summary.itemCount(),
              items));
    }
    return new ExportManifest(location, summary, files);
  }

  /** URI of the export's folder. */
  public String uri() {
    return location.uri(location.folder());
  }

  private static DataFile file(String line, ExportLocation location) {
    String uri = location.uri(location.key(FILES + ".json"));
    DataFile file;
    try {
      file = JSON.readValue(line, DataFile.class);
    } catch (JsonProcessingException e) {
      throw new SnapshotFailure(
          "%s has a line that is no data file: %s".formatted(uri, e.getOriginalMessage()), e);
    }
    boolean whole =
        file != null
            && file.itemCount != null
            && file.itemCount >= 0
            && file.md5Checksum != null
            && file.dataFileS3Key != null;
    if (!whole) {
      throw new SnapshotFailure(
          "%s has a line without itemCount, md5Checksum or dataFileS3Key: %s".formatted(uri, line));
    }
    return file;
  }

  private static String text(ObjectStore store, ExportLocation location, String name)
      throws IOException {
    byte[] content = bytes(store, location, name + ".json");
    if (content == null) {
      throw new SnapshotFailure(
          ("There is no %s: an export must be complete, and is named by its folder, as in"
                  + " s3://bucket/prefix/AWSDynamoDB/ID")
              .formatted(location.uri(location.key(name + ".json"))));
    }
    for (String suffix : CHECKSUMS) {
      byte[] checksum = bytes(store, location, name + suffix);
      if (checksum != null) {
        check(content, new String(checksum, StandardCharsets.UTF_8), location, name);
      }
    }
    return new String(content, StandardCharsets.UTF_8);
  }

  /** Checks the MD5 of a manifest, which is either base64 or hexadecimal. */
  private static void check(byte[] content, String checksum, ExportLocation location, String name) {
    byte[] md5 = Md5.digest().digest(content);
    String said = checksum.strip();
    boolean equal =
        said.equals(Base64.getEncoder().encodeToString(md5))
            || said.equalsIgnoreCase(HexFormat.of().formatHex(md5));
    if (!equal) {
      throw new SnapshotFailure(
          "%s is damaged: its checksum is %s, but its checksum file has %s"
              .formatted(
                  location.uri(location.key(name + ".json")),
                  Base64.getEncoder().encodeToString(md5),
                  said));
    }
  }

  private static byte[] bytes(ObjectStore store, ExportLocation location, String file)
      throws IOException {
    try (InputStream content = store.open(location.bucket(), location.key(file))) {
      return content == null ? null : content.readAllBytes();
    }
  }

  /** MD5, the checksum that DynamoDB supplies. */
  public static final class Md5 {

    private Md5() {}

    /** Returns a new MD5 digest. */
    public static MessageDigest digest() {
      try {
        return MessageDigest.getInstance("MD5");
      } catch (java.security.NoSuchAlgorithmException e) {
        throw new IllegalStateException("every Java has MD5", e);
      }
    }
  }
}
