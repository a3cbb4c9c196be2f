package io.chromasync.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.model.DeltaStep;
import io.chromasync.model.Embedding;
import io.chromasync.model.EntityKey;
import io.chromasync.model.Mutation;
import io.chromasync.model.Mutation.UpdateKeys;
import io.chromasync.model.RecordKey;
import io.chromasync.model.RunDelta;
import io.chromasync.receipts.ReceiptKeys;
import io.chromasync.receipts.ReceiptProjection;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.resolve.rules.HeapChunks;
import io.chromasync.resolve.rules.HeapVectors;
import io.chromasync.resolve.rules.Resolver;
import io.chromasync.resolve.rules.WorkingSet;
import io.chromasync.resolve.rules.Writes;
import io.chromasync.testing.Deltas;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Requests to delete records that an audit found in Chroma. */
final class OrphanTest {

  private static final EntityKey WORD = ReceiptKeys.word(1, 2, 1);
  private static final RecordKey SHOWN = ReceiptTree.word(Changes.IMAGE, 1, 2, 1);

  private final Resolver resolver =
      new Resolver(new ReceiptProjection(false), Writes.ofFirstStart(UpdateKeys.CHANGED));
  private final WorkingSet memory =
      new WorkingSet(new ReceiptTree(), Changes.IMAGE, new HeapChunks(), new HeapVectors(), null);

  @Test
  void aRecordThatNoRunHasSuppliedIsDeletedById() {
    seeTheImageFromItsInsert();

    assertThat(orphan("a note"))
        .singleElement()
        .satisfies(
            delete -> {
              assertThat(delete.verb()).isEqualTo(Mutation.Verb.DELETE);
              assertThat(delete.record().id()).isEqualTo("a note");
            });
  }

  @Test
  void aRecordThatIsShownStays() {
    seeTheImageFromItsInsert();

    assertThat(orphan(SHOWN.id())).isEmpty();
  }

  @Test
  void aRecordThatWasShownIsDeleted() {
    seeTheImageFromItsInsert();
    resolver.resolve(Changes.remove(WORD, 20), memory, 0);

    assertThat(orphan(SHOWN.id())).hasSize(1);
  }

  /** A run from before the job may have supplied it. */
  @Test
  void aRecordStaysIfTheJobHasNotSeenTheInsertOfThePartition() {
    resolver.resolve(Changes.modify(ReceiptKeys.image(), 1), memory, 0);
    resolver.merge(Changes.read(2, ReceiptKeys.image(), WORD), memory, 0);

    assertThat(orphan("a note")).isEmpty();
  }

  private List<Mutation> orphan(String id) {
    RecordKey orphan = new RecordKey(ReceiptTree.WORDS, Changes.IMAGE, EntityKey.PARTITION, id);
    return resolver.orphan(orphan, memory).mutations();
  }

  private void seeTheImageFromItsInsert() {
    resolver.resolve(Changes.insert(ReceiptKeys.image(), 1), memory, 0);
    resolver.resolve(Changes.insert(WORD, 10), memory, 0);
    RunDelta run =
        Deltas.delta(Changes.IMAGE, 1, "run-1", ReceiptTree.WORDS, "p", Changes.version(12), null);
    resolver.open(Deltas.opens(run, List.of()), memory, 0);
    Embedding embedding = new Embedding(SHOWN, new float[] {1}, "TOTAL", Map.of());
    resolver.bring(DeltaStep.brings(run, embedding), memory);
  }
}
