package io.chromasync.delta;

import io.chromasync.config.ApplicationProperties;
import io.chromasync.config.AwsAccess;
import io.chromasync.delta.runs.RunSettings;
import io.chromasync.model.Collection;
import io.chromasync.model.Embedding;
import io.chromasync.model.ItemChange;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.RecordKey;
import io.chromasync.model.RunDelta;
import io.chromasync.model.Version;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** SampleRuns, and settings, for tests. */
public final class SampleRuns {

  public static final String IMAGE = "3f0c2a7e-5b1d-4c55-9a60-0d5f1e2b7c11";

  private SampleRuns() {}

  static RunDelta words(String run, String prefix) {
    return of(run, Collection.WORDS, prefix);
  }

  public static RunDelta of(String run, Collection collection, String prefix) {
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
    return new RunDelta(IMAGE, 1, run, collection, prefix, version, source);
  }

  /** One whose item says when it was created. */
  public static RunDelta created(RunDelta run, String time) {
    return new RunDelta(
        run.image(),
        run.receipt(),
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
        List.of(),
        IntStream.range(0, embeddings)
            .mapToObj(
                word ->
                    new Embedding(
                        RecordKey.word(IMAGE, 1, 1, word),
                        new float[] {word, 1},
                        "word " + word,
                        Map.of("text", MetadataValue.of("word " + word))))
            .toList());
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
