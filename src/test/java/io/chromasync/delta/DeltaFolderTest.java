package io.chromasync.delta;

import static io.chromasync.delta.SegmentFiles.VECTORS;
import static io.chromasync.delta.WrittenRecords.line;
import static io.chromasync.delta.WrittenRecords.lines;
import static io.chromasync.delta.WrittenRecords.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chromasync.delta.format.UnusableDelta;
import io.chromasync.local.deltas.EmptyDelta;
import io.chromasync.model.Embedding;
import io.chromasync.model.MetadataValue;
import io.chromasync.receipts.ReceiptFacts;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.receipts.Receipts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Deltas made without a server, whole and spoiled; {@code DeltaFolderIT} reads real ones. */
class DeltaFolderTest {

  private static final int DIMENSION = 4;

  /** Of the records 1, 2 and 3. */
  private static final String SECOND = line(2).id();

  @TempDir private Path folder;

  private final List<Embedding> lines = lines(1, 4, DIMENSION, 7);
  private final WrittenRecords written = new WrittenRecords().put(lines);

  @BeforeEach
  void write() {
    List<Embedding> backwards = new ArrayList<>(lines);
    Collections.reverse(backwards);
    EmptyDelta.in(folder, ReceiptTree.LINES).write(folder, backwards);
  }

  @Nested
  class RecordsAreRead {

    @Test
    void recordsComeInTheOrderOfTheirIds() throws UnusableDelta {
      written.assertReadAs(read());
    }

    @Test
    void aDeltaWithoutRecordsIsEmpty() throws UnusableDelta {
      Sqlite.run(folder, "DELETE FROM embeddings_queue");

      assertThat(read()).satisfies(SampleRuns::isEmpty);
    }

    @Test
    void recordsThatTheLogNoLongerHoldsAreRead() throws Exception {
      new SegmentFiles(folder, DIMENSION).takeLog();

      written.assertReadAs(read());
    }

    @Test
    void readingLeavesTheFolderAsItWas() throws Exception {
      new SegmentFiles(folder, DIMENSION).takeLog();
      List<String> before = files();

      assertThat(read()).isNotNull();

      assertThat(files()).isEqualTo(before);
    }

    @Test
    void arraysOfTextsAreReadFromTheLog() throws UnusableDelta {
      setMetadata("{\"labels\":[\"TAX\",\"DATE\"],\"none\":[]}");

      assertThat(read().embeddings().get(1).metadata())
          .isEqualTo(Map.of("labels", MetadataValue.of(List.of("TAX", "DATE"))));
    }

    @Test
    void arraysOfTextsAreReadWhereChromaHasTakenThemFromTheLog() throws Exception {
      setMetadata("{\"text\":\"a\"}");
      new SegmentFiles(folder, DIMENSION).takeLog();
      addArrays("'TAX', NULL", "'DATE', NULL");

      assertThat(read().embeddings().get(1).metadata())
          .isEqualTo(
              Map.of(
                  "labels",
                  MetadataValue.of(List.of("TAX", "DATE")),
                  "text",
                  MetadataValue.of("a")));
    }

    @Test
    void aRecordWithoutDocumentOrMetadataHasNone() throws UnusableDelta {
      change("metadata = NULL");

      Embedding second = read().embeddings().get(1);

      assertThat(second.document()).isNull();
      assertThat(second.metadata()).isEmpty();
    }
  }

  @Nested
  class LinesOfARow {

    @ParameterizedTest(name = "{0} is the row {1}")
    @CsvSource(
        delimiter = '|',
        value = {"[2] | 2", "[2, 7] | 2 7", "[1, 2] | 2 1", "[7,2,7] | 2 7", "[0, 2] | 2 0"})
    void aRowBeginsWithItsOwnLine(String lineIds, String row) throws UnusableDelta {
      setMetadata("{\"row_line_ids\":\"%s\"}".formatted(lineIds));

      List<Integer> expected = Stream.of(row.split(" ")).map(Integer::valueOf).toList();
      assertThat(ReceiptFacts.Delta.of(read().fact()).rows().get(1)).isEqualTo(expected);
    }

