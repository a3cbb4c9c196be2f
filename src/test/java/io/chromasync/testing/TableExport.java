package io.chromasync.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/**
 * An export of a table as DynamoDB puts it into S3 (<a
 * href="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html">export
 * output format</a>): manifests with checksums, and gzipped lines of DynamoDB JSON.
 *
 * <pre>{@code
 * TableExport.full("Receipts", "p/", "0001", time).file(items).file(others).objects()
 *     .forEach((key, content) -> s3.put("exports", key, content));
 * }</pre>
 */
public final class TableExport {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final String prefix;
  private final String id;
  private final ObjectNode summary = JSON.createObjectNode();
  private final String dataFolder;
  private final Map<String, byte[]> data = new LinkedHashMap<>();
  private final List<ObjectNode> manifest = new ArrayList<>();
  private long items;

  private TableExport(String table, String prefix, String id, boolean full) {
    this.prefix = prefix;
    this.id = id;
    this.dataFolder = prefix + "AWSDynamoDB/" + (full ? id + "/" : "") + "data/";
    String arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/" + table;
    summary.put("version", full ? "2020-06-30" : "2023-08-01");
    summary.put("exportArn", arn + "/export/" + id);
    summary.put("tableArn", arn);
    summary.put("s3Prefix", prefix);
    summary.put("manifestFilesS3Key", folder() + "manifest-files.json");
    summary.put("outputFormat", "DYNAMODB_JSON");
  }

  /**
   * A full export without files.
   *
   * @param prefix with a slash at its end, or empty
   */
  public static TableExport full(String table, String prefix, String id, Instant time) {
    TableExport export = new TableExport(table, prefix, id, true);
    export.summary.put("exportTime", time.toString());
    return export;
  }

  /** An incremental export without files. */
  public static TableExport incremental(
      String table, String prefix, String id, Instant from, Instant to) {
    TableExport export = new TableExport(table, prefix, id, false);
    export.summary.put("exportType", "INCREMENTAL_EXPORT");
    export.summary.put("exportFromTime", from.toString());
    export.summary.put("exportToTime", to.toString());
    export.summary.put("outputView", "NEW_AND_OLD_IMAGES");
    return export;
  }

  /** Sets an attribute of the summary. */
  public TableExport summary(String name, String value) {
    summary.put(name, value);
    return this;
  }

  /** Adds a data file of a full export. */
  public TableExport file(List<TableItem> content) {
    return lines(content.stream().map(item -> "{\"Item\":%s}".formatted(item.json())).toList());
  }

  /** Adds a data file of these lines. */
  public TableExport lines(List<String> lines) {
    byte[] packed = gzip(String.join("\n", lines) + (lines.isEmpty() ? "" : "\n"));
    byte[] md5 = md5(packed);
    String key = dataFolder + "file" + id + manifest.size() + ".json.gz";
    ObjectNode entry = JSON.createObjectNode();
    entry.put("itemCount", lines.size());
    entry.put("md5Checksum", Base64.getEncoder().encodeToString(md5));
    // S3's entity tag of an object that was uploaded in one part.
    entry.put("etag", HexFormat.of().formatHex(md5(md5)) + "-1");
    entry.put("dataFileS3Key", key);
    manifest.add(entry);
    data.put(key, packed);
    items += lines.size();
    return this;
  }

  /** A line of an incremental export: the item was put. */
  public static String put(TableItem before, TableItem after, Instant at) {
    return "{%s,\"Keys\":%s%s,\"NewImage\":%s}"
        .formatted(
            metadata(at),
            keys(after),
            before == null ? "" : ",\"OldImage\":" + before.json(),
            after.json());
  }

  /** A line of an incremental export: the item was deleted. */
  public static String deletion(TableItem before, Instant at) {
    return "{%s,\"Keys\":%s,\"OldImage\":%s}".formatted(metadata(at), keys(before), before.json());
  }

  /** Key of the folder of its manifests, with a slash at its end. */
  public String folder() {
    return prefix + "AWSDynamoDB/" + id + "/";
  }

  /** Keys of its data files. */
  public List<String> dataFiles() {
    return List.copyOf(data.keySet());
  }

  /** All its objects by key. */
  public Map<String, byte[]> objects() {
    Map<String, byte[]> all = new LinkedHashMap<>(data);
    summary.put("itemCount", items);
    StringBuilder files = new StringBuilder();
    manifest.forEach(entry -> files.append(entry).append('\n'));
    put(all, "manifest-files", files.toString());
    put(all, "manifest-summary", summary.toString());
    all.put(folder() + "_started", new byte[0]);
    return all;
  }

  private void put(Map<String, byte[]> all, String name, String text) {
    byte[] content = text.getBytes(StandardCharsets.UTF_8);
    all.put(folder() + name + ".json", content);
    all.put(
        folder() + name + ".checksum",
        Base64.getEncoder().encodeToString(md5(content)).getBytes(StandardCharsets.UTF_8));
  }

  private static String metadata(Instant at) {
    long micros = at.getEpochSecond() * 1_000_000 + at.getNano() / 1000;
    return "\"Metadata\":{\"WriteTimestampMicros\":{\"N\":\"%s\"}}".formatted(micros);
  }

  private static String keys(TableItem item) {
    ObjectNode keys = JSON.createObjectNode();
    keys.putObject("PK").put("S", item.partitionKey());
    keys.putObject("SK").put("S", item.sortKey());
    return keys.toString();
  }

  private static byte[] gzip(String text) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }

  private static byte[] md5(byte[] content) {
    try {
      return MessageDigest.getInstance("MD5").digest(content);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has MD5", e);
    }
  }
}
