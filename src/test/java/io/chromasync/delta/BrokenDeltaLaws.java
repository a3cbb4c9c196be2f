package io.chromasync.delta;

import static io.chromasync.delta.WrittenRecords.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.delta.format.UnusableDelta;
import io.chromasync.model.Embedding;
import io.chromasync.receipts.ReceiptFacts;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.receipts.Receipts;
import io.chromasync.testing.TemporaryFolder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import net.jqwik.api.lifecycle.BeforeTry;

/**
 * A real delta whose bytes are changed at random is read as what it held or found to be bad; the
 * reader never breaks, and never gives a part. Neither SQLite nor an index has checksums, so a
 * number or text may come back changed there, but no record is lost or made.
 *
 * <p>The delta is one that Chroma 1.0.3 wrote: 20 lines of 4 numbers in three requests, some of
 * them twice, of which two were deleted, in a cosine space with a sync threshold of 10. So the log
 * begins at write 9, vectors stand at 16, metadata at 24. {@code -Djqwik.tries.default} sets how
 * often each law is tried.
 */
class BrokenDeltaLaws {

  private static final String ORIGIN = "/delta/chroma-1.0.3.tar.gz";
  private static final int DIMENSION = 4;
  private static final long MAX_SIZE = 4 << 20;

  /** Lines that vectors have taken, and room for them. */
  private static final int ELEMENTS = 16;

  private static final int CAPACITY = 10_000;

  private static TemporaryFolder temporary;
  private static Path whole;
  private static String content;
  private static List<String> ids;

  /** What the last try broke is put right before the next. */
  private static Path broken;

  @BeforeContainer
  static void unpackTheDelta() throws Exception {
    temporary = TemporaryFolder.make();
    whole = Files.createDirectory(temporary.path().resolve("whole"));
    unpack(archive(), whole);
    DeltaContent read =
        new DeltaFolder(new Receipts().batches()).read(whole, run(ReceiptTree.LINES), DIMENSION);
    content = described(read);
    ids = ids(read);
    assertThat(ids).hasSize(18);
  }

  @AfterContainer
  static void delete() {
    temporary.close();
  }

  @BeforeTry
  void mend() throws IOException {
    if (broken != null) {
      Path original = temporary.path().resolve("original");
      Files.move(original, broken, StandardCopyOption.REPLACE_EXISTING);
      broken = null;
    }
  }

  @Property
  void aBrokenDatabaseLosesNoRecord(@ForAll("changes") List<Change> changes) throws IOException {
    breaks("chroma.sqlite3", changes);

    assertNoRecordIsLost();
  }

  @Property
  void anIndexWhoseDescriptionIsBrokenIsNotChanged(
      @ForAll boolean header, @ForAll("changes") List<Change> changes) throws IOException {
    breaks(header ? "header.bin" : "index_metadata.pickle", changes);

    assertNothingIsChanged();
  }

  @Property
  void anIndexWhoseVectorsAreBrokenLosesNone(
      @ForAll boolean lengths, @ForAll("changes") List<Change> changes) throws IOException {
    breaks(lengths ? "length.bin" : "data_level0.bin", changes);

    assertNoRecordIsLost();
  }

  @Property
  void aBrokenArchiveIsUnpackedAsItWasOrNotAtAll(@ForAll("changes") List<Change> changes)
      throws IOException {
    byte[] packed = Change.all(changes, ArchivedDatabase.BYTES, ArchivedDatabase.BYTES.length);
    try (TemporaryFolder folder = TemporaryFolder.make()) {
      unpack(packed, folder.path());
      assertThat(folder.path().resolve("chroma.sqlite3"))
          .hasSameBinaryContentAs(whole.resolve("chroma.sqlite3"));
    } catch (UnusableDelta refused) {
      assertSays(refused);
    }
  }

