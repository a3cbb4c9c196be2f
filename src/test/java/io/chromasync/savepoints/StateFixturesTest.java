package io.chromasync.savepoints;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.model.CollectionName;
import io.chromasync.model.DeltaStep;
import io.chromasync.model.Embedding;
import io.chromasync.model.EntityKey;
import io.chromasync.model.Fact;
import io.chromasync.model.FactChange;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.Mutation;
import io.chromasync.model.Mutation.Verb;
import io.chromasync.model.RecordKey;
import io.chromasync.model.RunDelta;
import io.chromasync.receipts.ReceiptFacts;
import io.chromasync.receipts.ReceiptFacts.ValidationStatus;
import io.chromasync.receipts.ReceiptKeys;
import io.chromasync.receipts.ReceiptProjection;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.resolve.ResolveSettings;
import io.chromasync.testing.Deltas;
import io.chromasync.testing.ItemChanges;
import io.chromasync.testing.ResolveHarness;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OperatorSnapshotUtil;
import org.apache.flink.util.function.ThrowingConsumer;
import org.junit.jupiter.api.Test;

/**
 * State of version 1, as a file, is still understood: every component of every record in it decides
 * something here. {@code -Dupdate} writes files that are missing; one that was released is never
 * changed.
 */
// A harness's close() declares Exception.
@SuppressWarnings("try")
class StateFixturesTest {

  private static final String IMAGE = "3f0c2a7e-5b1d-4c55-9a60-0d5f1e2b7c11";
  private static final EntityKey LINE = ReceiptKeys.line(1, 7);
  private static final EntityKey WORD = ReceiptKeys.word(1, 7, 2);
  private static final EntityKey GONE = ReceiptKeys.word(1, 7, 3);
  private static final EntityKey TAX = ReceiptKeys.label(1, 7, 2, "TAX");

  @Test
  void resolveRemembersTheFactsOfVersion1() throws Exception {
    Path file = Path.of("src/test/resources/state/resolve/resolve-v1.snapshot");
    write(
        file,
        resolve(),
        harness -> {
          for (FactChange change : facts()) {
            harness.process(change);
          }
        });
    try (var resolve = restored(resolve(), file)) {
      resolve.process(change(LINE, null, 50, false));
      for (FactChange known : facts()) {
        resolve.process(known);
      }
      assertThat(resolve.mutations())
          .as("a replay of what is known changes nothing but the removal that is new")
          .allMatch(mutation -> mutation.verb() != Verb.UPDATE);
      resolve.getOutput().clear();

      resolve.process(change(LINE, Fact.exists(), 60, true));

      Mutation word =
          resolve.mutations().stream()
              .filter(mutation -> mutation.record().entity().equals(WORD))
              .findFirst()
              .orElseThrow();
      assertThat(word.metadata())
          .containsEntry("label_TAX", MetadataValue.of(true))
          .containsEntry("label_validated_at", MetadataValue.of("2026-03-02T18:06:40+00:00"))
          .containsEntry("last_label_update", MetadataValue.of("1970-01-01T00:00:03+00:00"))
          .containsEntry("merchant_name", MetadataValue.of("Green Grocer"))
          .containsEntry("last_place_update", MetadataValue.of("1970-01-01T00:00:04+00:00"));
      assertThat(resolve.mutations())
          .filteredOn(mutation -> mutation.record().entity().equals(LINE))
          .singleElement()
          .satisfies(
              row ->
                  assertThat(row.metadata())
                      .containsEntry("section_label", MetadataValue.of("ITEMS")));
      assertThat(resolve.mutations())
          .as("a removed word stays removed")
          .noneMatch(mutation -> mutation.record().entity().equals(GONE));
    }
  }