    @Test
    void aRecordThatNamesNoLinesIsARowOfItsOwn() throws UnusableDelta {
      setMetadata("{}");

      assertThat(ReceiptFacts.Delta.of(read().fact()).rows().get(1)).isEqualTo(List.of(2));
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "\"[]\"",
          "\"[7]\"",
          "\"2\"",
          "\"[2, -1]\"",
          "\"[2.5, 2]\"",
          "\"[2, null]\"",
          "\"[2] 3\"",
          "\"[2\"",
          "\"\"",
          "2",
          "[\"2\"]"
        })
    void aRowThatDoesNotNameItsLinesIsBad(String lineIds) {
      setMetadata("{\"row_line_ids\":%s}".formatted(lineIds));

      assertBad("row_line_ids", SECOND, "a JSON array of line ids with 2 is expected");
    }
  }

  @Nested
  class ADatabaseIsBad {

    @Test
    void thatIsNotThere() throws IOException {
      Files.delete(folder.resolve("chroma.sqlite3"));

      assertBad("the delta has no chroma.sqlite3");
    }

    @Test
    void thatIsNone() throws IOException {
      Files.writeString(folder.resolve("chroma.sqlite3"), "a".repeat(5_000));

      assertBad("chroma.sqlite3 cannot be read", "not a database");
    }

    @Test
    void thatIsCutShort() throws IOException {
      cut(folder.resolve("chroma.sqlite3"), 9_000);

      assertBad("chroma.sqlite3 cannot be read");
    }

    @Test
    void thatIsEmpty() throws IOException {
      cut(folder.resolve("chroma.sqlite3"), 0);

      assertBad("chroma.sqlite3 has no table collections");
    }

    @ParameterizedTest
    @MethodSource("io.chromasync.delta.DeltaFolderTest#tables")
    void thatLacksATable(String table) {
      Sqlite.run(folder, "DROP TABLE " + table);

      assertBad("chroma.sqlite3 has no table " + table);
    }

    /** It is a query of its own, which need not end. */
    @ParameterizedTest
    @MethodSource("io.chromasync.delta.DeltaFolderTest#tables")
    void withAViewInPlaceOfATable(String table) {
      Sqlite.run(
          folder,
          "ALTER TABLE %s RENAME TO real".formatted(table),
          ("CREATE VIEW %s AS WITH RECURSIVE endless(n) AS"
                  + " (SELECT 1 UNION ALL SELECT n + 1 FROM endless) SELECT * FROM real, endless")
              .formatted(table));

      assertBad("chroma.sqlite3 has no table " + table);
    }

    @Test
    void withATableThatAModuleMakesUp() {
      Sqlite.run(
          folder,
          "DROP TABLE max_seq_id",
          "CREATE VIRTUAL TABLE max_seq_id USING fts5(segment_id, seq_id)");

      assertBad("chroma.sqlite3 has no table max_seq_id");
    }

    @Test
    void withAnArrayTableThatIsAView() throws UnusableDelta {
      Sqlite.run(folder, "CREATE VIEW embedding_metadata_array AS SELECT * FROM embeddings");

      written.assertReadAs(read());
    }

    /** SQLite itself reads a table that lost a page of rows as one with fewer rows. */
    @Test
    void thatLostAPageOfATable() throws IOException {
      // Rows of no record, so that nothing else misses them.
      Sqlite.run(
          folder,
          "WITH RECURSIVE row(n) AS (SELECT 1000 UNION ALL SELECT n + 1 FROM row WHERE n < 3000)"
              + " INSERT INTO embedding_metadata (id, key, int_value) SELECT n, 'k', n FROM row");
      int leaf =
          Integer.parseInt(
              Sqlite.rows(
                      folder,
                      "SELECT pageno FROM dbstat WHERE name = 'embedding_metadata'"
                          + " AND pagetype = 'leaf' ORDER BY path DESC LIMIT 1")
                  .get(0)
                  .get(0));
      int pageSize = Integer.parseInt(Sqlite.rows(folder, "PRAGMA page_size").get(0).get(0));
      // The header of a page: its kind, no free block, no cells, content that begins at its end.
      byte[] none = {13, 0, 0, 0, 0, (byte) (pageSize >> 8), (byte) pageSize, 0};
      overwrite(folder.resolve("chroma.sqlite3"), (leaf - 1) * pageSize, none);

      assertBad("chroma.sqlite3 is damaged in its table embedding_metadata");
    }

    @Test
    void thatHoldsAValueThatIsTooLong() {
      change("metadata = '{\"text\":\"' || hex(zeroblob(1000000)) || '\"}'");

      assertBad("chroma.sqlite3 cannot be read", "TOOBIG");
    }

    @Test
    void thatLacksAColumn() {
      Sqlite.run(folder, "ALTER TABLE embeddings_queue DROP COLUMN encoding");

      assertBad("chroma.sqlite3 cannot be read", "no such column: encoding");
    }

    @Test
    void thatHasAnotherCollection() {
      Sqlite.run(folder, "UPDATE collections SET name = 'words'");

      assertBad("has the collections [words] where only lines is expected");
    }

    @Test
    void thatHasNoCollection() {
      Sqlite.run(folder, "DELETE FROM collections");

      assertBad("has the collections [] where only lines is expected");
    }

    @Test
    void thatHasACollectionMore() {
      Sqlite.run(folder, "INSERT INTO collections (id, name, database_id) VALUES ('x', 'y', 'z')");

      assertBad("has the collections", "y", "where only lines is expected");
    }

    @Test
    void withVectorsOfAnotherDimension() {
      Sqlite.run(folder, "UPDATE collections SET dimension = 3");

      assertBad("collection lines of chroma.sqlite3 has vectors of 3 numbers where 4 are expected");
    }

    @Test
    void withAConfigurationThatIsNoJson() {
      Sqlite.run(folder, "UPDATE collections SET config_json_str = '{'");

      assertBad("collection lines of chroma.sqlite3 has a configuration that is no JSON");
    }

    @Test
    void withWritesOfAnotherCollection() {
      change("topic = 'persistent://default/default/other'");

      assertBad(
          "write 2 in the log of chroma.sqlite3 belongs to persistent://default/default/other");
    }

    @Test
    void withAVectorSegmentThatIsNoFolderOfIts() throws IOException {
      new SegmentFiles(folder, DIMENSION).takeLog();
      Sqlite.run(
          folder,
          "UPDATE segments SET id = '../x' WHERE scope = 'VECTOR'",
          "UPDATE max_seq_id SET segment_id = '../x' WHERE segment_id = '%s'".formatted(VECTORS));

      assertBad("chroma.sqlite3 names a vector segment ../x that is no folder");
    }
  }

  @Nested
  class ALogIsBad {

    @ParameterizedTest(name = "write {0}")
    @CsvSource({"1,2,1", "2,3,2"})
    void thatLacksAWrite(int lost, int found, int wanted) {
      Sqlite.run(folder, "DELETE FROM embeddings_queue WHERE seq_id = " + lost);

      assertBad(
          "the log of chroma.sqlite3 has write %s where write %s is expected"
              .formatted(found, wanted));
    }

    @Test
    void thatLacksItsBeginningThoughNoSegmentHasTakenIt() throws IOException {
      new SegmentFiles(folder, DIMENSION).takeLog();
      Sqlite.run(folder, "DELETE FROM max_seq_id WHERE segment_id = '%s'".formatted(VECTORS));

      assertBad("the log of chroma.sqlite3 ends at write 0, but a segment has taken write 3");
    }

    @Test
    void thatEndsBeforeWhatASegmentHasTaken() {
      takeMetadata();
      Sqlite.run(folder, "DELETE FROM embeddings_queue WHERE seq_id = 3");

      assertBad("the log of chroma.sqlite3 ends at write 2, but a segment has taken write 3");
    }

    @Test
    void whoseMetadataWasTakenUpToNoNumber() {
      takeMetadata();
      Sqlite.run(folder, "DELETE FROM max_seq_id");

      assertBad("in its segment METADATA, but max_seq_id has no entry for that segment");
    }

    @Test
    void whoseMetadataWasTakenByAnotherSegment() {
      takeMetadata();
      Sqlite.run(folder, "UPDATE embeddings SET segment_id = 'other' WHERE id = 2");

      assertBad(SECOND, "in the segment other, which is not that of the collection's metadata");
    }

    /** As the first releases of Chroma wrote them; the driver would read another number. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(
        quoteCharacter = '"',
        value = {"x'0000000000000003',bytes", "'3',3", "NULL,null", "2.5,2.5"})
    void whoseNumbersAreNone(String value, String told) {
      Sqlite.run(
          folder,
          "DROP TABLE max_seq_id",
          "CREATE TABLE max_seq_id (segment_id TEXT PRIMARY KEY, seq_id)",
          "INSERT INTO max_seq_id SELECT id, %s FROM segments".formatted(value));

      assertBad("a row whose seq_id is %s where an integer is expected".formatted(told));
    }

    @Test
    void whoseNumbersAreNegative() {
      Sqlite.run(folder, "INSERT INTO max_seq_id SELECT id, -1 FROM segments");

      assertBad("up to write -1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"METADATA", "VECTOR"})
    void withoutASegmentToTakeIt(String scope) {
      Sqlite.run(folder, "DELETE FROM segments WHERE scope = '%s'".formatted(scope));

      assertBad("chroma.sqlite3 has no segment %s of the collection".formatted(scope));
    }

    @ParameterizedTest
    @ValueSource(strings = {"METADATA", "VECTOR"})
    void withTwoSegmentsToTakeIt(String scope) {
      Sqlite.run(
          folder,
          "INSERT INTO segments SELECT 'another', type, scope, collection FROM segments"
              + " WHERE scope = '%s'".formatted(scope));

      assertBad("chroma.sqlite3 has segment %s twice".formatted(scope));
    }

    @Test
    void withASegmentOfNoScope() {
      Sqlite.run(
          folder,
          "CREATE TABLE other AS SELECT * FROM segments",
          "DROP TABLE segments",
          "ALTER TABLE other RENAME TO segments",
          "UPDATE segments SET scope = NULL");

      assertBad("a row whose scope is null where a string is expected");
    }

    /** The driver would read 0, which adds. */
    @Test
    void withAWriteThatDoesNothing() {
      Sqlite.run(
          folder,
          "CREATE TABLE other AS SELECT * FROM embeddings_queue",
          "DROP TABLE embeddings_queue",
          "ALTER TABLE other RENAME TO embeddings_queue",
          "UPDATE embeddings_queue SET operation = NULL WHERE seq_id = 2");

      assertBad("a row whose operation is null where an integer is expected");
    }

    /** As Chroma does with every write, long before the vectors. */
    private void takeMetadata() {
      Sqlite.run(
          folder,
          "INSERT INTO embeddings (segment_id, embedding_id, seq_id)"
              + " SELECT '%s', id, seq_id FROM embeddings_queue".formatted(SegmentFiles.METADATA),
          "INSERT INTO max_seq_id VALUES ('%s', 3)".formatted(SegmentFiles.METADATA));
    }
  }

  @Nested
  class ARecordIsBad {

    @ParameterizedTest
    @ValueSource(
        strings = {
          "IMAGE#other#RECEIPT#00001#LINE#00002",
          "IMAGE#3f0c2a7e-5b1d-4c55-9a60-0d5f1e2b7c11#RECEIPT#00002#LINE#00002",
          "IMAGE#3f0c2a7e-5b1d-4c55-9a60-0d5f1e2b7c11#RECEIPT#00001#LINE#2",
          "IMAGE#3f0c2a7e-5b1d-4c55-9a60-0d5f1e2b7c11#RECEIPT#00001#LINE#000002",
          "IMAGE#3f0c2a7e-5b1d-4c55-9a60-0d5f1e2b7c11#RECEIPT#00001#LINE#9999999999",
          "IMAGE#3f0c2a7e-5b1d-4c55-9a60-0d5f1e2b7c11#RECEIPT#00001#LINE#-0002",
          "IMAGE#3f0c2a7e-5b1d-4c55-9a60-0d5f1e2b7c11#RECEIPT#00001#LINE#00002#WORD#00001",
          "IMAGE#3f0c2a7e-5b1d-4c55-9a60-0d5f1e2b7c11#RECEIPT#00001#LINE#00002#",
          "IMAGE#3f0c2a7e-5b1d-4c55-9a60-0d5f1e2b7c11#RECEIPT#00001",
          "image#3f0c2a7e-5b1d-4c55-9a60-0d5f1e2b7c11#RECEIPT#00001#LINE#00002"
        })
    void thatIsNoneOfTheReceipt(String id) {
      change("id = '%s'".formatted(id));

      assertBad(
          "a record with the id \"%s\"".formatted(id),
          "which names no record of collection 'lines' below receipt/1");
    }

    @Test
    void thatIsALineAmongWords() {
      Sqlite.run(folder, "UPDATE collections SET name = 'words'");

      assertThatThrownBy(
              () ->
                  new DeltaFolder(new Receipts().batches())
                      .read(folder, run(ReceiptTree.WORDS), DIMENSION))
          .isInstanceOf(UnusableDelta.class)
          .hasMessageContaining(line(1).id())
          .hasMessageContaining("which names no record of collection 'words' below receipt/1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  "})
    void withoutAnId(String id) {
      change("id = '%s'".formatted(id));

      assertBad("write 2 in the log of chroma.sqlite3 names no record");
    }

    @Test
    void withoutAnIdWhereChromaHasTakenIt() throws IOException {
      new SegmentFiles(folder, DIMENSION).takeLog();
      Sqlite.run(folder, "UPDATE embeddings SET embedding_id = ' ' WHERE id = 2");

      assertBad("chroma.sqlite3 has a record without an id");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"NaN,0000C07F", "Infinity,0000807F", "-Infinity,000080FF"})
    void withAVectorThatIsNotFinite(String number, String bytes) {
      change("vector = x'00000000000000000000803F%s'".formatted(bytes));

      assertBad("chroma.sqlite3 has %s in the vector of record %s".formatted(number, SECOND));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0000803F", "0000803F0000803F0000803F0000803F00"})
    void withAVectorOfAnotherLength(String bytes) {
      change("vector = x'%s'".formatted(bytes));

      assertBad("a vector of %s bytes for record".formatted(bytes.length() / 2), SECOND);
    }

    @Test
    void withAVectorInAnotherEncoding() {
      change("encoding = 'INT32'");

      assertBad("the vector of record", SECOND, "in encoding INT32 where FLOAT32 is expected");
    }

    @Test
    void withoutAVector() {
      change("vector = NULL, encoding = NULL");

      assertBad("chroma.sqlite3 has record", SECOND, "without a vector");
    }

    @Test
    void withAnOperationThatNobodyKnows() {
      change("operation = 4");

      assertBad("the unknown operation 4", SECOND);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "{\"odd\":{}}",
          "{\"odd\":[1]}",
          "{\"odd\":[\"a\",null]}",
          "{\"odd\":[[]]}",
          "{\"odd\":99999999999999999999}",
          "{\"odd\":1e999}"
        })
    void withMetadataOfAKindThatNobodyKnows(String metadata) {
      setMetadata(metadata);

      assertBad("metadata odd", SECOND);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{", "{} {}", "null"})
    void withMetadataThatIsNoObject(String metadata) {
      setMetadata(metadata);

      assertBad("metadata of record", SECOND, "no JSON object");
    }

    @Test
    void withADocumentThatIsNoText() {
      setMetadata("{\"chroma:document\":1}");

      assertBad("a document of record", SECOND, "no string");
    }

    @ParameterizedTest
    @ValueSource(strings = {"NULL", "9e999"})
    void withMetadataOfNoValueWhereChromaHasTakenIt(String real) throws IOException {
      new SegmentFiles(folder, DIMENSION).takeLog();
      Sqlite.run(
          folder,
          "INSERT INTO embedding_metadata (id, key, float_value) VALUES (2, 'odd', %s)"
              .formatted(real));

      assertBad("metadata odd", SECOND);
    }

    @Test
    void withMetadataWithoutAKeyWhereChromaHasTakenIt() throws IOException {
      new SegmentFiles(folder, DIMENSION).takeLog();
      Sqlite.run(
          folder,
          "CREATE TABLE other AS SELECT * FROM embedding_metadata",
          "DROP TABLE embedding_metadata",
          "ALTER TABLE other RENAME TO embedding_metadata",
          "UPDATE embedding_metadata SET key = NULL WHERE id = 2 AND key = 'text'");

      assertBad("a row whose key is null where a string is expected");
    }

    @Test
    void withMetadataTwiceWhereChromaHasTakenIt() throws IOException {
      new SegmentFiles(folder, DIMENSION).takeLog();
      Sqlite.run(
          folder,
          "CREATE TABLE other AS SELECT * FROM embedding_metadata",
          "DROP TABLE embedding_metadata",
          "ALTER TABLE other RENAME TO embedding_metadata",
          "INSERT INTO embedding_metadata (id, key, string_value) VALUES (2, 'text', 'other')");

      assertBad("metadata text of record " + SECOND + " twice");
    }

    @Test
    void twiceWhereChromaHasTakenIt() throws IOException {
      new SegmentFiles(folder, DIMENSION).takeLog();
      Sqlite.run(
          folder,
          "CREATE TABLE other AS SELECT * FROM embeddings",
          "DROP TABLE embeddings",
          "ALTER TABLE other RENAME TO embeddings",
          "INSERT INTO embeddings SELECT 7, segment_id, embedding_id, 7, created_at"
              + " FROM embeddings WHERE id = 2");

      assertBad("chroma.sqlite3 has record " + SECOND + " twice");
    }

    @Test
    void whoseIdIsLongIsNamedByItsBeginning() {
      change("id = '" + "x".repeat(100_000) + "'");

      assertThatThrownBy(DeltaFolderTest.this::read)
          .isInstanceOf(UnusableDelta.class)
          .hasMessageContaining("xxx…\", which names no record")
          .message()
          .hasSizeLessThan(1_000);
    }

    @Test
    void withMetadataNestedBeyondAllReason() {
      setMetadata("[".repeat(100_000));

      assertBad("metadata of record", SECOND, "no JSON object");
    }

    @Test
    void withAnArrayOfNumbersWhereChromaHasTakenIt() throws IOException {
      new SegmentFiles(folder, DIMENSION).takeLog();
      addArrays("NULL, 5");

      assertBad("metadata labels", SECOND);
    }
  }

  @Nested
  class AnIndexIsBad {

    private SegmentFiles segment;

    @BeforeEach
    void takeLog() throws IOException {
      segment = new SegmentFiles(folder, DIMENSION);
      segment.takeLog();
    }

    @ParameterizedTest
    @ValueSource(strings = {"header.bin", "data_level0.bin", "length.bin", "index_metadata.pickle"})
    void thatLacksAFile(String name) throws IOException {
      Files.delete(segment.file(name));

      assertBad("the delta has no %s/%s".formatted(VECTORS, name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"header.bin", "data_level0.bin", "length.bin", "index_metadata.pickle"})
    void thatIsCutShort(String name) throws IOException {
      cut(segment.file(name), 10);

      assertBad("%s/%s".formatted(VECTORS, name));
    }

    @Test
    void thatHasAFolderInPlaceOfAFile() throws IOException {
      Files.delete(segment.file("index_metadata.pickle"));
      Files.createDirectory(segment.file("index_metadata.pickle"));

      assertBad("index_metadata.pickle cannot be read");
    }

    @ParameterizedTest
    @ValueSource(strings = {"data_level0.bin", "length.bin"})
    void thatHasMoreThanThereIsRoomFor(String name) throws IOException {
      Files.write(segment.file(name), new byte[156 * 4], StandardOpenOption.APPEND);

      assertBad("%s/%s has ".formatted(VECTORS, name), "where 3 to 10 elements");
    }

    /** All agree, so nothing but its size speaks against it. */
    @Test
    void whoseElementsAreLargerThanAnyMemory() throws IOException {
      int offset = 1_000_000_000;
      int label = offset + DIMENSION * Float.BYTES;
      byte[] header = Files.readAllBytes(segment.file("header.bin"));
      ByteBuffer.wrap(header)
          .order(ByteOrder.LITTLE_ENDIAN)
          .putLong(20, 0)
          .putLong(28, label + Long.BYTES)
          .putLong(36, label)
          .putLong(44, offset);
      Files.write(segment.file("header.bin"), header);
      cut(segment.file("data_level0.bin"), 0);

      assertBad(VECTORS + "/header.bin is no header");
    }

    @Test
    void whoseLabelsAreLongerThanAnyOfSoManyElements() throws IOException {
      Files.write(segment.file("index_metadata.pickle"), new byte[2 << 20]);

      assertBad("index_metadata.pickle has 2,097,152 bytes, too many for the labels of 3 elements");
    }

    /** Version, offset of links, capacity, count, size of an element, offsets of label, vector. */
    @ParameterizedTest
    @ValueSource(ints = {0, 4, 12, 20, 28, 36, 44})
    void whoseHeaderMakesNoSense(int offset) throws IOException {
      overwrite("header.bin", offset, new byte[] {-1, -1, -1, -1, -1, -1, -1, -1});

      assertBad(VECTORS + "/header.bin is no header");
    }

    @Test
    void thatHasLessThanItsHeaderSays() throws IOException {
      overwrite("header.bin", 20, new byte[] {9});
      cut(segment.file("data_level0.bin"), 156 * 8);

      assertBad("data_level0.bin has 1248 bytes where 9 to 10 elements of 156 are expected");
    }

    @Test
    void whoseHeaderIsOfAnotherDimension() {
      Sqlite.run(folder, "UPDATE collections SET dimension = NULL");

      assertThatThrownBy(
              () ->
                  new DeltaFolder(new Receipts().batches()).read(folder, run(ReceiptTree.LINES), 5))
          .isInstanceOf(UnusableDelta.class)
          .hasMessageEndingWith("header.bin is no header of an index of vectors of 5 numbers");
    }

    @Test
    void thatHasMarkedARecordAsDeleted() throws IOException {
      overwrite("data_level0.bin", 156 + 2, new byte[] {1});

      assertBad("data_level0.bin has no vector of record " + SECOND);
    }

    @Test
    void withAVectorThatIsNotFinite() throws IOException {
      overwrite("data_level0.bin", 156 + 132, new byte[] {0, 0, (byte) 0xC0, 0x7F});

      assertBad("data_level0.bin has NaN in the vector of record " + SECOND);
    }

    @Test
    void withALengthThatIsNotFinite() throws IOException {
      Sqlite.run(
          folder,
          "UPDATE collections SET config_json_str = '%s'"
              .formatted("{\"vector_index\":{\"hnsw\":{\"space\":\"cosine\"}}}"));
      overwrite("length.bin", 4, new byte[] {0, 0, (byte) 0xC0, 0x7F});

      assertBad("length.bin has the length NaN for record " + SECOND);
    }

    @Test
    void thatKnowsARecordLess() throws IOException {
      segment.writeLabels(Map.of("id_to_label", Map.of(line(1).id(), 3, line(3).id(), 1)));

      assertBad("chroma.sqlite3 has record %s without a vector".formatted(SECOND));
    }

    @Test
    void thatKnowsARecordMore() {
      Sqlite.run(folder, "DELETE FROM embeddings WHERE embedding_id = '%s'".formatted(SECOND));

      assertBad("chroma.sqlite3 lacks record %s, which has a vector".formatted(SECOND));
    }

    private void overwrite(String name, int offset, byte[] bytes) throws IOException {
      DeltaFolderTest.overwrite(segment.file(name), offset, bytes);
    }
  }

  private DeltaContent read() throws UnusableDelta {
    return new DeltaFolder(new Receipts().batches())
        .read(folder, run(ReceiptTree.LINES), DIMENSION);
  }

  private void assertBad(String... parts) {
    assertThatThrownBy(this::read)
        .isInstanceOf(UnusableDelta.class)
        .hasMessageContainingAll(parts)
        .hasMessageNotContaining(folder.toString());
  }

  /** Changes the write of the second record. */
  private void change(String assignment) {
    Sqlite.run(
        folder, "UPDATE embeddings_queue SET %s WHERE id = '%s'".formatted(assignment, SECOND));
  }

  private void setMetadata(String json) {
    change("metadata = '%s'".formatted(json));
  }

  /** As newer servers keep the metadata {@code labels} of the second record. */
  private void addArrays(String... textAndWhole) {
    Sqlite.run(
        folder,
        "CREATE TABLE embedding_metadata_array (id INTEGER NOT NULL, key TEXT NOT NULL,"
            + " string_value TEXT, int_value INTEGER, float_value REAL, bool_value INTEGER)");
    for (String each : textAndWhole) {
      Sqlite.run(
          folder,
          "INSERT INTO embedding_metadata_array (id, key, string_value, int_value)"
              + " VALUES (2, 'labels', %s)".formatted(each));
    }
  }

  static List<String> tables() {
    return List.of(
        "collections",
        "segments",
        "max_seq_id",
        "embeddings",
        "embedding_metadata",
        "embeddings_queue");
  }

  private static void overwrite(Path file, int offset, byte[] bytes) throws IOException {
    byte[] content = Files.readAllBytes(file);
    System.arraycopy(bytes, 0, content, offset, bytes.length);
    Files.write(file, content);
  }

  private static void cut(Path file, int bytes) throws IOException {
    byte[] content = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(content, bytes));
  }

  private List<String> files() throws IOException {
    try (Stream<Path> tree = Files.walk(folder)) {
      return tree.sorted().map(DeltaFolderTest::nameAndContent).toList();
    }
  }

  private static String nameAndContent(Path file) {
    try {
      return file
          + (Files.isRegularFile(file)
              ? " " + new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)
              : "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
