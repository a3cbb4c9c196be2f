package io.chromasync.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.zip.GZIPOutputStream;

/**
 * Writes an export of a table as DynamoDB does:
 *
 * <pre>{@code
 * String folder =
 *     TableExport.full("Receipts", time).item(Items.image("a")).write(bucket::put);
 * }</pre>
 *
 * <p>The objects are those of <a
 * href="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataExport.Output.html">DynamoDB
 * table export output format</a>: {@code AWSDynamoDB/<id>/manifest-summary.json} and what it names.
 * Each method that says more of the export changes it and returns it.
 */
public final class TableExport {

  private static final DateTimeFormatter TIME =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter(Locale.ROOT);

  private static final String ACCOUNT = "arn:aws:dynamodb:eu-west-1:123456789012:table/";

  private final String table;
  private final Instant from;
  private final Instant to;
  private final List<Line> lines = new ArrayList<>();
  private String prefix = "";
  private String format = "DYNAMODB_JSON";
  private String checksum = ".md5";
  private int files = 1;
  private Function<TableItem, String> place = TableItem::partitionKey;

  private record Line(TableItem item, String json) {}

  private record DataFile(String key, byte[] content, int items) {}

  private TableExport(String table, Instant from, Instant to) {
    this.table = table;
    this.from = from;
    this.to = to;
  }

  /** The whole table as it was at a time. */
  public static TableExport full(String table, Instant time) {
    return new TableExport(table, null, time);
  }

  /** What was written from a time on, until another. */
  public static TableExport incremental(String table, Instant from, Instant to) {
    return new TableExport(table, from, to);
  }

  /** An item of a full export. */
  public TableExport item(TableItem item) {
    lines.add(new Line(item, "{\"Item\":%s}".formatted(item.json())));
    return this;
  }

  public TableExport items(List<TableItem> items) {
    items.forEach(this::item);
    return this;
  }

  /**
   * An item of an incremental export that is there.
   *
   * @param before null if it was not there before
   */
  public TableExport written(Instant time, TableItem item, TableItem before) {
    return changed(time, item, item, before);
  }

  /** An item of an incremental export that is gone. */
  public TableExport deleted(Instant time, TableItem before) {
    return changed(time, before, null, before);
  }

  /** Under a prefix in the bucket. */
  public TableExport under(String prefix) {
    this.prefix = prefix + "/";
    return this;
  }

  /** In so many data files; those of one partition are in one. */
  public TableExport files(int files) {
    this.files = files;
    return this;
  }

  /** The items of one partition are in any of the files. */
  public TableExport scattered() {
    place = item -> item.partitionKey() + item.sortKey();
    return this;
  }

  /** That the data are in another format; they are not. */
  public TableExport format(String format) {
    this.format = format;
    return this;
  }

  /** The end of the names of the checksums' files, as documented; DynamoDB writes {@code .md5}. */
  public TableExport documentedChecksums() {
    checksum = ".checksum";
    return this;
  }

  /**
   * Writes it.
   *
   * @param bucket takes each object by its key
   * @return the key of its folder, which has no slash at its end
   */
  public String write(BiConsumer<String, byte[]> bucket) {
    String id = id();
    String folder = prefix + "AWSDynamoDB/" + id;
    bucket.accept(folder + "/_started", new byte[0]);
    StringBuilder manifest = new StringBuilder();
    for (DataFile file : dataFiles(folder)) {
      bucket.accept(file.key(), file.content());
      manifest.append(
          """
          {"itemCount":%d,"md5Checksum":"%s","etag":"%s-1","dataFileS3Key":"%s"}
          """
              .formatted(
                  file.items(),
                  Base64.getEncoder().encodeToString(md5(file.content())),
                  HexFormat.of().formatHex(md5(file.content())),
                  file.key()));
    }
    writeWithChecksum(folder + "/manifest-files", manifest.toString(), bucket);
    writeWithChecksum(folder + "/manifest-summary", summary(id, folder), bucket);
    return folder;
  }

  /** The Base64 of the MD5, as the manifests have it. */
  public static String checksum(byte[] content) {
    return Base64.getEncoder().encodeToString(md5(content));
  }

  public static byte[] gzip(String text) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }

  private TableExport changed(Instant time, TableItem keys, TableItem after, TableItem before) {
    String images =
        (after == null ? "" : ",\"NewImage\":" + after.json())
            + (before == null ? "" : ",\"OldImage\":" + before.json());
    lines.add(
        new Line(
            keys,
            """
            {"Metadata":{"WriteTimestampMicros":{"N":"%d"}},"Keys":{"PK":{"S":"%s"},"SK":{"S":"%s"}}%s}"""
                .formatted(
                    ChronoUnit.MICROS.between(Instant.EPOCH, time),
                    keys.partitionKey(),
                    keys.sortKey(),
                    images)));
    return this;
  }

  /** Those of all incremental exports of a bucket are in one folder. */
  private List<DataFile> dataFiles(String folder) {
    List<DataFile> all = new ArrayList<>();
    for (int i = 0; i < files; i++) {
      int file = i;
      List<Line> own =
          lines.stream()
              .filter(line -> Math.floorMod(place.apply(line.item()).hashCode(), files) == file)
              .toList();
      StringBuilder text = new StringBuilder();
      own.forEach(line -> text.append(line.json()).append('\n'));
      String data = from == null ? folder + "/data/" : prefix + "AWSDynamoDB/data/";
      String name = "%s%022d.json.gz".formatted(id().substring(7, 14), file);
      all.add(new DataFile(data + name, gzip(text.toString()), own.size()));
    }
    return all;
  }

  private String id() {
    return "%014d-%08x".formatted(to.toEpochMilli(), table.hashCode());
  }

  private String summary(String id, String folder) {
    String times =
        from == null
            ? "\"exportTime\":\"%s\"".formatted(TIME.format(to))
            : "\"exportFromTime\":\"%s\",\"exportToTime\":\"%s\",\"outputView\":\"NEW_AND_OLD_IMAGES\""
                .formatted(TIME.format(from), TIME.format(to));
    return """
    {"version":"%s","exportArn":"%s/export/%s","startTime":"%s","endTime":"%s","tableArn":"%s",\
    "tableId":"12345a12-abcd-123a-ab12-1234abc12345",%s,"s3Bucket":"exports","s3Prefix":null,\
    "s3SseAlgorithm":"AES256","s3SseKmsKeyId":null,"manifestFilesS3Key":"%s/manifest-files.json",\
    "billedSizeBytes":0,"itemCount":%d,"outputFormat":"%s","exportType":"%s"}"""
        .formatted(
            from == null ? "2020-06-30" : "2023-08-01",
            ACCOUNT + table,
            id,
            TIME.format(to),
            TIME.format(to.plusSeconds(400)),
            ACCOUNT + table,
            times,
            folder,
            lines.size(),
            format,
            from == null ? "FULL_EXPORT" : "INCREMENTAL_EXPORT");
  }

  private void writeWithChecksum(String stem, String json, BiConsumer<String, byte[]> bucket) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    bucket.accept(stem + checksum, checksum(bytes).getBytes(StandardCharsets.UTF_8));
    bucket.accept(stem + ".json", bytes);
  }

  private static byte[] md5(byte[] content) {
    try {
      return MessageDigest.getInstance("MD5").digest(content);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has MD5", e);
    }
  }
}
