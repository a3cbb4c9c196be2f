package io.chromasync.resolve.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.model.EntityKey;
import io.chromasync.model.FactChange;
import io.chromasync.model.RecordKey;
import io.chromasync.receipts.ReceiptFacts.ValidationStatus;
import io.chromasync.receipts.ReceiptKeys;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.resolve.Changes;
import io.chromasync.resolve.ResolverRun;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class ResolverLaws {

  private static final RecordKey[] HELD = {
    ReceiptTree.word(Changes.IMAGE, 1, 2, 1),
    ReceiptTree.word(Changes.IMAGE, 1, 2, 2),
    ReceiptTree.word(Changes.IMAGE, 1, 3, 1),
    ReceiptTree.word(Changes.IMAGE, 2, 2, 1),
    ReceiptTree.word(Changes.IMAGE, 1, 2, 9),
    ReceiptTree.row(Changes.IMAGE, 1, 2)
  };

  @Property(tries = 3000)
  void everyOrderOfTheSameChangesLeavesTheSameRecordsAndTheSameState(
      @ForAll("histories") List<FactChange> history, @ForAll Random random) {
    List<FactChange> inOrder = new ArrayList<>(history);
    inOrder.sort(Comparator.comparing(FactChange::version));
    List<FactChange> shuffled = new ArrayList<>(history);
    shuffled.addAll(history.subList(0, random.nextInt(history.size() + 1)));
    Collections.shuffle(shuffled, random);

    ResolverRun expected = new ResolverRun().holding(HELD);
    expected.applyAll(inOrder);
    ResolverRun actual = new ResolverRun().holding(HELD);
    actual.applyAll(shuffled);

    assertThat(actual.records).isEqualTo(expected.records);
    assertThat(actual.chunks.chunks).isEqualTo(expected.chunks.chunks);
  }

  @Property(tries = 1000)
  void aReplayWritesNothing(@ForAll("histories") List<FactChange> history) {
    ResolverRun run = new ResolverRun().holding(HELD);
    run.applyAll(history);
    run.mutations.clear();

    run.applyAll(history);

    assertThat(run.mutations).isEmpty();
  }

  @Provide
  Arbitrary<List<FactChange>> histories() {
    Arbitrary<EntityKey> entities =
        Arbitraries.of(
            ReceiptKeys.image(),
            ReceiptKeys.receipt(1),
            ReceiptKeys.line(1, 2),
            ReceiptKeys.word(1, 2, 1),
            ReceiptKeys.word(1, 2, 2),
            ReceiptKeys.word(1, 3, 1),
            ReceiptKeys.word(2, 2, 1),
            ReceiptKeys.label(1, 2, 1, "TAX"),
            ReceiptKeys.label(1, 2, 1, "TIP"),
            ReceiptKeys.label(1, 2, 2, "TAX"));
    Arbitrary<Integer> seconds = Arbitraries.integers().between(1, 200);
    Arbitrary<Integer> kinds = Arbitraries.integers().between(0, 3);
    return Combinators.combine(entities, seconds, kinds)
        .as(ResolverLaws::change)
        .list()
        .uniqueElements(FactChange::version)
        .ofMaxSize(14);
  }

  private static FactChange change(EntityKey entity, int second, int kind) {
    if (kind == 0) {
      return Changes.remove(entity, second);
    }
    if (entity.name() != null) {
      return Changes.label(entity, List.of(ValidationStatus.values()).get(kind), second);
    }
    return kind == 1 ? Changes.modify(entity, second) : Changes.insert(entity, second);
  }
}
