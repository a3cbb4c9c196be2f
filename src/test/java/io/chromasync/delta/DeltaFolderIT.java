package io.chromasync.delta;

import static io.chromasync.delta.WrittenRecords.embedding;
import static io.chromasync.delta.WrittenRecords.line;
import static io.chromasync.delta.WrittenRecords.lines;
import static io.chromasync.delta.WrittenRecords.run;
import static io.chromasync.delta.WrittenRecords.word;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.chromasync.delta.format.SegmentHeader;
import io.chromasync.delta.format.UnusableDelta;
import io.chromasync.model.Embedding;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.RecordKey;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.receipts.Receipts;
import io.chromasync.testing.DeltaProducer;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Deltas that a real Chroma wrote. */
@Tag("long")
class DeltaFolderIT {

  private static final int DIMENSION = 1536;
  private static final int SMALL = 8;

  @TempDir private Path folder;

  private final WrittenRecords written = new WrittenRecords();

  @Test
  void aCollectionWithoutRecordsIsAnEmptyDelta() throws UnusableDelta {
    DeltaProducer.start(folder, ReceiptTree.LINES).close();

    assertThat(read(DIMENSION)).satisfies(SampleRuns::isEmpty);
  }

  @Test
  void wordsAreReadAsTheyWereWritten() throws UnusableDelta {
    List<Embedding> words =
        List.of(
            embedding(word(7, 2), new float[] {1, 2}, Map.of("left", MetadataValue.of("<EDGE>"))),
            embedding(word(7, 1), new float[] {3, 4}, Map.of()));
    try (DeltaProducer delta = DeltaProducer.start(folder, ReceiptTree.WORDS)) {
      delta.upsert(words);
    }

    written
        .put(words)
        .assertReadAs(
            new DeltaFolder(new Receipts().batches()).read(folder, run(ReceiptTree.WORDS), 2));
  }

  @Test
  void everyOperationDoesWhatChromaDoes() throws UnusableDelta {
    writeEveryOperation();

    written.assertReadAs(read(2));
  }

  @Test
  void everyOperationDoesTheSameWhereChromaHasNotTakenTheMetadataFromTheLog() throws UnusableDelta {
    writeEveryOperation();
    Sqlite.run(
        folder,
        "DELETE FROM max_seq_id",
        "DELETE FROM embedding_metadata",
        "DELETE FROM embeddings");

    written.assertReadAs(read(2));
  }

  @ParameterizedTest
  @ValueSource(ints = {1_000, 1_100, 5_000})
  void recordsThatTheLogNoLongerHoldsAreReadInFull(int records) throws UnusableDelta {
    try (DeltaProducer delta = DeltaProducer.start(folder, ReceiptTree.LINES)) {
      for (int from = 0; from < records; from += 500) {
        List<Embedding> lines = lines(from, Math.min(records, from + 500), DIMENSION, from);
        delta.upsert(lines);
        written.put(lines);
      }
    }
    assertThat(Sqlite.count(folder, "embeddings_queue")).isLessThan(records);

    written.assertReadAs(read(DIMENSION));
  }

  @Test
  void writesOnTopOfRecordsThatTheLogNoLongerHoldsAreRead() throws UnusableDelta {
    try (DeltaProducer delta = DeltaProducer.start(folder, ReceiptTree.LINES)) {
      upsert(delta, lines(0, 900, SMALL, 1));
      delete(delta, 0, 100);
      upsert(delta, lines(50, 60, SMALL, 2)); // back with another vector
      upsert(delta, lines(200, 220, SMALL, 3)); // another vector
      upsert(delta, lines(900, 2_500, SMALL, 4));
      delete(delta, 100, 130);
      upsert(delta, lines(110, 115, SMALL, 5));
      upsert(delta, lines(300, 320, SMALL, 6));
      delta.update(List.of(new Embedding(line(400), null, "new", Map.of())));
      Embedding old = lines(0, 900, SMALL, 1).get(400);
      written.put(List.of(new Embedding(line(400), old.vector(), "new", old.metadata())));
    }
    assertThat(Sqlite.count(folder, "embeddings_queue")).isLessThan(1_000);

    written.assertReadAs(read(SMALL));
  }

  @Test
  void vectorsOfACosineSpaceKeepTheirLength() throws UnusableDelta {
    List<Embedding> lines = lines(0, 1_100, SMALL, 1);
    try (DeltaProducer delta = DeltaProducer.start(folder, ReceiptTree.LINES, "cosine")) {
      delta.upsert(lines);
    }

    List<Embedding> read = read(SMALL).embeddings();

    assertThat(read).hasSameSizeAs(lines);
    for (int i = 0; i < lines.size(); i++) {
      assertThat(read.get(i).vector()).containsExactly(lines.get(i).vector(), within(1e-5f));
    }
  }

