package io.chromasync.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chromasync.config.AwsAccess;
import io.chromasync.model.TableSnapshot;
import io.chromasync.model.TableSnapshot.Extent;
import io.chromasync.receipts.Receipts;
import io.chromasync.runtime.RetryPolicy;
import io.chromasync.snapshot.SnapshotPlan.Listing;
import io.chromasync.snapshot.SnapshotSettings.ExportRules;
import io.chromasync.snapshot.SnapshotSplit.ExportFile;
import io.chromasync.snapshot.export.ExportLines;
import io.chromasync.snapshot.export.ExportLocation;
import io.chromasync.snapshot.export.ExportManifest;
import io.chromasync.snapshot.export.ExportPlan;
import io.chromasync.testing.Items;
import io.chromasync.testing.TableExport;
import io.chromasync.testing.TableItem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.Test;

/** What is made of an export, whatever is wrong with it. */
class ExportTest {

  private static final Instant NOON = Instant.parse("2026-11-24T12:00:00.500Z");
  private static final Instant TWO = Instant.parse("2026-11-24T14:00:00Z");
  private static final RetryPolicy IMPATIENT =
      RetryPolicy.between(Duration.ofMillis(1), Duration.ofMillis(2)).atMost(3);

  private final MapStore store = new MapStore();

