package io.chromasync.chroma.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.model.EntityKey;
import io.chromasync.model.Mutation;
import io.chromasync.model.RecordKey;
import io.chromasync.model.Version;
import io.chromasync.receipts.ReceiptKeys;
import io.chromasync.receipts.ReceiptTree;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeleteByFilterTest {

  private static final RecordKey WORD = ReceiptTree.word("img", 1, 2, 3);
  private static final RecordKey NEXT = ReceiptTree.word("img", 1, 2, 4);
  private static final RecordKey FAR = ReceiptTree.word("img", 1, 9, 1);
  private static final EntityKey RECEIPT = ReceiptKeys.receipt(1);
  private static final EntityKey LINE = ReceiptKeys.line(1, 2);

  @Test
  void aSweepDeletesAllBelowItsKeyButWhatItSpares() {
    DeleteByFilter sweep = sweep(LINE, WORD);

    assertThat(sweep.deletes(NEXT)).isTrue();
    assertThat(sweep.deletes(WORD)).isFalse();
    assertThat(sweep.deletes(FAR)).isFalse();
  }

  @Test
  void aWiderSweepCoversANarrowerOneUnlessItSparesWhatThatDeletes() {
    assertThat(sweep(RECEIPT).deletesAllOf(sweep(LINE))).isTrue();
    assertThat(sweep(RECEIPT, FAR).deletesAllOf(sweep(LINE))).isTrue();
    assertThat(sweep(RECEIPT, WORD).deletesAllOf(sweep(LINE))).isFalse();
    assertThat(sweep(RECEIPT, WORD).deletesAllOf(sweep(LINE, WORD))).isTrue();
    assertThat(sweep(LINE).deletesAllOf(sweep(RECEIPT))).isFalse();
  }

  @Test
  void ofTwoWithOneKeyOnlyWhatBothSpareStays() {
    DeleteByFilter both = sweep(RECEIPT, WORD, NEXT).and(sweep(RECEIPT, FAR, WORD));

    assertThat(both.mutation().excluded()).containsExactly(WORD);
    assertThat(sweep(RECEIPT).and(sweep(RECEIPT, WORD)).mutation().excluded()).isNull();
  }

  @Test
  void aQueueKeepsANarrowSweepBesideAWiderOneThatSparesSomeOfIt() {
    WriteQueue queue =
        new WriteQueue(new WindowSettings(Duration.ofSeconds(1), 500, 1 << 20), List::of);

    queue.add(sweep(LINE).mutation(), 0);
    queue.add(sweep(RECEIPT, WORD).mutation(), 0);
    queue.add(sweep(ReceiptKeys.line(1, 9)).mutation(), 0);

    assertThat(queue.size()).isEqualTo(2);
  }

  private static DeleteByFilter sweep(EntityKey below, RecordKey... excluded) {
    return DeleteByFilter.of(
        Mutation.deleteByFilter(
            ReceiptTree.below(ReceiptTree.WORDS, "img", below),
            List.of(excluded),
            new Version(1, "1")));
  }
}
