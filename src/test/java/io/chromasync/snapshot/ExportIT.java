package io.chromasync.snapshot;

import static io.chromasync.snapshot.ExportBucket.NOON;
import static io.chromasync.snapshot.ExportBucket.TABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chromasync.config.AwsAccess;
import io.chromasync.model.TableSnapshot;
import io.chromasync.testing.Items;
import io.chromasync.testing.S3Server;
import io.chromasync.testing.TableExport;
import io.chromasync.testing.TableItem;
import io.chromasync.testing.TestCredentials;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Exports on a real S3 server. */
class ExportIT {

  private static final String BUCKET = "exports";
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private static S3Server s3;
  private static ExportObjects objects;

  @BeforeAll
  static void start() {
    TestCredentials.use();
    s3 = S3Server.startEmpty();
    s3.createBucket(BUCKET);
    objects =
        ExportObjects.open(
            new AwsAccess(TestCredentials.REGION, s3.endpoint()), ObjectPatience.of(MINUTE));
  }

  @AfterAll
  static void stop() {
    objects.close();
    s3.close();
  }

  @Test
  void aFullExportAndTheIncrementalOnesAfterItAreReadWhole() throws IOException {
    TableExport full = TableExport.full(TABLE, NOON).under("2026/03").files(4).scattered();
    for (int image = 0; image < 50; image++) {
      full.item(Items.image("image" + image)).item(Items.receipt("image" + image, 1));
    }
    TableExport hour =
        TableExport.incremental(TABLE, NOON, NOON.plusSeconds(3600))
            .files(2)
            .written(NOON.plusSeconds(5), Items.receipt("image7", 2), null)
            .deleted(NOON.plusSeconds(6), Items.receipt("image8", 1));

    List<TableSnapshot> read = read(write(full), write(hour));

    assertThat(read.stream().mapToInt(each -> each.items().size()).sum()).isEqualTo(101);
    assertThat(read.stream().flatMap(each -> each.gone().stream()))
        .containsExactly("RECEIPT#00001");
  }

  @Test
  void aFileGoesOnAfterTheServerWasAway() throws IOException {
    Random random = new Random(1);
    TableExport export = TableExport.full(TABLE, NOON.plusSeconds(1));
    int lines = 300;
    for (int line = 1; line <= lines; line++) {
      byte[] noise = new byte[60_000];
      random.nextBytes(noise);
      TableItem item = Items.line("image" + line, 1, line, "Milk");
      export.item(item.text("noise", java.util.Base64.getEncoder().encodeToString(noise)));
    }
    ExportedFile file = chain(write(export)).files().get(0);

    int read = 0;
    try (ExportReader reader = new ExportReader(file, objects, Set.of("TYPE"), 0)) {
      while (reader.next() != null) {
        read++;
        if (read == 20) {
          s3.kill();
          s3.restart();
        }
      }
    }
    assertThat(read).isEqualTo(lines);
  }

  @Test
  void whatIsNotThereIsSaidToBeMissing() {
    assertThatThrownBy(() -> chain("s3://exports/AWSDynamoDB/none"))
        .isInstanceOf(BadExport.class)
        .hasMessageContaining("There is no export at s3://exports/AWSDynamoDB/none");
    assertThatThrownBy(() -> chain("s3://nowhere/AWSDynamoDB/none"))
        .isInstanceOf(BadExport.class)
        .hasMessageContaining("NoSuchBucket")
        .hasMessageContaining("check the bucket");
  }

  private static String write(TableExport export) {
    return "s3://" + BUCKET + "/" + export.write((key, bytes) -> s3.put(BUCKET, key, bytes));
  }

  private static ExportChain chain(String... uris) throws IOException {
    return ExportChain.read(objects, List.of(uris), TABLE, MINUTE);
  }

  private static List<TableSnapshot> read(String... uris) throws IOException {
    List<TableSnapshot> all = new ArrayList<>();
    for (ExportedFile file : chain(uris).files()) {
      try (ExportReader reader = new ExportReader(file, objects, Set.of("TYPE"), 0)) {
        for (var piece = reader.next(); piece != null; piece = reader.next()) {
          all.add(piece.items());
        }
      }
    }
    return all;
  }
}
