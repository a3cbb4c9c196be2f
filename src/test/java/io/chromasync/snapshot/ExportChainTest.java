package io.chromasync.snapshot;

import static io.chromasync.snapshot.ExportBucket.NOON;
import static io.chromasync.snapshot.ExportBucket.TABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chromasync.testing.Items;
import io.chromasync.testing.TableExport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExportChainTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Instant ONE = NOON.plus(Duration.ofHours(1));
  private static final Instant TWO = NOON.plus(Duration.ofHours(2));

  private final ExportBucket bucket = ExportBucket.open();

  @AfterEach
  void close() {
    bucket.close();
  }

  @Test
  void aFullExportIsAsOfItsTimeLessTheMarginInWholeSeconds() throws IOException {
    String uri = bucket.write(TableExport.full(TABLE, NOON).files(3).item(Items.image("a")));

    ExportChain chain = read(uri);

    assertThat(chain.asOf()).isEqualTo(ExportChain.version(Instant.parse("2026-03-02T11:59:00Z")));
    assertThat(chain.until()).isEqualTo(NOON);
    assertThat(chain.items()).isEqualTo(1);
    assertThat(chain.files()).hasSize(3).allMatch(file -> file.asOf().equals(chain.asOf()));
  }

  @Test
  void theOrderInWhichExportsAreNamedIsOfNoMatterNorIsAnOverlap() throws IOException {
    String full = bucket.write(TableExport.full(TABLE, NOON));
    String first = bucket.write(TableExport.incremental(TABLE, NOON.minusSeconds(900), ONE));
    String second = bucket.write(TableExport.incremental(TABLE, ONE, TWO));

    ExportChain chain = read(second, full, first, second + "/");

    assertThat(chain.files()).hasSize(3);
    assertThat(chain.files().stream().filter(ExportedFile::isIncremental)).hasSize(2);
    assertThat(chain.asOf()).isEqualTo(ExportChain.version(NOON.minus(MINUTE)));
    assertThat(chain.until()).isEqualTo(TWO);
  }

  @Test
  void incrementalExportsAloneTellNothingOfTheWholeTable() throws IOException {
    ExportChain chain = read(bucket.write(TableExport.incremental(TABLE, NOON, ONE)));

    assertThat(chain.asOf()).isNull();
    assertThat(chain.files()).hasSize(1);
  }

  @Test
  void aHoleNamesBothItsEnds() {
    String full = bucket.write(TableExport.full(TABLE, NOON));
    String second = bucket.write(TableExport.incremental(TABLE, ONE, TWO));

    assertRefused(full, second)
        .hasMessageContaining("There is a hole between")
        .hasMessageContaining(full)
        .hasMessageContaining("ends at 2026-03-02T12:00:00.500Z")
        .hasMessageContaining(second)
        .hasMessageContaining("begins at 2026-03-02T13:00:00.500Z");
  }

  @Test
  void aHoleIsOneAlsoAfterAnExportThatLiesWithinAnother() {
    String full = bucket.write(TableExport.full(TABLE, NOON));
    String wide = bucket.write(TableExport.incremental(TABLE, NOON, TWO));
    String within = bucket.write(TableExport.incremental(TABLE, NOON.plusSeconds(60), ONE));
    String after = bucket.write(TableExport.incremental(TABLE, TWO, TWO.plus(MINUTE)));
    String late =
        bucket.write(TableExport.incremental(TABLE, TWO.plusSeconds(61), TWO.plusSeconds(90)));

    assertThat(readable(full, wide, within, after)).hasSize(4);
    assertRefused(full, wide, within, after, late).hasMessageContaining("There is a hole");
  }

  @Test
  void onlyOneExportMayBeAFullOne() {
    String one = bucket.write(TableExport.full(TABLE, NOON));
    String other = bucket.write(TableExport.full(TABLE, ONE));

    assertRefused(one, other).hasMessageContaining("Only one export may be a full one");
  }

  @Test
  void anExportOfAnotherTableNamesBoth() {
    String uri = bucket.write(TableExport.full("Invoices", NOON));

    assertRefused(uri)
        .hasMessageContaining("table/Invoices, but the job's table is 'Receipts'")
        .hasMessageContaining(uri);
  }

  @Test
  void theTableMayBeNamedByItsArn() throws IOException {
    String uri = bucket.write(TableExport.full(TABLE, NOON));
    String arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/Receipts";

    assertThat(ExportChain.read(bucket.objects(), List.of(uri), arn, MINUTE).files()).hasSize(1);
    assertThatThrownBy(
            () ->
                ExportChain.read(bucket.objects(), List.of(uri), arn.replace("123", "999"), MINUTE))
        .hasMessageContaining("is of the table " + arn);
  }

  @Test
  void theManifestItselfMayBeNamedAndItsChecksumsAsDocumented() throws IOException {
    String uri = bucket.write(TableExport.full(TABLE, NOON).documentedChecksums().under("2026/03"));

    assertThat(read(uri + "/manifest-summary.json").files()).hasSize(1);
  }

  @Test
  void aSummaryFromBeforeIncrementalExportsIsOfAFullOne() throws IOException {
    String uri = bucket.write(TableExport.full(TABLE, NOON));
    bucket.alter(summary(uri), ",\"exportType\":\"FULL_EXPORT\"", "");

    assertThat(read(uri).asOf()).isNotNull();
  }

  @Test
  void whereNoExportIsTheErrorSaysWhatToPointAt() {
    String uri = bucket.write(TableExport.full(TABLE, NOON).under("2026"));

    assertRefused("s3://exports/2026")
        .hasMessage(
            "There is no export at s3://exports/2026: it has no manifest-summary.json; name the"
                + " folder of one export, as in"
                + " s3://bucket/prefix/AWSDynamoDB/01693685827463-2d8752fd");
    assertThat(readable(uri)).hasSize(1);
  }

  @Test
  void anExportThatIsNotCompletedIsToldFromNone() {
    String uri = bucket.write(TableExport.full(TABLE, NOON));
    bucket.s3().delete(summary(uri));

    assertRefused(uri).hasMessageContaining("has begun but is not COMPLETED");
  }

  @ParameterizedTest
  @CsvSource({"exports/2026", "https://exports/2026", "s3://exports", "s3://exports/", "''"})
  void whatIsNoFolderInS3IsRefused(String uri) {
    assertRefused(uri)
        .hasMessageStartingWith("The URI of an export must name its folder in S3, as s3://")
        .hasMessageEndingWith("but was '%s'".formatted(uri));
  }

  @Test
  void ionIsRefused() {
    String uri = bucket.write(TableExport.full(TABLE, NOON).format("ION"));

    assertRefused(uri)
        .hasMessageContaining("must be DYNAMODB_JSON but is ION")
        .hasMessageContaining("--export-format DYNAMODB_JSON");
  }

  @ParameterizedTest
  @CsvSource({"manifest-summary", "manifest-files"})
  void aDamagedManifestIsRefused(String name) {
    String uri = bucket.write(TableExport.full(TABLE, NOON));
    String key = key(uri) + "/" + name + ".json";
    byte[] damaged = bucket.s3().get(key).clone();
    damaged[damaged.length / 2] ^= 1;
    bucket.s3().put(key, damaged);

    assertRefused(uri).hasMessageContaining(name + ".json is damaged: its MD5 is");
  }

  @ParameterizedTest
  @CsvSource({"manifest-summary", "manifest-files"})
  void aManifestWithoutChecksumIsRefused(String name) {
    String uri = bucket.write(TableExport.full(TABLE, NOON));
    bucket.s3().delete(key(uri) + "/" + name + ".md5");

    assertRefused(uri)
        .hasMessageContaining("There is no checksum of")
        .hasMessageContaining(name + ".json");
  }

  @Test
  void aListOfFilesThatIsNotThereIsRefused() {
    String uri = bucket.write(TableExport.full(TABLE, NOON));
    bucket.s3().delete(key(uri) + "/manifest-files.json");

    assertRefused(uri)
        .hasMessageContaining("manifest-files.json, which")
        .hasMessageContaining("manifest-summary.json names");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "manifest-summary | {\"version\" | [{\"version\" | is not JSON",
        "manifest-summary | \"tableArn\" | \"other\" | must say its tableArn",
        "manifest-summary | \"exportTime\":\"2026 | \"exportTime\":\"x2026 | The exportTime in",
        "manifest-summary | FULL_EXPORT | PARTIAL_EXPORT | but is PARTIAL_EXPORT",
        "manifest-summary | \"manifestFilesS3Key\" | \"k\" | must say its manifestFilesS3Key",
        "manifest-summary | }  | } {} | is not JSON",
        "manifest-files | \"itemCount\":0 | \"itemCount\":\"0\" | The itemCount of each file in",
        "manifest-files | \"itemCount\":0 | \"itemCount\":-1 | The itemCount of each file in",
        "manifest-files | \"md5Checksum\" | \"md5\" | must say its md5Checksum",
        "manifest-files | dataFileS3Key | key | must say its dataFileS3Key",
        "manifest-files | {\"itemCount | \"itemCount | is not JSON"
      })
  void aBrokenManifestIsRefused(String name, String what, String with, String message) {
    String uri = bucket.write(TableExport.full(TABLE, NOON));
    bucket.alter(key(uri) + "/" + name + ".json", what, with);

    assertRefused(uri).hasMessageContaining(message).hasMessageContaining(name + ".json");
  }

  @Test
  void anExportWithoutFilesIsRefused() {
    String uri = bucket.write(TableExport.full(TABLE, NOON));
    String key = key(uri) + "/manifest-files.json";
    bucket.alter(key, new String(bucket.s3().get(key), StandardCharsets.UTF_8), "\n");

    assertRefused(uri).hasMessageContaining("names no data file");
  }

  @Test
  void aStoreThatSlowsDownIsAskedAgainUntilPatienceEnds() {
    String uri = bucket.write(TableExport.full(TABLE, NOON));
    bucket.s3().slowDown(summary(uri));

    assertThatThrownBy(() -> read(uri))
        .isInstanceOf(ExportUnavailable.class)
        .hasMessageContaining(summary(uri) + " cannot be read, tried for")
        .hasMessageContaining("SlowDown");
  }

  private ExportChain read(String... uris) throws IOException {
    return ExportChain.read(bucket.objects(), List.of(uris), TABLE, MINUTE);
  }

  private List<ExportedFile> readable(String... uris) {
    try {
      return read(uris).files();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private AbstractThrowableAssert<?, ? extends Throwable> assertRefused(String... uris) {
    return assertThatThrownBy(() -> read(uris)).isInstanceOf(BadExport.class);
  }

  private static String key(String uri) {
    return uri.substring("s3://exports/".length());
  }

  private static String summary(String uri) {
    return key(uri) + "/manifest-summary.json";
  }
}
