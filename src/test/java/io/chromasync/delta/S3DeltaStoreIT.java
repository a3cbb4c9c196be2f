package io.chromasync.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chromasync.aws.AwsClients;
import io.chromasync.aws.AwsClients.Calls;
import io.chromasync.delta.format.UnusableDelta;
import io.chromasync.local.servers.S3Server;
import io.chromasync.model.RunDelta;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.receipts.Receipts;
import io.chromasync.testing.DeltaProducer;
import io.chromasync.testing.TestCredentials;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class S3DeltaStoreIT {

  private static final String BUCKET = "deltas";
  private static final String PREFIX = "words/delta/1/";
  private static final String PART = "words/delta/part/";

  private static S3Server s3;

  @TempDir private Path folder;

  private S3DeltaStore deltas;

  @BeforeAll
  static void start() {
    TestCredentials.use();
    s3 = S3Server.startEmpty();
    s3.createBucket(BUCKET);
    s3.createBucket("elsewhere");
  }

  @AfterAll
  static void stop() {
    s3.close();
  }

  @BeforeEach
  void open() {
    deltas = S3DeltaStore.open(settings(Map.of("bucket", BUCKET)));
  }

  @AfterEach
  void close() throws IOException {
    deltas.close();
    clear(BUCKET);
    clear("elsewhere");
  }

  @Test
  void anArchiveIsUnpacked() throws Exception {
    put(PREFIX + "delta.tar.gz", new TarGz().file("./chroma.sqlite3", "records").bytes());

    fetch(PREFIX);

    assertThat(files()).isEqualTo(Map.of("chroma.sqlite3", "records"));
  }

  @Test
  void plainObjectsAreBroughtUnderTheirNames() throws Exception {
    put(PREFIX + "chroma.sqlite3", "records");
    put(PREFIX + "segment/header.bin", "header");
    put("words/delta/11/chroma.sqlite3", "of another run");

    fetch(PREFIX);

    assertThat(files())
        .isEqualTo(Map.of("chroma.sqlite3", "records", "segment/header.bin", "header"));
  }

  @Test
  void theSlashAtTheEndOfAPrefixIsNotNeeded() throws Exception {
    put(PREFIX + "chroma.sqlite3", "records");
    put("words/delta/11/chroma.sqlite3", "of another run");

    fetch("words/delta/1");

    assertThat(files()).isEqualTo(Map.of("chroma.sqlite3", "records"));
  }

  @Test
  void aPrefixMayNameAnotherBucket() throws Exception {
    s3.put("elsewhere", PREFIX + "delta.tar.gz", new TarGz().file("a", "there").bytes());
    put(PREFIX + "delta.tar.gz", new TarGz().file("a", "here").bytes());

    fetch("s3://elsewhere/" + PREFIX);

    assertThat(files()).isEqualTo(Map.of("a", "there"));
  }

  @Test
  void aListingOfSeveralPagesIsReadToItsEnd() throws Exception {
    for (int i = 0; i < 7; i++) {
      put(PREFIX + "segment/" + i, "part " + i);
    }
    try (S3DeltaStore paged =
        new S3DeltaStore(
            AwsClients.s3(settings(Map.of()).access(), Calls.SINGLE),
            settings(Map.of("bucket", BUCKET)),
            3,
            InstantSource.system())) {
      paged.fetch(SampleRuns.words("1", PREFIX), folder);
    }

    assertThat(files()).hasSize(7).containsEntry("segment/6", "part 6");
  }

  @Test
  void nothingUnderThePrefixIsABadDelta() {
    assertThatFetching(PREFIX)
        .isInstanceOf(UnusableDelta.class)
        .hasMessage(
            "There is no delta at s3://deltas/words/delta/1/: neither delta.tar.gz nor anything"
                + " else; it may have expired");
  }

  /** The objects of a folder come one after the other, or a copy of one is cut for a while. */
  @Test
  void c14APartOfADeltaMayBecomeAWholeOne() throws Exception {
    byte[] database = database();

    assertThatReading("nothing").hasMessageStartingWith("There is no delta at");
    put(PART + "segment/header.bin", "header");
    assertThatReading("a segment").hasMessage("the delta has no chroma.sqlite3");
    put(PART + "chroma.sqlite3", "");
    assertThatReading("an empty file").hasMessageContaining("has no table");
    put(PART + "chroma.sqlite3", Arrays.copyOf(database, database.length / 2));
    assertThatReading("half a file").hasMessageContaining("chroma.sqlite3");
    put(PART + "delta.tar.gz", "");
    assertThatReading("an empty archive").hasMessageContaining("is no complete gzip tar archive");

    s3.delete(BUCKET, PART + "delta.tar.gz");
    put(PART + "chroma.sqlite3", database);
    assertThat(read("all")).satisfies(SampleRuns::isEmpty);
  }

  private byte[] database() throws IOException {
    Path produced = Files.createDirectory(folder.resolve("produced"));
    DeltaProducer.start(produced, ReceiptTree.WORDS).close();
    return Files.readAllBytes(produced.resolve("chroma.sqlite3"));
  }

  private AbstractThrowableAssert<?, ? extends Throwable> assertThatReading(String state) {
    return assertThatThrownBy(() -> read(state))
        .as(state)
        .isInstanceOfSatisfying(
            UnusableDelta.class, bad -> assertThat(bad.isIncomplete()).isTrue());
  }

  private DeltaContent read(String state) throws Exception {
    RunDelta delta = SampleRuns.words("1", PART);
    Path attempt = Files.createDirectory(folder.resolve(state));
    deltas.fetch(delta, attempt);
    return new DeltaFolder(new Receipts().batches()).read(attempt, delta, 1536);
  }

  @Test
  void aBrokenArchiveIsABadDelta() {
    put(PREFIX + "delta.tar.gz", "no archive");

    assertThatFetching(PREFIX)
        .isInstanceOf(UnusableDelta.class)
        .hasMessageStartingWith("s3://deltas/words/delta/1/delta.tar.gz is no complete");
  }

  @Test
  void objectsThatAreTooLargeTogetherAreABadDelta() {
    put(PREFIX + "a", new byte[600]);
    put(PREFIX + "b", new byte[600]);
    try (S3DeltaStore small =
        S3DeltaStore.open(settings(Map.of("bucket", BUCKET, "max-size", "1 kb")))) {
      assertThatThrownBy(() -> small.fetch(SampleRuns.words("1", PREFIX), folder))
          .isInstanceOf(UnusableDelta.class)
          .hasMessageContaining("1,024 bytes of 'delta.max-size'");
    }
  }

  @Test
  void moreObjectsThanAnyDeltaHasAreABadDelta() {
    for (int i = 0; i <= 1_000; i++) {
      put(PREFIX + "segment/" + i, "");
    }

    assertThatFetching(PREFIX)
        .isInstanceOf(UnusableDelta.class)
        .hasMessage(
            "s3://deltas/words/delta/1/ holds more than 1,000 files and folders, the limit for a"
                + " delta");
    assertThat(folder).isEmptyDirectory();
  }

  /** It is listed with one content and read with another. */
  @Test
  void anObjectThatIsOverwrittenMeanwhileIsReadWithTheOthersLater() throws Exception {
    put(PREFIX + "a", "old");
    put(PREFIX + "b", "old");
    AtomicBoolean overwritten = new AtomicBoolean();
    InstantSource overwriting =
        () -> {
          if (Files.exists(folder.resolve("a")) && overwritten.compareAndSet(false, true)) {
            put(PREFIX + "a", "new");
            put(PREFIX + "b", "new");
          }
          return Instant.EPOCH;
        };
    try (S3DeltaStore racing =
        new S3DeltaStore(
            AwsClients.s3(settings(Map.of()).access(), Calls.SINGLE),
            settings(Map.of("bucket", BUCKET)),
            1_000,
            overwriting)) {
      assertThatThrownBy(() -> racing.fetch(SampleRuns.words("1", PREFIX), folder))
          .isInstanceOf(Unavailable.class)
          .hasMessageContaining("s3://deltas/words/delta/1/b cannot be read")
          .hasMessageContaining("it was overwritten while its delta was read");
    }
  }

  @Test
  void anItemWithoutAPrefixIsABadDelta() {
    assertThatThrownBy(() -> deltas.fetch(SampleRuns.of("1", ReceiptTree.WORDS, null), folder))
        .isInstanceOf(UnusableDelta.class)
        .hasMessageContaining("the run's item has no words_delta_prefix");
    assertThatThrownBy(() -> deltas.fetch(SampleRuns.of("1", ReceiptTree.LINES, " "), folder))
        .isInstanceOf(UnusableDelta.class)
        .hasMessageContaining("the run's item has no lines_delta_prefix");
  }

  @Test
  void aPrefixThatMeansAWholeBucketIsABadDelta() {
    for (String prefix :
        new String[] {
          "s3://deltas",
          "s3://deltas/",
          "/",
          "s3:///words",
          "s3://Deltas/words",
          "s3://de ltas/words",
          "s3://d/words"
        }) {
      assertThatFetching(prefix)
          .isInstanceOf(UnusableDelta.class)
          .hasMessageContaining("its prefix '%s' must be like s3://bucket/prefix", prefix);
    }
  }

  @Test
  void aPrefixWithoutABucketNeedsTheSetting() {
    try (S3DeltaStore bare = S3DeltaStore.open(settings(Map.of()))) {
      assertThatThrownBy(() -> bare.fetch(SampleRuns.words("1", PREFIX), folder))
          .isInstanceOf(UnusableDelta.class)
          .hasMessageContaining("'delta.bucket' is not set");
    }
  }

  @Test
  void aBucketThatIsNotThereIsABadDelta() {
    assertThatFetching("s3://nowhere/words/delta/1")
        .isInstanceOf(UnusableDelta.class)
        .hasMessageStartingWith("s3://nowhere/words/delta/1/delta.tar.gz cannot be read")
        .hasMessageContaining("check 'delta.bucket' and the run's prefix");
  }

  @Test
  void aServerThatIsAwayMayComeBack() throws Exception {
    put(PREFIX + "delta.tar.gz", new TarGz().file("a", "1").bytes());
    s3.kill();
    try {
      assertThatFetching(PREFIX)
          .isInstanceOf(Unavailable.class)
          .hasMessageContaining("cannot be reached")
          .hasMessageContaining("'delta.aws.endpoint'");
    } finally {
      s3.restart();
    }
    fetch(PREFIX);

    assertThat(files()).isEqualTo(Map.of("a", "1"));
  }

  private void fetch(String prefix) throws UnusableDelta, Unavailable {
    deltas.fetch(SampleRuns.words("1", prefix), folder);
  }

  private AbstractThrowableAssert<?, ? extends Throwable> assertThatFetching(String prefix) {
    return assertThatThrownBy(() -> fetch(prefix));
  }

  private Map<String, String> files() throws IOException {
    Map<String, String> files = new HashMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      all.filter(Files::isRegularFile)
          .forEach(file -> files.put(folder.relativize(file).toString(), read(file)));
    }
    return files;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void put(String key, String content) {
    put(key, content.getBytes(StandardCharsets.UTF_8));
  }

  private static void put(String key, byte[] content) {
    s3.put(BUCKET, key, content);
  }

  private static void clear(String bucket) {
    s3.client()
        .listObjectsV2(request -> request.bucket(bucket))
        .join()
        .contents()
        .forEach(object -> s3.delete(bucket, object.key()));
  }

  private static DeltaSettings settings(Map<String, String> values) {
    Map<String, String> all = new HashMap<>(values);
    all.put("aws.region", TestCredentials.REGION);
    all.put("aws.endpoint", s3.endpoint().toString());
    return SampleRuns.settings(all);
  }
}