  @Test
  void resolveRemembersTheRunsOfVersion1() throws Exception {
    Path file = Path.of("src/test/resources/state/resolve/resolve-runs-v1.snapshot");
    RecordKey gone = ReceiptTree.word(IMAGE, 1, 7, 3);
    write(
        file,
        resolve(),
        harness -> {
          harness.process(Deltas.opens(run(10, ReceiptTree.LINES), List.of(row(7), row(9))));
          harness.process(Deltas.opens(run(10, ReceiptTree.WORDS), List.of()));
          harness.process(brings(10, ReceiptTree.word(IMAGE, 1, 7, 2)));
          harness.process(brings(10, gone));
          harness.process(change(GONE, null, 5, false));
        });
    try (var resolve = restored(resolve(), file)) {
      resolve.process(DeltaStep.ends(run(10, ReceiptTree.WORDS)));
      assertThat(resolve.lastReport().merged()).isEqualTo(1);
      resolve.process(change(GONE, Fact.exists(), 20, true));
      resolve.process(Deltas.opens(run(30, ReceiptTree.WORDS), List.of()));
      resolve.process(
          DeltaStep.brings(
              run(30, ReceiptTree.WORDS), new Embedding(gone, new float[] {30}, "b", Map.of())));
      resolve.process(Deltas.opens(run(8, ReceiptTree.LINES), List.of(row(8))));
      resolve.process(Deltas.opens(run(40, ReceiptTree.LINES), List.of(row(9))));

      // After a restart the first change of a record writes its metadata whole.
      List<Mutation> mutations =
          resolve.mutations().stream().filter(mutation -> mutation.verb() != Verb.UPDATE).toList();
      assertThat(mutations)
          .extracting(mutation -> mutation.verb() + " " + mutation.record().id())
          .as("shown and hidden vectors, and the rows of the newest run, are known")
          .containsExactly(
              "UPSERT " + gone.id(),
              "UPSERT " + gone.id(),
              "DELETE_BY_FILTER IMAGE#%s#RECEIPT#00001".formatted(IMAGE),
              "DELETE " + ReceiptTree.row(IMAGE, 1, 7).id(),
              "DELETE " + ReceiptTree.row(IMAGE, 1, 8).id());
      assertThat(mutations.get(0).embedding()).containsExactly(10);
      assertThat(mutations.get(0).document()).isEqualTo("a");
      assertThat(mutations.get(0).metadata()).containsEntry("own", MetadataValue.of("key"));
      assertThat(mutations.get(1).metadata())
          .as("a key beyond the contract that the newer run does not have")
          .containsEntry("own", MetadataValue.removed());
    }
  }

  /** Facts of every kind, a removal, a restatement and a re-creation. */
  private static List<FactChange> facts() {
    Fact label =
        new ReceiptFacts.Label(ValidationStatus.VALID, "2026-03-02T18:06:40+00:00", "modelX")
            .fact();
    Fact place = new ReceiptFacts.Place("GREEN grocer", "grocery_store", null, null, "id").fact();
    FactChange noOp = change(ReceiptKeys.place(1), place, 9, false);
    return List.of(
        change(ReceiptKeys.image(), Fact.exists(), 1, true),
        change(ReceiptKeys.receipt(1), Fact.exists(), 1, true),
        change(LINE, null, 1, false),
        change(LINE, Fact.exists(), 2, true),
        change(WORD, Fact.exists(), 2, true),
        change(GONE, Fact.exists(), 2, true),
        change(GONE, null, 5, false),
        change(TAX, label, 3, true),
        change(ReceiptKeys.place(1), place, 4, true),
        new FactChange(IMAGE, noOp.entity(), place, noOp.version(), false, true, noOp.source()),
        change(
            ReceiptKeys.section(1, "ITEMS"),
            new ReceiptFacts.Section(List.of(7), 0.5, ValidationStatus.PENDING).fact(),
            3,
            true),
        change(ReceiptKeys.row(1, 7), new ReceiptFacts.Row(List.of(7)).fact(), 3, true));
  }

  private static RunDelta run(int second, CollectionName collection) {
    return Deltas.delta(IMAGE, 1, "run" + second, collection, "p", at(second), null);
  }

  private static ReceiptFacts.Row row(int line) {
    return new ReceiptFacts.Row(List.of(line));
  }

  /** A word with a key beyond the contract. */
  private static DeltaStep brings(int second, RecordKey word) {
    return DeltaStep.brings(
        run(second, ReceiptTree.WORDS),
        new Embedding(word, new float[] {second}, "a", Map.of("own", MetadataValue.of("key"))));
  }

  private static FactChange change(EntityKey entity, Fact fact, int second, boolean inserted) {
    return new FactChange(IMAGE, entity, fact, at(second), inserted, false, null);
  }

  private static io.chromasync.model.Version at(int second) {
    return ItemChanges.at(second);
  }

  private static ResolveHarness resolve() throws Exception {
    return new ResolveHarness(
        new ReceiptProjection(false),
        new ResolveSettings(
            Duration.ofDays(10), ResolveSettings.TooLate.DEAD_LETTER, Duration.ofMinutes(10)));
  }

  /**
   * Writes, if asked and if it is missing, a snapshot of what an operator remembers of a history.
   */
  private static <H extends AbstractStreamOperatorTestHarness<?>> void write(
      Path file, H harness, ThrowingConsumer<H, Exception> history) throws Exception {
    if (System.getProperty("update") != null && !Files.exists(file)) {
      Files.createDirectories(file.getParent());
      harness.open();
      history.accept(harness);
      OperatorSnapshotUtil.writeStateHandle(harness.snapshot(1, 1), file.toString());
      harness.close();
    }
  }

  private static <H extends AbstractStreamOperatorTestHarness<?>> H restored(H harness, Path file)
      throws Exception {
    harness.initializeState(OperatorSnapshotUtil.readStateHandle(file.toString()));
    harness.open();
    return harness;
  }
}