  @Test
  void anIndexThatGrewIsReadInFull() throws Exception {
    try (DeltaProducer delta = DeltaProducer.start(folder, ReceiptTree.LINES)) {
      for (int from = 0; from < 12_000; from += 3_000) {
        upsert(delta, lines(from, from + 3_000, SMALL, from));
      }
    }
    byte[] header = Files.readAllBytes(find("header.bin"));
    assertThat(SegmentHeader.parse(header, SMALL).count())
        .as("beyond what Chroma makes room for at first")
        .isGreaterThan(10_000);

    written.assertReadAs(read(SMALL));
  }

  @Test
  void anIndexThatIsCutShortIsNeverHalfRead() throws Exception {
    try (DeltaProducer delta = DeltaProducer.start(folder, ReceiptTree.LINES)) {
      delta.upsert(lines(0, 1_100, SMALL, 1));
    }
    Path elements = find("data_level0.bin");
    try (RandomAccessFile file = new RandomAccessFile(elements.toFile(), "rw")) {
      file.setLength(1_000);
    }

    assertThatThrownBy(() -> read(SMALL))
        .isInstanceOf(UnusableDelta.class)
        .hasMessageStartingWith(folder.relativize(elements) + " has 1000 bytes where 1100 to ")
        .hasMessageNotContaining(folder.toString());
  }

  @Test
  void aTemplateMakesTheSameDeltaAsChroma(@TempDir Path copy) throws UnusableDelta {
    List<Embedding> lines = lines(0, 40, DIMENSION, 1);
    try (DeltaProducer delta = DeltaProducer.start(folder, ReceiptTree.LINES)) {
      upsert(delta, lines);
    }
    DeltaProducer.template(ReceiptTree.LINES).write(copy, lines);

    written.assertReadAs(read(DIMENSION));
    written.assertReadAs(
        new DeltaFolder(new Receipts().batches()).read(copy, run(ReceiptTree.LINES), DIMENSION));
    String log =
        "SELECT seq_id, operation, substr(topic, 1, 29), id, hex(vector), encoding,"
            + " (SELECT group_concat(key || '=' || atom, ',')"
            + " FROM (SELECT * FROM json_each(metadata) ORDER BY key)) FROM embeddings_queue";
    assertThat(Sqlite.rows(copy, log)).isEqualTo(Sqlite.rows(folder, log));
    String dimension = "SELECT name, dimension FROM collections";
    assertThat(Sqlite.rows(copy, dimension)).isEqualTo(Sqlite.rows(folder, dimension));
  }

  private void writeEveryOperation() {
    Map<String, MetadataValue> metadata =
        Map.of("kept", MetadataValue.of(1), "changed", MetadataValue.of("old"));
    try (DeltaProducer delta = DeltaProducer.start(folder, ReceiptTree.LINES)) {
      delta.upsert(
          IntStream.range(1, 6)
              .mapToObj(each -> new Embedding(line(each), vector(each), "old", metadata))
              .toList());
      // 1 is there, so adding it changes nothing; 6 is not.
      delta.add(List.of(fresh(1, 11), fresh(6, 66)));
      // 2 is merged and loses a key; 7 is not there.
      delta.update(List.of(change(2), change(7)));
      delta.update(List.of(new Embedding(line(3), vector(33), null, Map.of())));
      // 4 starts anew, 5 ends, 8 was never there.
      delta.delete(List.of(line(4), line(5), line(8)));
      delta.update(List.of(change(5)));
      delta.add(List.of(fresh(4, 44)));
      delta.upsert(List.of(new Embedding(line(3), vector(34), null, change(3).metadata())));
    }
    Map<String, MetadataValue> changed =
        Map.of("changed", MetadataValue.of("new"), "more", MetadataValue.of(true));
    written.put(
        List.of(
            new Embedding(line(1), vector(1), "old", metadata),
            new Embedding(line(2), vector(2), "old", changed),
            new Embedding(line(3), vector(34), "old", changed),
            fresh(4, 44),
            fresh(6, 66)));
  }

  private static Embedding fresh(int line, int vector) {
    return new Embedding(line(line), vector(vector), null, Map.of("new", MetadataValue.of(0.5)));
  }

  private static Embedding change(int line) {
    return new Embedding(
        line(line),
        null,
        null,
        Map.of(
            "changed", MetadataValue.of("new"),
            "more", MetadataValue.of(true),
            "kept", MetadataValue.removed()));
  }

  private static float[] vector(int number) {
    return new float[] {number, -number};
  }

  private void upsert(DeltaProducer delta, List<Embedding> embeddings) {
    delta.upsert(embeddings);
    written.put(embeddings);
  }

  private void delete(DeltaProducer delta, int from, int to) {
    List<RecordKey> records = IntStream.range(from, to).mapToObj(WrittenRecords::line).toList();
    delta.delete(records);
    written.remove(records);
  }

  private DeltaContent read(int dimension) throws UnusableDelta {
    return new DeltaFolder(new Receipts().batches())
        .read(folder, run(ReceiptTree.LINES), dimension);
  }

  private Path find(String name) throws IOException {
    try (Stream<Path> tree = Files.walk(folder)) {
      return tree.filter(each -> each.endsWith(name)).findFirst().orElseThrow();
    }
  }
}
