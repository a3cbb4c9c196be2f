package io.chromasync.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chromasync.delta.format.UnusableDelta;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArchiveTest {

  private static final String ORIGIN = "s3://deltas/words/delta/1/delta.tar.gz";
  private static final long MAX = 100_000;

  @TempDir private Path parent;

  private Path folder;

  @BeforeEach
  void makeFolder() throws IOException {
    folder = Files.createDirectory(parent.resolve("delta"));
  }

  @Test
  void filesComeOutWhereTheirNamesSay() throws Exception {
    String longName = "./" + "segment".repeat(20) + "/data_level0.bin";

    unpack(
        new TarGz()
            .directory(".")
            .file("./chroma.sqlite3", "records")
            .directory("./segment")
            .file("./segment/header.bin", "")
            .file(longName, "vectors"));

    assertThat(folder.resolve("chroma.sqlite3")).hasContent("records");
    assertThat(folder.resolve("segment/header.bin")).isEmptyFile();
    assertThat(folder.resolve(longName)).hasContent("vectors");
  }

  @Test
  void aDeltaOfTheLargestSizeIsTaken() throws Exception {
    unpack(new TarGz().file("a", new byte[(int) MAX - 1]).file("b", new byte[1]));

    assertThat(folder.resolve("a")).hasSize(MAX - 1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/etc/passwd", "../out", "./../out", "a/../../out", "a/../b", "..", "//x"})
  void aNameThatLeadsElsewhereIsRefused(String name) throws IOException {
    assertThatUnpacking(new TarGz().file("ok", "1").file(name, "2").bytes())
        .isInstanceOf(UnusableDelta.class)
        .hasMessageContaining(ORIGIN)
        .hasMessageContaining(name);
    assertNothingOutside();
  }

  @Test
  void aSymbolicLinkIsRefused() throws IOException {
    assertThatUnpacking(
            new TarGz().link("a", TarConstants.LF_SYMLINK, "..").file("a/out", "x").bytes())
        .isInstanceOf(UnusableDelta.class)
        .hasMessage(ORIGIN + " holds 'a', which is not a plain file");
    assertNothingOutside();
  }

  @Test
  void aHardLinkIsRefused() {
    assertThatUnpacking(new TarGz().link("a", TarConstants.LF_LINK, "/etc/passwd").bytes())
        .isInstanceOf(UnusableDelta.class)
        .hasMessageContaining("'a', which is not a plain file");
  }

  /** Its name alone would make it a directory. */
  @ParameterizedTest
  @ValueSource(bytes = {TarConstants.LF_SYMLINK, TarConstants.LF_LINK})
  void aLinkThatIsNamedLikeADirectoryIsRefused(byte type) {
    assertThatUnpacking(new TarGz().link("a/", type, "/etc").bytes())
        .isInstanceOf(UnusableDelta.class)
        .hasMessageContaining("'a/', which is not a plain file");
  }

  @Test
  void aDeviceIsRefused() {
    assertThatUnpacking(new TarGz().device("null").bytes())
        .isInstanceOf(UnusableDelta.class)
        .hasMessageContaining("'null', which is not a plain file");
  }

  @Test
  void aFileThatComesTwiceIsRefused() {
    assertThatUnpacking(new TarGz().file("a", "1").file("./a", "2").bytes())
        .isInstanceOf(UnusableDelta.class)
        .hasMessageContaining("holds './a' twice");
  }

  @Test
  void aFileThatIsAlsoAFolderIsRefused() {
    assertThatUnpacking(new TarGz().file("a", "1").file("a/b", "2").bytes())
        .isInstanceOf(UnusableDelta.class)
        .hasMessageContaining("'a/b' twice, or as a file and a folder");
  }

  @Test
  void aFileThatIsAlsoAFolderOfAFolderIsRefused() {
    assertThatUnpacking(new TarGz().file("a", "1").file("a/b/c", "2").bytes())
        .isInstanceOf(UnusableDelta.class)
        .hasMessageContaining("'a/b/c' twice, or as a file and a folder");
  }

  @ParameterizedTest(name = "parts of {0}, {1} times")
  @CsvSource({"256,1", "200,6", "5000,1"})
  void aNameThatIsTooLongForAFileIsRefused(int length, int times) {
    String name = ("n".repeat(length) + "/").repeat(times) + "a";

    assertThatUnpacking(new TarGz().file(name, "1").bytes())
        .isInstanceOf(UnusableDelta.class)
        .hasMessageContaining("…', whose name is too long for a file");
  }

  @Test
  void theLongestNameIsTaken() throws Exception {
    String name = ("ß".repeat(127) + "/").repeat(4).substring(0, 511) + "a";

    unpack(new TarGz().file(name, "1"));

    assertThat(folder.resolve(name)).hasContent("1");
  }

  @Test
  void aThousandMembersAreTakenAndNoMore() throws Exception {
    unpack(members(1_000));

    makeFolderAnew();
    assertThatUnpacking(members(1_001).bytes())
        .isInstanceOf(UnusableDelta.class)
        .hasMessage(ORIGIN + " holds more than 1,000 files and folders, the limit for a delta");
  }

  @Test
  void moreThanTheLargestSizeIsRefused() {
    assertThatUnpacking(new TarGz().file("a", new byte[(int) MAX]).file("b", new byte[1]).bytes())
        .isInstanceOf(UnusableDelta.class)
        .hasMessage(
            ORIGIN
                + " is too large: with 'b' it has more than the 100,000 bytes of 'delta.max-size'");
  }

  @Test
  void aBombInANameIsRefused() {
    assertThatUnpacking(new TarGz().longName(8 << 20).file("a", "1").bytes())
        .isInstanceOf(UnusableDelta.class)
        .hasMessageContaining("more than 1,048,576 bytes that belong to no member");
  }

  @Test
  void aBombBehindTheLastMemberIsRefused() throws IOException {
    byte[] archive = new TarGz().file("a", "1").bytes();
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.write(archive);
    both.write(packed(new byte[8 << 20]));

    assertThatUnpacking(both.toByteArray())
        .isInstanceOf(UnusableDelta.class)
        .hasMessageContaining("belong to no member");
  }

  @Test
  void everyTruncationIsFoundOut() throws IOException {
    byte[] whole = new TarGz().file("a", "1").file("b", "2").bytes();

    for (int length = 0; length < whole.length; length++) {
      makeFolderAnew();
      assertThatUnpacking(Arrays.copyOf(whole, length))
          .as("of %s bytes the first %s", whole.length, length)
          .isInstanceOf(UnusableDelta.class)
          .hasMessageContaining(ORIGIN);
    }
  }

  /** The packing is whole, so nothing but the missing end tells. */
  @ParameterizedTest
  @ValueSource(ints = {512 + 512, 2 * (512 + 512)})
  void aTarThatWasCutShortBeforeItWasPackedIsFoundOut(int bytes) throws IOException {
    byte[] whole = new TarGz().file("a", new byte[512]).file("b", new byte[512]).tar();

    assertThatUnpacking(packed(Arrays.copyOf(whole, bytes)))
        .isInstanceOf(UnusableDelta.class)
        .hasMessageContaining("(java.io.IOException: it has no end)");
  }

  /** As programs write that pack with several threads. */
  @Test
  void anArchiveInSeveralPacksIsReadToItsEnd() throws Exception {
    byte[] tar = new TarGz().file("a", "1").file("b", "2").tar();
    byte[] first = packed(Arrays.copyOf(tar, 700));
    byte[] second = packed(Arrays.copyOfRange(tar, 700, tar.length));

    // Of which the first is all that has arrived when it ends.
    unpack(
        new SequenceInputStream(new ByteArrayInputStream(first), new ByteArrayInputStream(second)));

    assertThat(folder.resolve("b")).hasContent("2");
  }

  @Test
  void anArchiveThatLacksOneOfItsPacksIsFoundOut() throws IOException {
    byte[] tar = new TarGz().file("a", new byte[512]).file("b", "2").tar();

    assertThatUnpacking(packed(Arrays.copyOf(tar, 1_024))).isInstanceOf(UnusableDelta.class);
  }

  @Test
  void aTruncatedMemberIsNamed() {
    byte[] random = new byte[50_000];
    new java.util.Random(1).nextBytes(random);
    byte[] whole = new TarGz().file("a", "1").file("segment/data_level0.bin", random).bytes();

    assertThatUnpacking(Arrays.copyOf(whole, whole.length / 2))
        .isInstanceOf(UnusableDelta.class)
        .hasMessageContaining("at or after 'segment/data_level0.bin'");
  }

  @Test
  void whatIsNoGzipIsRefused() {
    assertThatUnpacking("<html>no</html>".getBytes(StandardCharsets.UTF_8))
        .isInstanceOf(UnusableDelta.class)
        .hasMessageContaining("no complete gzip tar archive: from its start")
        .hasMessageContaining("not in the .gz format");
  }

  @Test
  void whatIsNoTarIsRefused() throws IOException {
    byte[] text = "hello ".repeat(200).getBytes(StandardCharsets.UTF_8);

    assertThatUnpacking(packed(text)).isInstanceOf(UnusableDelta.class);
  }

  @Test
  void anArchiveOfNothingIsRefused() {
    assertThatUnpacking(new TarGz().bytes())
        .isInstanceOf(UnusableDelta.class)
        .hasMessageContaining("or an empty one");
  }

  @Test
  void aConnectionThatBreaksIsNotTheArchivesFault() {
    byte[] whole = new TarGz().file("a", "1").bytes();
    InputStream broken =
        new ObjectStream(
            new SequenceInputStream(
                new ByteArrayInputStream(whole, 0, whole.length / 2), new Broken()),
            ORIGIN,
            new Deadline(() -> Instant.EPOCH, Instant.EPOCH));

    assertThatThrownBy(() -> unpack(broken))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("The connection broke while " + ORIGIN);
  }

  /** Of which every second is a directory. */
  private static TarGz members(int number) {
    TarGz archive = new TarGz();
    for (int i = 0; i < number; i++) {
      archive = i % 2 == 0 ? archive.directory("d" + i) : archive.file("f" + i, "1");
    }
    return archive;
  }

  private static byte[] packed(byte[] tar) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(tar);
    }
    return packed.toByteArray();
  }

  private void unpack(TarGz archive) throws UnusableDelta, IOException {
    unpack(new ByteArrayInputStream(archive.bytes()));
  }

  private void unpack(InputStream packed) throws UnusableDelta, IOException {
    new Archive(ORIGIN, MAX).unpack(packed, new DeltaFiles(folder, ORIGIN, MAX));
  }

  private AbstractThrowableAssert<?, ? extends Throwable> assertThatUnpacking(byte[] archive) {
    return assertThatThrownBy(() -> unpack(new ByteArrayInputStream(archive)));
  }

  private void assertNothingOutside() throws IOException {
    try (Stream<Path> outside = Files.list(parent)) {
      assertThat(outside).containsExactly(folder);
    }
  }

  private void makeFolderAnew() throws IOException {
    folder = Files.createTempDirectory(parent, "delta");
  }

  private static final class Broken extends InputStream {
    @Override
    public int read() throws IOException {
      throw new IOException("reset by peer");
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
      return read();
    }
  }
}
