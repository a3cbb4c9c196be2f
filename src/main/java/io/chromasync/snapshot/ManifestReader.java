package io.chromasync.snapshot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import io.chromasync.snapshot.ExportManifest.ManifestFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the manifest of an export, as <a
 * href="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html">DynamoDB
 * table export output format</a> says: a summary, the list of data files, and a checksum of each of
 * the two. DynamoDB writes the summary last, so without one the export is not done.
 */
final class ManifestReader {

  /** A summary has less than a kilobyte. */
  private static final int LARGEST_SUMMARY = 1 << 20;

  /** Room for hundreds of thousands of files. */
  private static final int LARGEST_LIST = 128 << 20;

  private static final int LARGEST_CHECKSUM = 1 << 10;

  private static final ObjectReader JSON =
      new ObjectMapper().reader().with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final ExportObjects objects;
  private final ExportLocation location;

  ManifestReader(ExportObjects objects, ExportLocation location) {
    this.objects = objects;
    this.location = location;
  }

  /**
   * Reads it, and checks that it can be used.
   *
   * @throws BadExport if there is none, or it is not one of a finished export as DynamoDB JSON
   * @throws IOException if S3 does not give it
   */
  ExportManifest read() throws IOException {
    String summaryUri = uri(location.summaryKey());
    byte[] summaryBytes = objects.read(location.bucket(), location.summaryKey(), LARGEST_SUMMARY);
    if (summaryBytes == null) {
      throw notThere();
    }
    verify(location.summaryKey(), summaryBytes);
    JsonNode summary = parse(summaryUri, summaryBytes);
    checkFormat(summaryUri, summary);
    boolean isFull = isFull(summaryUri, summary);
    return new ExportManifest(
        summaryUri,
        text(summaryUri, summary, "tableArn"),
        isFull ? null : time(summaryUri, summary, "exportFromTime"),
        time(summaryUri, summary, isFull ? "exportTime" : "exportToTime"),
        files(text(summaryUri, summary, "manifestFilesS3Key")));
  }

  private BadExport notThere() throws IOException {
    byte[] started = objects.read(location.bucket(), location.key("_started"), LARGEST_SUMMARY);
    return new BadExport(
        started == null
            ? "There is no export at %s: it has no manifest-summary.json; name the folder of one export, as in %s"
                .formatted(location, ExportLocation.EXAMPLE)
            : "The export at %s has begun but is not COMPLETED: it has no manifest-summary.json; wait until aws dynamodb describe-export says that it is, or name another"
                .formatted(location));
  }

  private static void checkFormat(String uri, JsonNode summary) throws BadExport {
    String format = text(uri, summary, "outputFormat");
    if (!format.equals("DYNAMODB_JSON")) {
      throw new BadExport(
          "The outputFormat in %s must be DYNAMODB_JSON but is %s; export the table again with --export-format DYNAMODB_JSON"
              .formatted(uri, format));
    }
  }

  /** Summaries from before there were incremental exports do not say. */
  private static boolean isFull(String uri, JsonNode summary) throws BadExport {
    if (summary.path("exportType").isMissingNode() && summary.hasNonNull("exportTime")) {
      return true;
    }
    String type = text(uri, summary, "exportType");
    return switch (type) {
      case "FULL_EXPORT" -> true;
      case "INCREMENTAL_EXPORT" -> false;
      default ->
          throw new BadExport(
              "The exportType in %s must be FULL_EXPORT or INCREMENTAL_EXPORT but is %s"
                  .formatted(uri, type));
    };
  }

  private List<ManifestFile> files(String key) throws IOException {
    String uri = uri(key);
    byte[] bytes = objects.read(location.bucket(), key, LARGEST_LIST);
    if (bytes == null) {
      throw new BadExport(
          "There is no %s, which %s names; copy an export as a whole, under the keys it has"
              .formatted(uri, uri(location.summaryKey())));
    }
    verify(key, bytes);
    List<ManifestFile> files = new ArrayList<>();
    for (String line : new String(bytes, StandardCharsets.UTF_8).lines().toList()) {
      if (!line.isBlank()) {
        files.add(file(uri, parse(uri, line.getBytes(StandardCharsets.UTF_8))));
      }
    }
    if (files.isEmpty()) {
      throw new BadExport(
          "%s names no data file, but an export has at least one; export the table again"
              .formatted(uri));
    }
    return files;
  }

  private static ManifestFile file(String uri, JsonNode line) throws BadExport {
    JsonNode items = line.path("itemCount");
    if (!items.canConvertToLong() || items.longValue() < 0) {
      throw new BadExport(
          "The itemCount of each file in %s must be a number but one is %s".formatted(uri, items));
    }
    return new ManifestFile(
        text(uri, line, "dataFileS3Key"), text(uri, line, "md5Checksum"), items.longValue());
  }

  /**
   * Checks a manifest file. The documentation calls the file of its checksum {@code .checksum},
   * DynamoDB writes {@code .md5}: the Base64 of the MD5.
   */
  private void verify(String key, byte[] bytes) throws IOException {
    String stem = key.substring(0, key.length() - ".json".length());
    String expected = checksum(stem + ".md5");
    if (expected == null) {
      expected = checksum(stem + ".checksum");
    }
    if (expected == null) {
      throw new BadExport(
          "There is no checksum of %s: neither .md5 nor .checksum beside it; copy an export as a whole"
              .formatted(uri(key)));
    }
    String found = Md5.base64(Md5.of(bytes));
    if (!found.equals(expected)) {
      throw new BadExport(
          "%s is damaged: its MD5 is %s but its checksum file says %s; export the table again"
              .formatted(uri(key), found, expected));
    }
  }

  private String checksum(String key) throws IOException {
    byte[] bytes = objects.read(location.bucket(), key, LARGEST_CHECKSUM);
    return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8).strip();
  }

  private static JsonNode parse(String uri, byte[] json) throws IOException {
    try {
      JsonNode node = JSON.readTree(json);
      if (node.isObject()) {
        return node;
      }
      throw new BadExport("%s must hold JSON objects".formatted(uri));
    } catch (JsonProcessingException e) {
      throw new BadExport("%s is not JSON: %s".formatted(uri, e.getOriginalMessage()), e);
    }
  }

  private static String text(String uri, JsonNode object, String name) throws BadExport {
    String text = object.path(name).textValue();
    if (text == null || text.isBlank()) {
      throw new BadExport("%s must say its %s as a text, but does not".formatted(uri, name));
    }
    return text;
  }

  private static Instant time(String uri, JsonNode summary, String name) throws BadExport {
    String text = text(uri, summary, name);
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw new BadExport(
          "The %s in %s must be a time such as 2026-11-24T07:28:34.028Z but is '%s'"
              .formatted(name, uri, text),
          e);
    }
  }

  private String uri(String key) {
    return "s3://" + location.bucket() + "/" + key;
  }
}
