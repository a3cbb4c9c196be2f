package io.chromasync.chroma;

import io.chromasync.chroma.window.WriteGroup;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.Mutation;
import io.chromasync.model.RecordKey;
import io.chromasync.model.RunReport;
import io.chromasync.model.SinkInput;
import io.chromasync.model.Version;
import io.chromasync.receipts.ReceiptKeys;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.testing.Deltas;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Words to write tests with. */
public final class Mutations {

  private Mutations() {}

  /** A group as a queue would give it. */
  public static WriteGroup group(List<Mutation> mutations) {
    Mutation first = mutations.get(0);
    long oldest = mutations.stream().mapToLong(each -> each.version().micros()).min().orElse(0);
    return new WriteGroup(first.record().collection(), first.verb(), mutations, oldest);
  }

  public static RecordKey word(int number) {
    return ReceiptTree.word("img", 1, 2, number);
  }

  public static Mutation update(int word, String key, Object value) {
    return Mutation.update(word(word), Map.of(key, value(value)), version());
  }

  public static Mutation delete(int word) {
    return Mutation.delete(word(word), version());
  }

  public static Mutation upsert(int word, float... vector) {
    return upsert(word(word), "document " + word, vector, Map.of());
  }

  /** An upsert that carries where its record belongs, and more. */
  public static Mutation upsert(
      RecordKey word, String document, float[] vector, Map<String, MetadataValue> more) {
    Map<String, MetadataValue> metadata = new HashMap<>(more);
    metadata.putIfAbsent("image_id", MetadataValue.of(word.partition()));
    metadata.putIfAbsent("receipt_id", MetadataValue.of(ReceiptKeys.receiptOf(word.entity())));
    metadata.putIfAbsent("line_id", MetadataValue.of(ReceiptKeys.lineOf(word.entity())));
    metadata.putIfAbsent("word_id", MetadataValue.of(ReceiptKeys.wordOf(word.entity())));
    return Mutation.upsert(word, vector, document, metadata, version());
  }

  public static Mutation sweep(RecordKey below, RecordKey... excluded) {
    return Mutation.deleteByFilter(below, List.of(excluded), version());
  }

  public static SinkInput reported(String run) {
    return SinkInput.of(report(run));
  }

  public static RunReport report(String run) {
    return Deltas.report("img", 1, run, ReceiptTree.WORDS, 3, null, null, null);
  }

  private static Version version() {
    return new Version(1_000_000, "1");
  }

  private static MetadataValue value(Object value) {
    if (value instanceof Integer number) {
      return MetadataValue.of(number);
    }
    if (value instanceof Double real) {
      return MetadataValue.of(real);
    }
    if (value instanceof Boolean flag) {
      return MetadataValue.of(flag);
    }
    if (value instanceof String[] items) {
      return MetadataValue.of(Arrays.asList(items));
    }
    return value == null ? MetadataValue.removed() : MetadataValue.of(value.toString());
  }
}
