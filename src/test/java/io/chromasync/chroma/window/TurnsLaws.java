package io.chromasync.chroma.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.model.CollectionName;
import io.chromasync.model.Mutation;
import io.chromasync.model.Mutation.Verb;
import io.chromasync.model.RecordKey;
import io.chromasync.model.Version;
import io.chromasync.receipts.ReceiptKeys;
import io.chromasync.receipts.ReceiptTree;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whose turn it is, among queues that are due all the time. */
class TurnsLaws {

  private static final Version VERSION = new Version(1, "1");
  private static final RecordKey WORD = ReceiptTree.word("img", 1, 1, 1);
  private static final RecordKey ROW = ReceiptTree.row("img", 1, 1);
  private static final int STEPS = 300;

  @Property
  void noQueueStarves(@ForAll("due") Set<WriteKind> due) {
    assertThat(longestWait(new Turns(Turns.MOST_SKIPS), due))
        .isLessThanOrEqualTo(Turns.MOST_SKIPS + due.size());
  }

  @Example
  void withoutPatienceADearVerbStarves() {
    Set<WriteKind> due =
        Set.of(
            new WriteKind(ReceiptTree.WORDS, Verb.UPDATE),
            new WriteKind(ReceiptTree.WORDS, Verb.UPSERT));

    assertThat(longestWait(new Turns(Integer.MAX_VALUE), due)).isEqualTo(STEPS);
  }

  @Property
  void theCheapestIsFirst(@ForAll("due") Set<WriteKind> due) {
    Turns turns = turns(new Turns(Turns.MOST_SKIPS), due);

    Verb first = turns.next(queue -> true).verb;

    List<Verb> byCost = List.of(Verb.DELETE_BY_FILTER, Verb.DELETE, Verb.UPDATE, Verb.UPSERT);
    assertThat(due)
        .allMatch(name -> byCost.indexOf(name.verb()) >= byCost.indexOf(first))
        .anyMatch(name -> name.verb() == first);
  }

  @Example
  void ofTwoCollectionsEachHasItsTurn() {
    Set<WriteKind> due = new HashSet<>();
    for (CollectionName collection : List.of(ReceiptTree.WORDS, ReceiptTree.LINES)) {
      due.add(new WriteKind(collection, Verb.UPDATE));
    }
    Turns turns = turns(new Turns(Turns.MOST_SKIPS), due);

    List<CollectionName> served = new ArrayList<>();
    for (int step = 0; step < 4; step++) {
      served.add(turns.next(queue -> true).collection);
    }

    assertThat(served.get(0)).isNotEqualTo(served.get(1)).isEqualTo(served.get(2));
    assertThat(served.get(1)).isEqualTo(served.get(3));
  }

  @Example
  void nobodyHasATurnIfNothingIsDue() {
    Turns turns =
        turns(new Turns(Turns.MOST_SKIPS), Set.of(new WriteKind(ReceiptTree.WORDS, Verb.UPDATE)));

    assertThat(turns.next(queue -> false)).isNull();
    assertThat(new Turns(Turns.MOST_SKIPS).next(queue -> true)).isNull();
  }

  /** Of all queues, how many turns in a row others had. */
  private static int longestWait(Turns turns, Set<WriteKind> due) {
    turns(turns, due);
    Map<WriteKind, Integer> waits = new java.util.HashMap<>();
    int longest = 0;
    for (int step = 0; step < STEPS; step++) {
      ReadyWrites<?> served = turns.next(queue -> true);
      for (WriteKind name : due) {
        boolean isServed = name.equals(new WriteKind(served.collection, served.verb));
        int wait = isServed ? 0 : waits.getOrDefault(name, 0) + 1;
        waits.put(name, wait);
        longest = Math.max(longest, wait);
      }
    }
    return longest;
  }

  private static Turns turns(Turns turns, Set<WriteKind> due) {
    for (WriteKind name : due) {
      if (name.verb() == Verb.DELETE_BY_FILTER) {
        RecordKey image = ReceiptTree.below(name.collection(), "img", ReceiptKeys.image());
        DeleteByFilter sweep = DeleteByFilter.of(Mutation.deleteByFilter(image, VERSION));
        turns
            .deletesByFilter(name.collection())
            .add(new DeleteByFilterGate(sweep, new Since(0, 0), 0));
      } else {
        RecordWrites record =
            new RecordWrites(name.collection().equals(ReceiptTree.WORDS) ? WORD : ROW);
        record.add(Mutation.delete(record.key, VERSION), new Since(0, 0), 0);
        turns.records(name.collection(), name.verb()).add(record);
      }
    }
    return turns;
  }

  @Provide
  Arbitrary<Set<WriteKind>> due() {
    Arbitrary<Verb> verbs =
        Arbitraries.of(Verb.DELETE_BY_FILTER, Verb.DELETE, Verb.UPDATE, Verb.UPSERT);
    return Combinators.combine(Arbitraries.of(List.of(ReceiptTree.WORDS, ReceiptTree.LINES)), verbs)
        .as(WriteKind::new)
        .set()
        .ofMinSize(1)
        .ofMaxSize(8);
  }
}
