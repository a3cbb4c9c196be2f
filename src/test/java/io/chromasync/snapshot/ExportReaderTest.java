package io.chromasync.snapshot;

import static io.chromasync.snapshot.ExportBucket.NOON;
import static io.chromasync.snapshot.ExportBucket.TABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chromasync.model.TableSnapshot;
import io.chromasync.model.TableSnapshot.Extent;
import io.chromasync.snapshot.ExportReader.Piece;
import io.chromasync.testing.Items;
import io.chromasync.testing.TableExport;
import io.chromasync.testing.TableItem;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExportReaderTest {

  private static final Set<String> ATTRIBUTES = Set.of("TYPE", "validation_status");

  private final ExportBucket bucket = ExportBucket.open();

  @AfterEach
  void close() {
    bucket.close();
  }

  @Test
  void adjacentItemsOfOneImageAreOnePiece() throws IOException {
    ExportedFile file =
        bucket.file(
            bucket.write(
                TableExport.full(TABLE, NOON)
                    .item(Items.image("a"))
                    .item(Items.receipt("a", 1))
                    .item(Items.image("b"))
                    .item(Items.line("a", 1, 7, "Milk"))));

    List<Piece> pieces = read(file, 0);

    assertThat(pieces).extracting(piece -> piece.items().image()).containsExactly("a", "b", "a");
    assertThat(pieces).extracting(piece -> piece.items().items().size()).containsExactly(2, 1, 1);
    assertThat(pieces).extracting(Piece::nextLine).containsExactly(2L, 3L, 4L);
    assertThat(pieces)
        .allSatisfy(
            piece -> {
              assertThat(piece.items().extent()).isEqualTo(Extent.ITEMS);
              assertThat(piece.items().asOf()).isEqualTo(ExportChain.version(NOON));
              assertThat(piece.items().gone()).isEmpty();
              assertThat(piece.items().repair()).isFalse();
              assertThat(piece.items().origin()).isEqualTo(file.uri());
            });
  }

  @Test
  void onlyTheAttributesGivenAreKeptAndTheKey() throws IOException {
    TableItem label = Items.label("a", 1, 7, 2, "TAX");
    ExportedFile file = bucket.file(bucket.write(TableExport.full(TABLE, NOON).item(label)));

    assertThat(items(read(file, 0)))
        .singleElement()
        .asString()
        .contains("\"PK\":{\"S\":\"IMAGE#a\"}")
        .contains("\"SK\":{\"S\":\"RECEIPT#00001#LINE#00007#WORD#00002#LABEL#TAX\"}")
        .contains("\"TYPE\":{\"S\":\"RECEIPT_WORD_LABEL\"}")
        .contains("\"validation_status\"")
        .doesNotContain("reasoning")
        .doesNotContain("GSI1PK");
  }

  @Test
  void whatIsNotOfAnImageIsLeftOutAndCounted() throws IOException {
    ExportedFile file =
        bucket.file(
            bucket.write(
                TableExport.full(TABLE, NOON)
                    .item(Items.image("a").text("PK", "LOCK#1"))
                    .item(Items.image("b"))
                    .item(Items.image("c").text("PK", "LOCK#2"))));

    try (ExportReader reader = reader(file, 0)) {
      assertThat(reader.next().items().image()).isEqualTo("b");
      assertThat(reader.next()).isNull();
      assertThat(reader.leftOut()).isEqualTo(2);
    }
  }

  @Test
  void changesOfAnIncrementalExportHaveTheSecondInWhichTheyWereWritten() throws IOException {
    TableItem before = Items.label("a", 1, 7, 2, "TAX");
    TableItem after = before.text("validation_status", "INVALID");
    Instant written = NOON.plus(Duration.ofMillis(300));
    ExportedFile file =
        bucket.file(
            bucket.write(
                TableExport.incremental(TABLE, NOON, NOON.plusSeconds(900))
                    .written(written, after, before)
                    .written(written.plusMillis(50), Items.line("a", 1, 7, "Milk"), null)
                    .deleted(written.plusMillis(60), Items.line("a", 1, 8, "Bread"))
                    .deleted(written.plusSeconds(1), Items.image("a"))));

    List<TableSnapshot> read = read(file, 0).stream().map(Piece::items).toList();

    assertThat(read).extracting(TableSnapshot::image).containsExactly("a", "a");
    assertThat(read)
        .extracting(TableSnapshot::asOf)
        .containsExactly(
            ExportChain.version(Instant.parse("2026-03-02T12:00:00Z")),
            ExportChain.version(Instant.parse("2026-03-02T12:00:01Z")));
    assertThat(read.get(0).items()).hasSize(2).first().asString().contains("INVALID");
    assertThat(read.get(0).gone()).containsExactly("RECEIPT#00001#LINE#00008");
    assertThat(read.get(1).items()).isEmpty();
    assertThat(read.get(1).gone()).containsExactly("IMAGE");
  }

  @Test
  void aFileWithoutItemsMayBeEmptyInEitherWay() throws IOException {
    ExportedFile packed = bucket.file(bucket.write(TableExport.full(TABLE, NOON)));
    assertThat(read(packed, 0)).isEmpty();

    bucket.s3().put("empty", new byte[0]);
    String none = TableExport.checksum(new byte[0]);
    assertThat(read(new ExportedFile("exports", "empty", none, 0, packed.asOf()), 0)).isEmpty();
  }

  @Test
  void readingGoesOnAtEveryLineAPieceEndedAtWithNothingTwiceAndNothingLost() throws IOException {
    long seed = Long.getLong("seed", System.nanoTime());
    System.getLogger("test").log(System.Logger.Level.INFO, "-Dseed=" + seed);
    ExportedFile file = bucket.file(bucket.write(randomExport(new Random(seed), 300)));
    List<Piece> whole = read(file, 0);

    for (int done = 0; done < whole.size(); done += 7) {
      List<Piece> resumed = read(file, done == 0 ? 0 : whole.get(done - 1).nextLine());
      assertThat(resumed).as("-Dseed=%d after %d", seed, done).isEqualTo(tail(whole, done));
    }
    assertThat(read(file, whole.get(whole.size() - 1).nextLine())).isEmpty();
  }

  @Test
  void aPieceIsBoundedHoweverLargeTheImage() throws IOException {
    TableExport export = TableExport.full(TABLE, NOON);
    String text = "x".repeat(200_000);
    for (int line = 1; line <= 30; line++) {
      export.item(Items.line("a", 1, line, "Milk").text("TYPE", text));
    }
    List<Piece> pieces = read(bucket.file(bucket.write(export)), 0);

    assertThat(pieces).hasSizeGreaterThan(1);
    assertThat(items(pieces)).hasSize(30);
    assertThat(pieces)
        .allMatch(piece -> piece.items().items().stream().mapToInt(String::length).sum() < 1 << 21);
  }

  @Test
  void severalGzipsInOneFileAreOneText() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    packed.write(TableExport.gzip(line(Items.image("a"))));
    packed.write(TableExport.gzip(line(Items.image("b"))));
    bucket.s3().put("two", packed.toByteArray());

    assertThat(read(of("two", 2), 0))
        .extracting(piece -> piece.items().image())
        .containsExactly("a", "b");
  }

  @Test
  void aConnectionThatBreaksLosesNothing() throws IOException {
    ExportedFile file = bucket.file(bucket.write(randomExport(new Random(7), 2000)));
    List<Piece> whole = read(file, 0);
    bucket.s3().breakOnceAfter(file.key(), bucket.s3().get(file.key()).length / 5 + 1);

    assertThat(read(file, 0)).isEqualTo(whole);
  }

  @Test
  void aFileWhoseContentDiffersFromItsChecksumIsRefused() throws IOException {
    ExportedFile file =
        bucket.file(bucket.write(TableExport.full(TABLE, NOON).item(Items.image("a"))));
    bucket.s3().put(file.key(), TableExport.gzip(line(Items.image("b"))));

    assertThatThrownBy(() -> read(file, 0))
        .isInstanceOf(BadExport.class)
        .hasMessageContaining(file.uri() + " is damaged: its MD5 is")
        .hasMessageContaining(file.md5());
  }

  @ParameterizedTest
  @CsvSource({"0", "2"})
  void aFileWithAnotherNumberOfItemsIsRefused(int said) {
    bucket.s3().put("file", TableExport.gzip(line(Items.image("a"))));

    assertThatThrownBy(() -> read(of("file", said), 0))
        .isInstanceOf(BadExport.class)
        .hasMessageContaining("s3://exports/file has 1 items but its manifest says " + said);
  }

  @Test
  void aFileThatIsCutOffAnywhereIsRefused() {
    byte[] packed =
        TableExport.gzip(line(Items.image("a")) + line(Items.image("b")) + line(Items.image("c")));
    for (int length = 0; length < packed.length; length += length < 30 ? 1 : 37) {
      bucket.s3().put("file", Arrays.copyOf(packed, length));
      ExportedFile file =
          new ExportedFile("exports", "file", TableExport.checksum(packed), 3, version());

      assertThatThrownBy(() -> read(file, 0))
          .as("cut off after %d bytes", length)
          .isInstanceOf(BadExport.class)
          .hasMessageContaining("s3://exports/file");
    }
  }

  @Test
  void bytesAfterTheGzipAreRefused() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    packed.write(TableExport.gzip(line(Items.image("a"))));
    packed.write(new byte[] {1, 2, 3});
    bucket.s3().put("file", packed.toByteArray());

    assertThatThrownBy(() -> read(of("file", 1), 0)).isInstanceOf(BadExport.class);
  }

  @Test
  void aFileThatIsNotThereIsRefused() throws IOException {
    ExportedFile file = bucket.file(bucket.write(TableExport.full(TABLE, NOON)));
    bucket.s3().delete(file.key());

    assertThatThrownBy(() -> read(file, 0))
        .isInstanceOf(BadExport.class)
        .hasMessageContaining("There is no " + file.uri() + ", which its manifest names");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"Item\":{\"PK\":{\"S\":\"IMAGE#a\"} | is not JSON",
        "[] | is not a JSON object",
        "$ion_1_0 {Item:{PK:\"IMAGE#a\"}} | is not JSON",
        "{\"Keys\":{}} | has no Item",
        "{\"Item\":[]} | has something else than an object as its Item",
        "{\"Item\":{\"PK\":{\"S\":\"IMAGE#a\"}}} | has no text as PK or SK",
        "{\"Item\":{\"PK\":{\"N\":\"1\"},\"SK\":{\"S\":\"IMAGE\"}}} | has no text as PK or SK",
        "{\"Item\":{}}{\"Item\":{}} | holds more than one JSON object"
      })
  void aLineThatIsNoItemIsRefusedByItsNumber(String bad, String message) {
    bucket.s3().put("file", TableExport.gzip(line(Items.image("a")) + bad + "\n"));

    assertThatThrownBy(() -> read(of("file", 2), 0))
        .isInstanceOf(BadExport.class)
        .hasMessageStartingWith("Line 2 of s3://exports/file " + message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"Metadata\":{\"WriteTimestampMicros\":{\"N\":\"1\"}}} | has no Keys",
        "{\"Keys\":{\"PK\":{\"S\":\"IMAGE#a\"},\"SK\":{\"S\":\"IMAGE\"}}} | has no number as"
            + " Metadata.WriteTimestampMicros",
        "{\"Metadata\":{\"WriteTimestampMicros\":{\"N\":\"x\"}},\"Keys\":{}} | has no number as"
            + " Metadata.WriteTimestampMicros"
      })
  void aLineThatIsNoChangeIsRefusedByItsNumber(String bad, String message) {
    byte[] packed = TableExport.gzip(bad + "\n");
    bucket.s3().put("file", packed);
    ExportedFile file = new ExportedFile("exports", "file", TableExport.checksum(packed), 1, null);

    assertThatThrownBy(() -> read(file, 0))
        .isInstanceOf(BadExport.class)
        .hasMessageStartingWith("Line 1 of s3://exports/file " + message);
  }

  @Test
  void anInterruptEndsAPause() throws Exception {
    ExportedFile file = bucket.file(bucket.write(TableExport.full(TABLE, NOON)));
    bucket.s3().slowDown(file.key());
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> read(file, 0)).isInstanceOf(java.io.InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  private TableExport randomExport(Random random, int items) {
    TableExport export = TableExport.full(TABLE, NOON);
    for (int i = 0; i < items; i++) {
      TableItem line = Items.line("image" + random.nextInt(3), 1, i, "w" + random.nextLong());
      export.item(random.nextInt(5) == 0 ? line.text("PK", "OTHER#1") : line);
    }
    return export;
  }

  private ExportedFile of(String key, int items) {
    return new ExportedFile(
        "exports", key, TableExport.checksum(bucket.s3().get(key)), items, version());
  }

  private static io.chromasync.model.Version version() {
    return ExportChain.version(NOON);
  }

  private static String line(TableItem item) {
    return "{\"Item\":%s}%n".formatted(item.json());
  }

  private List<Piece> read(ExportedFile file, long firstLine) throws IOException {
    List<Piece> pieces = new ArrayList<>();
    try (ExportReader reader = reader(file, firstLine)) {
      for (Piece piece = reader.next(); piece != null; piece = reader.next()) {
        pieces.add(piece);
      }
    }
    return pieces;
  }

  private ExportReader reader(ExportedFile file, long firstLine) {
    return new ExportReader(file, bucket.objects(), ATTRIBUTES, firstLine);
  }

  private static List<String> items(List<Piece> pieces) {
    return pieces.stream().flatMap(piece -> piece.items().items().stream()).toList();
  }

  private static List<Piece> tail(List<Piece> pieces, int from) {
    return pieces.subList(from, pieces.size());
  }
}
