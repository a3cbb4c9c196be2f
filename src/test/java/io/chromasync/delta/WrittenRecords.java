package io.chromasync.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.model.CollectionName;
import io.chromasync.model.Embedding;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.RecordKey;
import io.chromasync.model.RunDelta;
import io.chromasync.model.Version;
import io.chromasync.receipts.ReceiptFacts;
import io.chromasync.receipts.ReceiptKeys;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.testing.Deltas;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** What a test wrote into a delta, and what reading it must give. */
final class WrittenRecords {

  static final String IMAGE = "3f0c2a7e-5b1d-4c55-9a60-0d5f1e2b7c11";

  private final Map<String, Embedding> records = new TreeMap<>();

  static RunDelta run(CollectionName collection) {
    return Deltas.delta(IMAGE, 1, "run", collection, "prefix", new Version(1, "1"), null);
  }

  static RecordKey line(int line) {
    return ReceiptTree.row(IMAGE, 1, line);
  }

  static RecordKey word(int line, int word) {
    return ReceiptTree.word(IMAGE, 1, line, word);
  }

  static Embedding embedding(RecordKey record, float[] vector, Map<String, MetadataValue> more) {
    return new Embedding(record, vector, "text of " + ReceiptKeys.lineOf(record.entity()), more);
  }

  /** Lines with vectors and metadata of all kinds that the seed decides. */
  static List<Embedding> lines(int from, int to, int dimension, long seed) {
    Random random = new Random(seed);
    List<Embedding> lines = new ArrayList<>();
    for (int line = from; line < to; line++) {
      lines.add(embedding(line(line), vector(random, dimension), metadata(line, random)));
    }
    return lines;
  }

  static float[] vector(Random random, int dimension) {
    float[] vector = new float[dimension];
    for (int i = 0; i < dimension; i++) {
      vector[i] = (float) random.nextGaussian();
    }
    return vector;
  }

  WrittenRecords put(List<Embedding> embeddings) {
    embeddings.forEach(each -> records.put(each.record().id(), each));
    return this;
  }

  WrittenRecords remove(List<RecordKey> keys) {
    keys.forEach(key -> records.remove(key.id()));
    return this;
  }

  /** Holds the content against what was written, vectors bit by bit. */
  void assertReadAs(DeltaContent content) {
    List<Embedding> expected = List.copyOf(records.values());
    assertThat(content.embeddings()).hasSameSizeAs(expected);
    for (int i = 0; i < expected.size(); i++) {
      assertSame(content.embeddings().get(i), expected.get(i));
    }
    assertThat(ReceiptFacts.Delta.of(content.fact()).rows()).isEqualTo(rows(expected));
  }

  private static void assertSame(Embedding read, Embedding written) {
    assertThat(read.record()).isEqualTo(written.record());
    assertThat(read.vector()).as("vector of %s", read.record()).isEqualTo(written.vector());
    assertThat(read.document()).as("document of %s", read.record()).isEqualTo(written.document());
    assertThat(read.metadata()).as("metadata of %s", read.record()).isEqualTo(written.metadata());
  }

  private static List<List<Integer>> rows(List<Embedding> embeddings) {
    List<List<Integer>> rows = new ArrayList<>();
    for (Embedding each : embeddings) {
      if (each.record().collection().equals(ReceiptTree.LINES)) {
        int line = ReceiptKeys.lineOf(each.record().entity());
        boolean told = each.metadata().containsKey("row_line_ids");
        rows.add(told ? List.of(line, line + 1) : List.of(line));
      }
    }
    return rows;
  }

  private static Map<String, MetadataValue> metadata(int line, Random random) {
    return Map.of(
        "row_line_ids", MetadataValue.of("[%s, %s]".formatted(line, line + 1)),
        "text", MetadataValue.of("ß\n\"" + line),
        "line_id", MetadataValue.of((long) line),
        "big", MetadataValue.of(random.nextLong()),
        // Chroma 1.0.3 reads decimals of many digits one bit off.
        "x", MetadataValue.of(random.nextInt(8_000) / 8.0),
        "two", MetadataValue.of(2.0),
        "flag", MetadataValue.of(random.nextBoolean()));
  }
}
