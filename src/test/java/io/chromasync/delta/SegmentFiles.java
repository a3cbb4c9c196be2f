package io.chromasync.delta;

import io.chromasync.delta.format.SegmentHeader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.razorvine.pickle.Pickler;

/**
 * Writes the files of a small index as Chroma lays them out ({@code DeltaFolderIT} reads real
 * ones), and the rows that go with it: records whose writes the log no longer holds.
 */
final class SegmentFiles {

  static final String VECTORS = "bcfa4619-427e-4619-ab75-870279635e66";
  static final String METADATA = "6e8d785d-50f4-4c3c-837a-9cd717f4cfc3";

  /** Room for the links of an element, which nobody reads. */
  private static final int LINKS = 132;

  private static final int CAPACITY = 10;

  private final Path delta;
  private final int dimension;

  SegmentFiles(Path delta, int dimension) {
    this.delta = delta;
    this.dimension = dimension;
  }

  /** Moves all writes of the log into the segments, as upserts of new records. */
  void takeLog() throws IOException {
    Sqlite.run(
        delta,
        "INSERT INTO embeddings (segment_id, embedding_id, seq_id)"
            + " SELECT '%s', id, seq_id FROM embeddings_queue".formatted(METADATA),
        """
        INSERT INTO embedding_metadata (id, key, string_value, int_value, float_value, bool_value)
        SELECT q.seq_id, j.key,
               iif(j.type = 'text', j.value, NULL), iif(j.type = 'integer', j.value, NULL),
               iif(j.type = 'real', j.value, NULL),
               CASE j.type WHEN 'true' THEN 1 WHEN 'false' THEN 0 END
        FROM embeddings_queue q, json_each(q.metadata) j""",
        "INSERT INTO max_seq_id SELECT id, (SELECT max(seq_id) FROM embeddings_queue) FROM segments");
    Map<String, byte[]> vectors = new LinkedHashMap<>();
    for (List<String> row :
        Sqlite.rows(delta, "SELECT id, hex(vector) FROM embeddings_queue ORDER BY seq_id")) {
      vectors.put(row.get(0), HexFormat.of().parseHex(row.get(1)));
    }
    Sqlite.run(delta, "DELETE FROM embeddings_queue");
    write(vectors);
  }

  Path file(String name) {
    return delta.resolve(VECTORS).resolve(name);
  }

  /** Writes what names the element of each record; Chroma writes a dictionary. */
  void writeLabels(Object content) throws IOException {
    Files.write(file("index_metadata.pickle"), new Pickler(false).dumps(content));
  }

  private void write(Map<String, byte[]> vectors) throws IOException {
    Files.createDirectories(delta.resolve(VECTORS));
    int labelOffset = LINKS + dimension * Float.BYTES;
    int elementBytes = labelOffset + Long.BYTES;
    byte[] elements = new byte[CAPACITY * elementBytes];
    ByteBuffer element = littleEndian(elements);
    // Chroma counts labels from 1.
    Map<String, Integer> labels = new LinkedHashMap<>();
    vectors.forEach(
        (id, vector) -> {
          element.position(labels.size() * elementBytes + LINKS);
          labels.put(id, labels.size() + 1);
          element.put(vector).putLong(labels.get(id));
        });
    byte[] header = new byte[SegmentHeader.BYTES];
    littleEndian(header)
        .putInt(1)
        .putLong(0)
        .putLong(CAPACITY)
        .putLong(vectors.size())
        .putLong(elementBytes)
        .putLong(labelOffset)
        .putLong(LINKS);
    Files.write(file("header.bin"), header);
    Files.write(file("data_level0.bin"), elements);
    Files.write(file("length.bin"), new byte[CAPACITY * Float.BYTES]);
    writeLabels(Map.of("id_to_label", labels));
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