  /** The example of the documentation: its entity tag is that of its checksum. */
  @Test
  void theChecksumOfADataFileIsThatOfThePackedObject() throws Exception {
    byte[] md5 = Base64.getDecoder().decode("sQMSpEILNgoQmarvDFonGQ==");

    assertThat(HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(md5)) + "-1")
        .isEqualTo("af83d6f217c19b8b0fff8023d8ca4716-1");
  }

  @Test
  void aFullExportIsItsFilesAsOfItsTime() throws IOException {
    TableExport export = full("1").file(List.of(Items.image("a"))).file(List.of());
    store.put(export.objects());

    Listing listing = list(export);

    long asOf = Instant.parse("2026-11-24T11:59:00Z").getEpochSecond() * 1_000_000;
    assertThat(listing.asOfMicros()).isEqualTo(asOf);
    assertThat(listing.deletesUnlisted()).isTrue();
    assertThat(listing.splits())
        .extracting(split -> ((ExportFile) split).key())
        .containsExactlyElementsOf(export.dataFiles());
    assertThat(listing.splits())
        .allSatisfy(split -> assertThat(((ExportFile) split).asOfMicros()).isEqualTo(asOf));
  }

  @Test
  void itemsOfAnImageThatLieTogetherAreOneSnapshot() throws IOException {
    TableItem word = Items.word("a", 1, 1, 1, "TOTAL");
    TableExport export =
        full("1")
            .file(
                List.of(
                    Items.image("a"),
                    word.text("neither_read_nor_kept", "x"),
                    Items.image("b"),
                    Items.receipt("a", 1)));

    List<TableSnapshot> read = read(export);

    assertThat(read).extracting(TableSnapshot::partition).containsExactly("a", "b", "a");
    assertThat(read)
        .allSatisfy(
            snapshot -> {
              assertThat(snapshot.extent()).isEqualTo(Extent.ITEMS);
              assertThat(snapshot.gone()).isEmpty();
            });
    assertThat(read.get(0).items()).hasSize(2);
    assertThat(read.get(0).items().get(1)).contains("#WORD#00001").doesNotContain("neither_read");
  }

  @Test
  void anIncrementalExportSaysOfEachItemAsOfWhen() throws IOException {
    Instant second = Instant.parse("2026-11-24T13:00:07Z");
    TableItem word = Items.word("a", 1, 1, 1, "TOTAL");
    TableExport export =
        TableExport.incremental("Receipts", "p/", "2", NOON, TWO)
            .lines(
                List.of(
                    TableExport.put(null, word, second.plusNanos(123_000)),
                    TableExport.put(word, word.text("text", "TAX"), second.plusNanos(999_000_000)),
                    TableExport.deletion(Items.receipt("a", 2), second.plusSeconds(1))));

    List<TableSnapshot> read = read(export);

    assertThat(read).hasSize(2);
    assertThat(read.get(0).asOf()).isEqualTo(AsOf.version(second.getEpochSecond() * 1_000_000));
    assertThat(read.get(0).items()).hasSize(2);
    assertThat(read.get(1).gone()).containsExactly("RECEIPT#00002");
    assertThat(read.get(1).items()).isEmpty();
    assertThat(list(export).deletesUnlisted()).isFalse();
  }

  @Test
  void exportsFollowOneAnotherWithoutAHole() throws IOException {
    TableExport full = full("1").file(List.of(Items.image("a")));
    Instant one = Instant.parse("2026-11-24T13:00:00Z");
    TableExport first = incremental("2", NOON, one);
    TableExport second = incremental("3", one, TWO);
    TableExport late = incremental("4", one.plusSeconds(1), TWO);
    for (TableExport export : List.of(full, first, second, late)) {
      store.put(export.objects());
    }

    assertThat(list(second, full, first).deletesUnlisted()).isTrue();
    assertThat(list(first, second).deletesUnlisted()).isFalse();
    assertThatThrownBy(() -> list(full, first, late))
        .isInstanceOf(SnapshotFailure.class)
        .hasMessageContaining("a gap: an export ends at 2026-11-24T13:00:00Z")
        .hasMessageContaining("AWSDynamoDB/4/, begins at 2026-11-24T13:00:01Z");
    store.put(full("5").objects());
    assertThatThrownBy(() -> list(full, full("5"))).hasMessageContaining("names two full exports");
  }

  @Test
  void anExportOlderThanRemovalsAreRememberedIsRefused() throws IOException {
    store.put(full("1").objects());
    store.put(incremental("2", NOON, TWO).objects());
    AgeLimit days = new AgeLimit(Duration.ofDays(2), () -> NOON.plus(Duration.ofDays(2)));
    AgeLimit fewer = new AgeLimit(Duration.ofHours(47), days.clock());

    assertThat(list(days, full("1")).deletesUnlisted()).isTrue();
    assertThatThrownBy(() -> list(fewer, incremental("2", NOON, TWO), full("1")))
        .isInstanceOf(SnapshotFailure.class)
        .hasMessageContaining("AWSDynamoDB/1/")
        .hasMessageContaining("as of 2026-11-24T12:00:00.500Z, which is 48 h ago")
        .hasMessageContaining("'resolve.tombstone-retention' is 47 h")
        .hasMessageContaining("Export the table again, or set")
        .hasMessageContaining("to more than 48 h");
  }

  @Test
  void whatTheManifestsSayWrongIsNamed() {
    refused(full("1").summary("tableArn", "arn:aws:dynamodb:x:1:table/Other"), "'Other', but");
    refused(full("1").summary("outputFormat", "ION"), "in the format ION; export again as");
    refused(full("1").summary("exportType", "PARTIAL"), "has the exportType PARTIAL");
    refused(full("1").summary("exportTime", "noon"), "no time in its exportTime but noon");
    refused(incremental("1", NOON, TWO).summary("exportToTime", ""), "no time in its exportToTime");
  }

  @Test
  void aManifestThatIsNotWholeIsNamed() {
    TableExport export = full("1").file(List.of(Items.image("a")));
    String files = export.folder() + "manifest-files.json";
    String summary = export.folder() + "manifest-summary.json";

    broken(export, summary, null, "There is no s3://exports/p/AWSDynamoDB/1/manifest-summary.json");
    broken(export, files, null, "There is no s3://exports/p/AWSDynamoDB/1/manifest-files.json");
    broken(export, summary, "{", "manifest-summary.json is damaged: its checksum is");
    broken(export, files, "{}", "manifest-files.json is damaged: its checksum is");
    export.objects().keySet().stream()
        .filter(key -> key.endsWith(".checksum"))
        .forEach(key -> broken(export, key, "nonsense", "is damaged"));
  }

  @Test
  void withoutChecksumsTheManifestsAreHeldAgainstEachOther() {
    TableExport export = full("1").file(List.of(Items.image("a")));
    for (String text : List.of("", "{}", "null", "[", "{\"itemCount\":-1}")) {
      store.put(export.objects());
      store.remove(export.folder() + "manifest-files.checksum");
      store.put(Map.of(export.folder() + "manifest-files.json", bytes(text)));

      assertThatThrownBy(() -> list(export))
          .as(text)
          .isInstanceOf(SnapshotFailure.class)
          .hasMessageContaining("manifest-files.json");
    }
    for (String text : List.of("", "null", "[]", "{")) {
      store.put(export.objects());
      store.remove(export.folder() + "manifest-summary.checksum");
      store.put(Map.of(export.folder() + "manifest-summary.json", bytes(text)));

      assertThatThrownBy(() -> list(export))
          .as(text)
          .isInstanceOf(SnapshotFailure.class)
          .hasMessageContaining("manifest-summary.json");
    }
  }

  @Test
  void aFileThatIsNotWhatTheManifestSaysIsNamed() throws IOException {
    TableExport export = full("1").file(List.of(Items.image("a"), Items.image("b")));
    String key = export.dataFiles().get(0);
    byte[] good = export.objects().get(key);
    byte[] other = full("1").file(List.of(Items.image("a"), Items.image("c"))).objects().get(key);
    byte[] fewer = full("1").file(List.of(Items.image("a"))).objects().get(key);

    damaged(export, other, "has the MD5 checksum");
    damaged(export, fewer, "has the MD5 checksum");
    damaged(export, Arrays.copyOf(good, good.length - 9), "cannot be unpacked");
    damaged(export, Arrays.copyOf(good, good.length + 9), "data file s3://exports/" + key);
    damaged(export, bytes("no gzip"), "cannot be unpacked");
    damaged(export, new byte[0], "has the MD5 checksum");
    damaged(export, null, "There is no s3://exports/" + key);
  }

  @Test
  void aWrongNumberOfItemsIsNamed() {
    ExportFile file = new ExportFile("export/1", "b", "k", "", 3, 0L, 0);
    TableExport export = full("1").file(List.of(Items.image("a")));
    byte[] content = export.objects().get(export.dataFiles().get(0));
    store.put(Map.of("k", content));
    String md5 = Base64.getEncoder().encodeToString(md5(content));

    assertThatThrownBy(
            () -> read(new ExportFile(file.snapshot(), "b", "k", md5, 3, 0L, 0), new ArrayList<>()))
        .isInstanceOf(SnapshotFailure.class)
        .hasMessageContaining("has 1 items, but its manifest lists 3");
  }

  @Test
  void anObjectOfAPartitionWithoutItemsMayBeEmpty() throws IOException {
    ExportFile file = file(new byte[0], 0);

    assertThat(read(file)).isEmpty();
    assertThat(read(full("1").file(List.of()))).isEmpty();
  }

  /** Java's own stream would end after the first: nothing of the second has come by then. */
  @Test
  void severalGzipsInOneObjectAreOneText() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    for (String image : List.of("a", "b", "c")) {
      TableExport one = full("1").file(List.of(Items.image(image)));
      packed.write(one.objects().get(one.dataFiles().get(0)));
    }

    assertThat(read(file(packed.toByteArray(), 3)))
        .extracting(TableSnapshot::partition)
        .containsExactly("a", "b", "c");
  }

  @Test
  void aLineThatIsLongerThanAnyItemIsNotHeld() {
    String line = "{\"Item\":\"%s\"}".formatted("x".repeat(17 << 20));

    assertThatThrownBy(() -> read(full("1").lines(List.of(line))))
        .isInstanceOf(SnapshotFailure.class)
        .hasMessageContaining("a line has more than 16,777,216 bytes, which no item has");
  }

  @Test
  void aLineThatIsNoItemIsNamed() {
    for (String line :
        List.of("x", "{}", "{\"Item\":{}}", "[]", "{\"Item\":{\"PK\":{\"S\":\"a\"}}}")) {
      TableExport export =
          full("1").lines(List.of("{\"Item\":" + Items.image("a").json() + "}", line));
      assertThatThrownBy(() -> read(export))
          .as(line)
          .isInstanceOf(SnapshotFailure.class)
          .hasMessageContaining("Line 2 of s3://exports/p/AWSDynamoDB/1/data/");
    }
    TableExport incremental =
        TableExport.incremental("Receipts", "p/", "2", NOON, TWO)
            .lines(List.of("{\"Keys\":{\"PK\":{\"S\":\"IMAGE#a\"},\"SK\":{\"S\":\"IMAGE\"}}}"));
    assertThatThrownBy(() -> read(incremental)).hasMessageContaining("its WriteTimestampMicros");
  }

  @Test
  void aConnectionThatBreaksIsOpenedAgainWhereItWas() throws IOException {
    List<TableItem> items =
        IntStream.range(0, 3000).mapToObj(i -> Items.image("image" + i)).toList();
    TableExport export = full("1").file(items);
    int size = export.objects().get(export.dataFiles().get(0)).length;
    store.breaking(0, 0);
    assertThat(read(export)).hasSize(3000);

    for (int after : List.of(1, size / 3, size / 2, size - 1)) {
      List<TableSnapshot> read = new ArrayList<>();
      ExportFile file = (ExportFile) list(export).splits().get(0);
      store.breaking(2, after);
      read(file, read);
      assertThat(read).extracting(TableSnapshot::partition).doesNotHaveDuplicates().hasSize(3000);
    }
    ExportFile file = (ExportFile) list(export).splits().get(0);
    store.breaking(100, 10);
    assertThatThrownBy(() -> read(file, new ArrayList<>()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot be read (attempt 4)");
  }

  @Test
  void aFileIsGoneOnWithFromAnyLine() throws IOException {
    List<TableItem> items = IntStream.range(0, 20).mapToObj(i -> Items.image("i" + i)).toList();
    TableExport export = full("1").file(items);
    store.put(export.objects());
    ExportFile file = (ExportFile) list(export).splits().get(0);
    for (int line = 0; line <= 20; line++) {
      List<TableSnapshot> rest = new ArrayList<>();
      read(file.at(line), rest);

      assertThat(rest).hasSize(20 - line);
    }
  }

  @Test
  void whatIsInNoImageIsPassedOver() throws IOException {
    String line = "{\"Item\":{\"PK\":{\"S\":\"BATCH#1\"},\"SK\":{\"S\":\"x\"}}}";

    assertThat(read(full("1").lines(List.of(line, line)))).isEmpty();
  }

  @Test
  void dataFilesOfACopyLieBesideItsManifests() {
    ExportLocation copied = ExportLocation.of("s3://copy/elsewhere/AWSDynamoDB/1");

    assertThat(copied.dataFile("2020-Nov/AWSDynamoDB/1/data/x.json.gz"))
        .isEqualTo("elsewhere/AWSDynamoDB/1/data/x.json.gz");
    assertThat(ExportLocation.of("s3://copy/flat").dataFile("AWSDynamoDB/1/data/x"))
        .isEqualTo("AWSDynamoDB/1/data/x");
  }

  private void refused(TableExport export, String problem) {
    store.put(export.objects());
    assertThatThrownBy(() -> list(export))
        .isInstanceOf(SnapshotFailure.class)
        .hasMessageContaining(problem);
  }

  private void broken(TableExport export, String key, String content, String problem) {
    store.put(export.objects());
    store.remove(key);
    if (content != null) {
      store.put(Map.of(key, bytes(content)));
    }
    assertThatThrownBy(() -> list(export))
        .isInstanceOf(SnapshotFailure.class)
        .hasMessageContaining(problem);
  }

  private void damaged(TableExport export, byte[] content, String problem) throws IOException {
    store.put(export.objects());
    ExportFile file = (ExportFile) list(export).splits().get(0);
    store.remove(file.key());
    if (content != null) {
      store.put(Map.of(file.key(), content));
    }
    assertThatThrownBy(() -> read(file, new ArrayList<>()))
        .isInstanceOf(SnapshotFailure.class)
        .hasMessageContaining(problem);
  }

  private Listing list(TableExport... exports) throws IOException {
    return list(AgeLimit.none(), exports);
  }

  private Listing list(AgeLimit ageLimit, TableExport... exports) throws IOException {
    List<String> uris =
        Arrays.stream(exports).map(export -> "s3://exports/" + export.folder()).toList();
    return new ExportPlan(
            "export/1",
            new ExportRules(uris, new AwsAccess(null, null)),
            "Receipts",
            Duration.ofSeconds(60),
            ageLimit,
            rules -> store)
        .list();
  }

  private List<TableSnapshot> read(TableExport export) throws IOException {
    store.put(export.objects());
    List<TableSnapshot> read = new ArrayList<>();
    for (SnapshotSplit split : list(export).splits()) {
      read((ExportFile) split, read);
    }
    return read;
  }

  /** An object by itself. */
  private ExportFile file(byte[] content, int items) {
    store.put(Map.of("k", content));
    String md5 = Base64.getEncoder().encodeToString(md5(content));
    return new ExportFile("export/1", "b", "k", md5, items, 0L, 0);
  }

  private List<TableSnapshot> read(ExportFile file) throws IOException {
    List<TableSnapshot> read = new ArrayList<>();
    read(file, read);
    return read;
  }

  /** Reads a file to its end, as the fetching thread does. */
  private void read(ExportFile file, List<TableSnapshot> read) throws IOException {
    SnapshotMetrics metrics = SnapshotMetrics.register(new UnregisteredMetricsGroup());
    ExportLines lines = new ExportLines(store, new Receipts(), IMPATIENT, metrics);
    lines.add(file);
    boolean finished = false;
    while (!finished) {
      RecordsWithSplitIds<SnapshotStep> records = lines.fetch();
      if (records != null) {
        while (records.nextSplit() != null) {
          SnapshotStep step = records.nextRecordFromSplit();
          while (step != null) {
            if (step.part() != null) {
              read.add(step.part().items());
            }
            step = records.nextRecordFromSplit();
          }
        }
        finished = records.finishedSplits().contains(file.splitId());
      }
    }
    assertThat(lines.pause()).isPositive();
  }

  private static TableExport full(String id) {
    return TableExport.full("Receipts", "p/", id, NOON);
  }

  private static TableExport incremental(String id, Instant from, Instant to) {
    return TableExport.incremental("Receipts", "p/", id, from, to);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] md5(byte[] content) {
    return ExportManifest.Md5.digest().digest(content);
  }
}
