package io.chromasync.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.config.ApplicationProperties;
import io.chromasync.config.AwsAccess;
import io.chromasync.delta.runs.RunSettings;
import io.chromasync.model.CollectionName;
import io.chromasync.model.Embedding;
import io.chromasync.model.ItemChange;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.RunDelta;
import io.chromasync.model.Version;
import io.chromasync.receipts.ReceiptFacts;
import io.chromasync.receipts.ReceiptKeys;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.testing.Deltas;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** SampleRuns, and settings, for tests. */
public final class SampleRuns {

  public static final String IMAGE = "3f0c2a7e-5b1d-4c55-9a60-0d5f1e2b7c11";

  private SampleRuns() {}

  static RunDelta words(String run, String prefix) {
    return of(run, ReceiptTree.WORDS, prefix);
  }

  public static RunDelta of(String run, CollectionName collection, String prefix) {
    Version version = new Version(1_000_000, "1");
    ItemChange source =
        new ItemChange(
            ItemChange.Operation.INSERT,
            "IMAGE#" + IMAGE,
            "RECEIPT#00001#COMPACTION_RUN#" + run,
            "{}",
            null,
            version,
            "test");
    return Deltas.delta(IMAGE, 1, run, collection, prefix, version, source);
  }

  /** One whose item says when it was created. */
  public static RunDelta created(RunDelta run, String time) {
    return Deltas.delta(
        run.partition(),
        ReceiptKeys.receiptOf(run.scope()),
        run.run(),
        run.collection(),
        run.prefix(),
        run.version(),
        run.source(),
        time);
  }

  /** As many words, each with a small vector. */
  static DeltaContent content(int embeddings) {
    return new DeltaContent(
        new ReceiptFacts.Delta(List.of(), "1").fact(),
        IntStream.range(0, embeddings)
            .mapToObj(
                word ->
                    new Embedding(
                        ReceiptTree.word(IMAGE, 1, 1, word),
                        new float[] {word, 1},
                        "word " + word,
                        Map.of("text", MetadataValue.of("word " + word))))
            .toList());
  }

  static void isEmpty(DeltaContent content) {
    assertThat(ReceiptFacts.Delta.of(content.fact()).rows()).isEmpty();
    assertThat(content.embeddings()).isEmpty();
  }

  static DeltaSettings settings(Map<String, String> values) {
    ApplicationProperties properties = new ApplicationProperties(Map.of("delta", values));
    DeltaSettings settings =
        DeltaSettings.from(properties.group("delta"), new AwsAccess(null, null));
    properties.check();
    return settings;
  }

  /** States are not written. */
  static RunSettings unwritten() {
    return new RunSettings(null, new AwsAccess(null, null));
  }
}