  @Provide
  Arbitrary<List<Change>> changes() {
    Arbitrary<Double> places =
        Arbitraries.doubles()
            .between(0, true, 1, false)
            .ofScale(7)
            .withDistribution(RandomDistribution.uniform());
    // Most of what changes a size is found at once.
    Arbitrary<Change.Kind> kinds =
        Arbitraries.frequency(
            Tuple.of(9, Change.Kind.OVERWRITE),
            Tuple.of(1, Change.Kind.INSERT),
            Tuple.of(1, Change.Kind.REMOVE),
            Tuple.of(1, Change.Kind.CUT));
    Arbitrary<byte[]> bytes = Arbitraries.bytes().array(byte[].class).ofMinSize(1).ofMaxSize(4);
    return Combinators.combine(kinds, places, bytes)
        .as(Change::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(3);
  }

  private static void breaks(String name, List<Change> changes) throws IOException {
    try (Stream<Path> tree = Files.walk(whole)) {
      broken = tree.filter(each -> each.endsWith(name)).findFirst().orElseThrow();
    }
    Path original = temporary.path().resolve("original");
    Files.move(broken, original);
    byte[] bytes = Files.readAllBytes(original);
    Files.write(broken, Change.all(changes, bytes, used(name, bytes.length)));
  }

  /** How many bytes of a file are not room for elements that never came. */
  private static int used(String name, int bytes) {
    return switch (name) {
      case "data_level0.bin" -> bytes * ELEMENTS / CAPACITY;
      case "length.bin" -> ELEMENTS * Float.BYTES;
      default -> bytes;
    };
  }

  private static void assertNothingIsChanged() {
    try {
      DeltaContent read =
          new DeltaFolder(new Receipts().batches()).read(whole, run(ReceiptTree.LINES), DIMENSION);
      assertThat(described(read)).isEqualTo(content);
    } catch (UnusableDelta refused) {
      assertSays(refused);
    }
  }

  private static void assertNoRecordIsLost() {
    try {
      DeltaContent read =
          new DeltaFolder(new Receipts().batches()).read(whole, run(ReceiptTree.LINES), DIMENSION);
      assertThat(ids(read)).isEqualTo(ids);
      assertThat(read.embeddings()).allMatch(each -> each.vector().length == DIMENSION);
    } catch (UnusableDelta refused) {
      assertSays(refused);
    }
  }

  private static void assertSays(UnusableDelta refused) {
    assertThat(refused.getMessage())
        .isNotBlank()
        .hasSizeLessThan(2_000)
        .doesNotContain(temporary.path().toString())
        .doesNotContain("the delta is malformed");
  }

  private static String described(DeltaContent content) {
    return ReceiptFacts.Delta.of(content.fact()).rows()
        + content.embeddings().stream()
            .map(
                each ->
                    each.record()
                        + Arrays.toString(each.vector())
                        + each.document()
                        + new TreeMap<>(each.metadata()))
            .collect(Collectors.joining());
  }

  private static List<String> ids(DeltaContent content) {
    return content.embeddings().stream().map(Embedding::record).map(each -> each.id()).toList();
  }

  private static void unpack(byte[] archive, Path folder) throws UnusableDelta, Unavailable {
    new Archive(ORIGIN, MAX_SIZE)
        .unpack(new ByteArrayInputStream(archive), new DeltaFiles(folder, ORIGIN, MAX_SIZE));
  }

  private static byte[] archive() throws IOException {
    try (InputStream file = BrokenDeltaLaws.class.getResourceAsStream(ORIGIN)) {
      return file.readAllBytes();
    }
  }

  /** An archive that is unpacked quickly. */
  private static final class ArchivedDatabase {

    private static final byte[] BYTES =
        new TarGz().file("./chroma.sqlite3", read(whole.resolve("chroma.sqlite3"))).bytes();

    private static byte[] read(Path file) {
      try {
        return Files.readAllBytes(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /**
   * Something that happens to bytes.
   *
   * @param place where, from 0, the first byte, to 1
   */
  // Nobody compares changes.
  @SuppressWarnings("ArrayRecordComponent")
  record Change(Kind kind, double place, byte[] bytes) {

    enum Kind {
      OVERWRITE,
      INSERT,
      REMOVE,
      CUT
    }

    /** All of them, in the first bytes of many. */
    static byte[] all(List<Change> changes, byte[] whole, int first) {
      byte[] changed = whole;
      for (Change change : changes) {
        changed = change.in(changed, first);
      }
      return changed;
    }

    private byte[] in(byte[] whole, int first) {
      int at = (int) (place * Math.min(first, whole.length));
      int end = Math.min(whole.length, at + bytes.length);
      byte[] before = Arrays.copyOf(whole, at);
      return switch (kind) {
        case OVERWRITE -> joined(before, bytes, Arrays.copyOfRange(whole, end, whole.length));
        case INSERT -> joined(before, bytes, Arrays.copyOfRange(whole, at, whole.length));
        case REMOVE -> joined(before, Arrays.copyOfRange(whole, end, whole.length));
        case CUT -> before;
      };
    }

    private static byte[] joined(byte[]... parts) {
      int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
      ByteBuffer joined = ByteBuffer.allocate(length);
      Arrays.stream(parts).forEach(joined::put);
      return joined.array();
    }

    @Override
    public String toString() {
      return "%s %s at %s".formatted(kind, Arrays.toString(bytes), place);
    }
  }
}
