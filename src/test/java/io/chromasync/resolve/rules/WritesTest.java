package io.chromasync.resolve.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.model.DeltaStep;
import io.chromasync.model.Embedding;
import io.chromasync.model.EntityKey;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.Mutation;
import io.chromasync.model.Mutation.Verb;
import io.chromasync.model.RecordKey;
import io.chromasync.model.RunDelta;
import io.chromasync.receipts.ReceiptFacts.ValidationStatus;
import io.chromasync.receipts.ReceiptKeys;
import io.chromasync.receipts.ReceiptProjection;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.resolve.Changes;
import io.chromasync.resolve.ResolverRun;
import io.chromasync.testing.Deltas;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** How much of a record is written. */
class WritesTest {

  private static final EntityKey WORD = ReceiptKeys.word(1, 2, 1);
  private static final EntityKey TAX = ReceiptKeys.label(1, 2, 1, "TAX");
  private static final EntityKey TOTAL = ReceiptKeys.label(1, 2, 1, "TOTAL");
  private static final RecordKey RECORD = ReceiptTree.word(Changes.IMAGE, 1, 2, 1);

  private final ResolverRun run = new ResolverRun(new ReceiptProjection(true));

  @Test
  void anUpdateSendsTheKeysThatChanged() {
    bring(run, 5, 1, "ORGANIC", Map.of());
    run.apply(Changes.insert(WORD, 10));
    run.apply(Changes.label(TAX, ValidationStatus.VALID, 20));
    run.mutations.clear();

    run.apply(Changes.label(TOTAL, ValidationStatus.PENDING, 30));

    Mutation update = run.mutations.get(0);
    assertThat(update.verb()).isEqualTo(Verb.UPDATE);
    assertThat(update.metadata()).containsKey("last_label_update").doesNotContainKey("label_TAX");
    assertThat(update.metadata()).hasSizeLessThan(6);
  }

  @Test
  void theFirstOfARecordThatCameWithoutUsIsWhole() {
    run.apply(Changes.insert(WORD, 10));
    run.mutations.clear();
    run.chunks.chunks.values().forEach(chunk -> chunk.written().clear());

    run.apply(Changes.label(TAX, ValidationStatus.VALID, 20));

    assertThat(run.mutations.get(0).metadata()).hasSizeGreaterThan(20);
  }

  /** A value that was shown for a moment, which nobody would look at again. */
  @Test
  void afterACrashTheFirstChangeThatComesAgainWritesItsRecordWhole() {
    bring(run, 5, 1, "ORGANIC", Map.of());
    run.apply(Changes.insert(WORD, 10));
    run.apply(Changes.label(TAX, ValidationStatus.VALID, 20));
    ResolverRun restored = run.restart();
    run.apply(Changes.label(TAX, ValidationStatus.INVALID, 30));
    restored.records.putAll(run.records);

    restored.apply(Changes.label(TAX, ValidationStatus.VALID, 40));
    restored.apply(Changes.label(TAX, ValidationStatus.INVALID, 30));

    assertThat(restored.records.get(RECORD.id()))
        .containsEntry("valid_labels_array", MetadataValue.of(List.of("TAX")));
    restored.mutations.clear();
    restored.apply(Changes.label(TAX, ValidationStatus.INVALID, 50));
    assertThat(restored.mutations.get(0).metadata()).as("the next").hasSizeLessThan(10);
  }

  @Test
  void aVectorThatIsShownIsNotSentAgain() {
    bring(run, 5, 1, "ORGANIC", Map.of("own_a", MetadataValue.of("a")));
    run.mutations.clear();

    bring(run, 10, 1, "ORGANIC", Map.of("own_b", MetadataValue.of("b")));

    assertThat(run.mutations).extracting(Mutation::verb).containsExactly(Verb.UPDATE);
    assertThat(run.records.get(RECORD.id())).containsKey("own_b").doesNotContainKey("own_a");
    assertThat(run.apply(DeltaStep.ends(delta(10))).merged()).isEqualTo(1);
  }

  @Test
  void anotherVectorOrDocumentIsSent() {
    bring(run, 5, 1, "ORGANIC", Map.of());
    bring(run, 10, 2, "ORGANIC", Map.of());
    bring(run, 15, 2, "BANANA", Map.of());

    assertThat(run.mutations)
        .extracting(Mutation::verb)
        .containsExactly(Verb.UPSERT, Verb.UPSERT, Verb.UPSERT);
  }

