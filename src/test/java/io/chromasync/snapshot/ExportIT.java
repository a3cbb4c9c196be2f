package io.chromasync.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.local.servers.S3Server;
import io.chromasync.model.SnapshotPart;
import io.chromasync.model.SnapshotPart.Kind;
import io.chromasync.testing.Items;
import io.chromasync.testing.TableExport;
import io.chromasync.testing.TableItem;
import io.chromasync.testing.TestCredentials;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Exports on a server that speaks S3. What else may be wrong with one is in {@link ExportTest}. */
@Timeout(180)
class ExportIT {

  @RegisterExtension static final MiniClusterExtension CLUSTER = SnapshotRun.cluster();

  private static final String BUCKET = "exports";
  private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
  private static final Instant TWO = Instant.parse("2026-11-24T14:00:00Z");

  private static S3Server s3;

  @BeforeAll
  static void start() {
    TestCredentials.use();
    s3 = S3Server.startEmpty();
    s3.createBucket(BUCKET);
  }

  @AfterAll
  static void stop() {
    s3.close();
  }

  @Test
  void aFullExportAndTheIncrementalOneAfterIt() throws Exception {
    TableExport full = TableExport.full("Receipts", "a/", "0001", NOON);
    IntStream.range(0, 6).forEach(file -> full.file(images(file)));
    full.file(List.of());
    TableItem removed = Items.word("image0-0", 1, 1, 1, "TOTAL");
    TableExport incremental =
        TableExport.incremental("Receipts", "a/", "0002", NOON, TWO)
            .lines(List.of(TableExport.deletion(removed, NOON.plusSeconds(5))));
    put(full, incremental);

    List<SnapshotPart> said = SnapshotRun.toEnd(export(full, incremental));

    assertThat(said).hasSize(6 * 100 + 2);
    assertThat(said.get(said.size() - 1).completedAsOf())
        .isEqualTo(AsOf.version(NOON.minusSeconds(60).getEpochSecond() * 1_000_000));
    assertThat(SnapshotRun.items(said))
        .filteredOn(snapshot -> !snapshot.gone().isEmpty())
        .singleElement()
        .satisfies(
            snapshot -> {
              assertThat(snapshot.gone()).containsExactly(removed.sortKey());
              assertThat(snapshot.asOf())
                  .isEqualTo(AsOf.version(NOON.plusSeconds(5).getEpochSecond() * 1_000_000));
            });
  }

  @Test
  void anIncrementalExportAloneTellsNoEnd() throws Exception {
    TableExport incremental =
        TableExport.incremental("Receipts", "b/", "0003", NOON, TWO)
            .lines(List.of(TableExport.put(null, Items.image("a"), NOON.plusSeconds(5))));
    put(incremental);

    assertThat(SnapshotRun.toEnd(export(incremental)))
        .extracting(SnapshotPart::kind)
        .containsExactly(Kind.ITEMS);
  }

  @Test
  void aDataFileThatDiffersStopsTheJobAndTheEndIsNotTold() throws Exception {
    TableExport export = TableExport.full("Receipts", "c/", "0004", NOON);
    export.file(images(1)).file(images(2));
    put(export);
    String key = export.dataFiles().get(1);
    byte[] good = export.objects().get(key);
    s3.put(BUCKET, key, Arrays.copyOf(good, good.length / 2));

    assertThat(failure(export)).contains(key + " cannot be unpacked");
    assertThat(SnapshotRun.SAID).noneMatch(part -> part.kind() == Kind.END);

    s3.put(BUCKET, key, export.objects().get(export.dataFiles().get(0)));
    assertThat(failure(export)).contains(key + " has the MD5 checksum");
    assertThat(SnapshotRun.SAID).noneMatch(part -> part.kind() == Kind.END);
  }

  @Test
  void anExportOfAnotherTableAndOneThatIsNotThereAreNamed() throws Exception {
    TableExport other = TableExport.full("Other", "d/", "0005", NOON).file(images(1));
    put(other);

    assertThat(failure(other)).contains("is of the table 'Other', but the job's is 'Receipts'");
    assertThat(failure(TableExport.full("Receipts", "e/", "0006", NOON)))
        .contains("There is no s3://exports/e/AWSDynamoDB/0006/manifest-summary.json");
    assertThat(SnapshotRun.SAID).isEmpty();
  }

  private static String failure(TableExport export) throws Exception {
    JobClient job = SnapshotRun.start(export(new TableExport[] {export}), true, null);
    StringBuilder all = new StringBuilder();
    assertThat(job.getJobExecutionResult())
        .failsWithin(SnapshotRun.ENOUGH)
        .withThrowableThat()
        .satisfies(
            error -> {
              for (Throwable each = error; each != null; each = each.getCause()) {
                all.append(each.getMessage()).append('\n');
              }
            });
    return all.toString();
  }

  private static SnapshotSettings export(TableExport... exports) {
    String uris =
        String.join(
            ",",
            Arrays.stream(exports)
                .map(export -> "s3://%s/%s".formatted(BUCKET, export.folder()))
                .toList());
    return SnapshotRun.settings(
        SnapshotRun.at(null),
        "Receipts",
        Map.of("mode", "export", "export-uri", uris, "export-endpoint", s3.endpoint().toString()));
  }

  private static List<TableItem> images(int file) {
    return IntStream.range(0, 100)
        .mapToObj(i -> Items.image("image%s-%s".formatted(file, i)))
        .toList();
  }

  private static void put(TableExport... exports) {
    for (TableExport export : exports) {
      export.objects().forEach((key, content) -> s3.put(BUCKET, key, content));
    }
  }
}