  /** A reading or a label of it says nothing of its vector. */
  @Test
  void afterACrashAVectorIsSentThoughItsMetadataWasWrittenBefore() {
    bring(run, 5, 1, "ORGANIC", Map.of());
    run.apply(Changes.insert(WORD, 6));
    ResolverRun restored = run.restart();
    bring(run, 10, 2, "ORGANIC", Map.of());
    restored.records.putAll(run.records);

    restored.apply(Changes.label(TAX, ValidationStatus.VALID, 12));
    bring(restored, 15, 1, "ORGANIC", Map.of());
    bring(restored, 10, 2, "ORGANIC", Map.of());

    assertThat(restored.records.get(RECORD.id())).containsEntry("vector", MetadataValue.of(1.0));
    restored.mutations.clear();
    bring(restored, 20, 1, "ORGANIC", Map.of());
    assertThat(restored.mutations).extracting(Mutation::verb).containsExactly(Verb.UPDATE);
  }

  /** Changes that are read in another order after the crash may not hide it in between. */
  @Test
  void afterACrashARecordThatIsShownIsSentWithItsVectorOnceAsItMayHaveBeenDeleted() {
    EntityKey line = ReceiptKeys.line(1, 2);
    bring(run, 5, 1, "ORGANIC", Map.of());
    ResolverRun restored = run.restart();
    run.apply(Changes.remove(line, 7));
    assertThat(run.records).doesNotContainKey(RECORD.id());
    restored.records.clear();

    restored.apply(Changes.insert(line, 8));
    assertThat(restored.records.get(RECORD.id())).containsEntry("vector", MetadataValue.of(1.0));

    restored.mutations.clear();
    restored.apply(Changes.label(TAX, ValidationStatus.INVALID, 9));
    assertThat(restored.mutations)
        .as("again")
        .extracting(Mutation::verb)
        .isNotEmpty()
        .doesNotContain(Verb.UPSERT);
  }

  /** Changes that are read in another order after the crash may not show it in between. */
  @Test
  void afterACrashARecordThatIsHiddenIsDeletedOnceAsItMayHaveBeenShown() {
    EntityKey line = ReceiptKeys.line(1, 2);
    run.apply(Changes.remove(line, 3));
    bring(run, 5, 1, "ORGANIC", Map.of());
    ResolverRun restored = run.restart();
    run.apply(Changes.insert(line, 8));
    assertThat(run.records).containsKey(RECORD.id());
    restored.records.putAll(run.records);

    restored.apply(Changes.label(TAX, ValidationStatus.VALID, 7));
    assertThat(restored.records).doesNotContainKey(RECORD.id());

    restored.mutations.clear();
    restored.apply(Changes.label(TAX, ValidationStatus.INVALID, 7));
    assertThat(restored.mutations).as("again").isEmpty();
    restored.apply(Changes.insert(line, 8));
    assertThat(restored.records).containsKey(RECORD.id());
  }

  /** Another run's may have been shown after the checkpoint. */
  @Test
  void afterACrashAVectorIsSentAlsoIfStateSaysThatItIsShown() {
    bring(run, 5, 1, "ORGANIC", Map.of());
    ResolverRun restored = run.restart();
    bring(run, 10, 2, "ORGANIC", Map.of());
    restored.records.putAll(run.records);

    bring(restored, 15, 1, "ORGANIC", Map.of());

    assertThat(restored.records.get(RECORD.id())).containsEntry("vector", MetadataValue.of(1.0));
  }

  @Test
  void aHashIsOfEveryValueAndOfNoOrder() {
    Map<String, MetadataValue> one = Map.of("a", MetadataValue.of("1"), "b", MetadataValue.of(1));
    Map<String, MetadataValue> other = Map.of("b", MetadataValue.of("1"), "a", MetadataValue.of(1));

    assertThat(ContentHash.of(one))
        .isEqualTo(ContentHash.of(new TreeMap<>(one)))
        .isNotEqualTo(ContentHash.of(other));
    assertThat(
            List.of(
                    MetadataValue.of("1"),
                    MetadataValue.of(1),
                    MetadataValue.of(1.0),
                    MetadataValue.of(true),
                    MetadataValue.of(List.of("1")),
                    MetadataValue.of(List.of("1", "")),
                    MetadataValue.of(""),
                    MetadataValue.removed())
                .stream()
                .map(value -> ContentHash.of(Map.of("a", value)))
                .distinct())
        .hasSize(8);
  }

  private static void bring(
      ResolverRun run,
      int second,
      float vector,
      String document,
      Map<String, MetadataValue> metadata) {
    RunDelta delta = delta(second);
    run.apply(Deltas.opens(delta, List.of()));
    run.apply(
        DeltaStep.brings(delta, new Embedding(RECORD, new float[] {vector}, document, metadata)));
  }

  private static RunDelta delta(int second) {
    return Deltas.delta(
        Changes.IMAGE, 1, "run" + second, ReceiptTree.WORDS, "p", Changes.version(second), null);
  }
}
