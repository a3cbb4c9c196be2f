package io.chromasync.chroma.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.model.CollectionName;
import io.chromasync.model.EntityKey;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.Mutation;
import io.chromasync.model.Mutation.Verb;
import io.chromasync.model.RecordKey;
import io.chromasync.model.Version;
import io.chromasync.receipts.ReceiptKeys;
import io.chromasync.receipts.ReceiptTree;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WriteQueueTest {

  private static final int LINGER = 200;
  private static final WindowSettings WINDOW =
      new WindowSettings(Duration.ofMillis(LINGER), 5, 2_000);
  private static final WriteQueue.Limits TEN = limits(10);

  private final WriteQueue queue = new WriteQueue(WINDOW, List::of);

  @Test
  void aWriteIsDueAfterItsLingerThatBeganWithItsFirstChange() {
    queue.add(update(1, "a", 1), 1_000);
    queue.add(update(1, "a", 2), 1_100);

    assertThat(queue.dueAt()).isEqualTo(1_200);
    assertThat(queue.next(1_199, false, TEN)).isNull();
    assertThat(queue.next(1_200, false, TEN).mutations()).containsExactly(update(1, "a", 2));
    assertThat(queue.dueAt()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void aGroupTakesAllThatIsReadyOfItsCollectionAndVerb() {
    queue.add(update(1, "a", 1), 1_000);
    queue.add(update(2, "a", 1), 1_199);
    queue.add(Mutation.update(ReceiptTree.row("img", 1, 2), Map.of(), version()), 1_000);
    queue.add(Mutation.delete(word(3), version()), 1_000);

    assertThat(queue.next(1_200, false, TEN)).hasToString("DELETE of 1 records");
    WriteGroup words = queue.next(1_200, false, TEN);
    WriteGroup rows = queue.next(1_200, false, TEN);

    assertThat(List.of(words.size(), rows.size())).containsExactlyInAnyOrder(1, 2);
    assertThat(words.collection()).isNotEqualTo(rows.collection());
    assertThat(queue.next(1_200, false, TEN)).isNull();
  }

  @Test
  void nothingLingersWhenAsMuchIsReadyAsTheSettingsSay() {
    for (int word = 1; word <= 4; word++) {
      queue.add(update(word, "a", 1), 0);
    }
    assertThat(queue.next(0, false, TEN)).isNull();

    queue.add(Mutation.delete(word(5), version()), 0);

    assertThat(queue.next(0, false, TEN).size()).isEqualTo(1);
    assertThat(queue.next(0, false, TEN)).as("four are left").isNull();
    queue.add(update(6, "a", "x".repeat(2_000)), 0);
    assertThat(queue.next(0, false, TEN).size()).as("for their bytes").isEqualTo(5);
  }

  @Test
  void aFullGroupDoesNotLinger() {
    queue.add(update(1, "a", 1), 0);
    assertThat(queue.next(0, false, limits(2))).isNull();
    queue.add(update(2, "a", 1), 0);

    assertThat(queue.next(0, false, limits(2)).size()).isEqualTo(2);
  }

  @Test
  void nothingLingersThatIsUrgent() {
    queue.add(update(1, "a", 1), 0);

    assertThat(queue.next(0, true, TEN).size()).isEqualTo(1);
  }

  @Test
  void aGroupHasNoMoreBytesThanTheLimitUnlessOneMutationAloneHas() {
    String text = "x".repeat(400);
    queue.add(update(1, "a", "x".repeat(5_000)), 0);
    for (int word = 2; word <= 4; word++) {
      queue.add(update(word, "a", text), 0);
    }

    assertThat(sizesOf(new Bounds(10, 1_000))).containsExactly(1, 2, 1);
  }

  @Test
  void whatWasHeldBackDoesNotLingerAgain() {
    queue.add(update(1, "a", 1), 0);
    WriteGroup first = queue.next(LINGER, false, TEN);
    queue.add(update(1, "a", 2), LINGER);
    queue.add(update(2, "a", 2), 2 * LINGER - 1);

    queue.settle(first);

    assertThat(queue.dueAt()).isEqualTo(2 * LINGER);
    assertThat(queue.next(2 * LINGER, false, TEN).size()).isEqualTo(2);
  }

  @Test
  void aRecordUnderWayCollectsChanges() {
    queue.add(update(1, "a", 1), 0);
    WriteGroup first = queue.next(0, true, TEN);
    queue.add(update(1, "a", 2), 0);
    queue.add(update(1, "b", 3), 0);

    assertThat(queue.next(0, true, TEN)).isNull();
    assertThat(queue.size()).isEqualTo(2);
    queue.settle(first);

    assertThat(queue.next(0, true, TEN).mutations().get(0).metadata())
        .containsOnlyKeys("a", "b")
        .containsEntry("a", MetadataValue.of(2));
  }

  @Test
  void aSweepDropsWhatWaitsButDeletesAndIsAlone() {
    queue.add(update(1, "a", 1), 0);
    queue.add(Mutation.delete(word(2), version()), 0);
    queue.add(update(9, "a", 1), 0);
    queue.add(sweep(ReceiptKeys.line(1, 2)), 0);
    queue.add(sweep(ReceiptKeys.line(1, 3)), 0);

    assertThat(queue.size()).as("a delete, and two sweeps").isEqualTo(3);
    assertThat(verbs()).containsExactly(Verb.DELETE_BY_FILTER, Verb.DELETE_BY_FILTER);
  }

  @Test
  void aSweepWaitsForWhatIsUnderWayAndHoldsBackWhatComesAfter() {
    queue.add(update(1, "a", 1), 0);
    WriteGroup update = queue.next(0, true, TEN);
    queue.add(sweep(ReceiptKeys.line(1, 2)), 0);
    queue.add(upsert(1), 0);
    assertThat(queue.next(0, true, TEN)).isNull();

    queue.settle(update);
    WriteGroup sweep = queue.next(0, true, TEN);
    assertThat(sweep.verb()).isEqualTo(Verb.DELETE_BY_FILTER);
    assertThat(queue.next(0, true, TEN)).isNull();

    queue.settle(sweep);
    assertThat(queue.next(0, true, TEN).verb()).isEqualTo(Verb.UPSERT);
  }

  @Test
  void whatASweepSparesGoesOn() {
    queue.add(update(1, "a", 1), 0);
    WriteGroup update = queue.next(0, true, TEN);
    RecordKey below = ReceiptTree.below(ReceiptTree.WORDS, "img", ReceiptKeys.line(1, 2));
    queue.add(Mutation.deleteByFilter(below, List.of(word(1), word(2)), version()), 0);
    queue.add(upsert(2), 0);

    assertThat(verbs())
        .as("it waits neither for the one nor holds back the other")
        .containsExactly(Verb.DELETE_BY_FILTER, Verb.UPSERT);
    queue.settle(update);
  }

  @Test
  void whatIsNotWrittenAtAllLeavesNothing() {
    WriteQueue none = new WriteQueue(WINDOW, mutation -> List.of());
    none.add(update(1, "a", 1), 0);
    none.add(Mutation.delete(word(2), version()), 0);
    none.add(upsert(2), 0);

    assertThat(none.next(0, true, TEN)).isNull();
    assertThat(none.size()).isZero();
    assertThat(none.bytes()).isZero();
    assertThat(none.oldestMicros()).isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void partsOfAMutationFollowEachOtherAndTakeUpWhatIsNewer() {
    WriteQueue parts =
        new WriteQueue(
            WINDOW,
            mutation ->
                mutation.metadata().size() < 2
                    ? List.of(mutation)
                    : List.of(update(1, "a", 1), update(1, "b", 1)));
    parts.add(
        Mutation.update(
            word(1), Map.of("a", MetadataValue.of(1), "b", MetadataValue.of(1)), version()),
        0);
    WriteGroup first = parts.next(0, true, TEN);
    assertThat(first.mutations()).containsExactly(update(1, "a", 1));
    assertThat(parts.size()).isEqualTo(2);
    parts.add(update(1, "b", 2), 0);
    assertThat(parts.next(0, true, TEN)).isNull();
    parts.settle(first);

    assertThat(parts.next(0, true, TEN).mutations()).containsExactly(update(1, "b", 2));
  }

  @Test
  void itSaysHowManyFullRequestsItMakes() {
    for (int word = 1; word <= 5; word++) {
      queue.add(update(word, "a", 1), 0);
    }
    queue.add(upsert(6), 0);
    queue.next(0, true, limits(2));
    queue.add(sweep(ReceiptKeys.line(1, 9)), 0);

    assertThat(queue.requests(Verb.UPDATE, limits(2))).isEqualTo(2.5);
    assertThat(queue.requests(Verb.UPDATE, limits(1))).isEqualTo(5);
    assertThat(queue.requests(Verb.UPSERT, limits(2))).isEqualTo(0.5);
    assertThat(queue.requests(Verb.DELETE_BY_FILTER, limits(2)))
        .isEqualTo(1.0 / WriteQueue.DELETES_BY_FILTER_PER_REQUEST);
    assertThat(queue.requests(Verb.DELETE, limits(2))).isZero();
  }

  private List<Verb> verbs() {
    return java.util.stream.Stream.generate(() -> queue.next(0, true, TEN))
        .takeWhile(group -> group != null)
        .map(WriteGroup::verb)
        .toList();
  }

  private List<Integer> sizesOf(WriteQueue.Limits limits) {
    return java.util.stream.Stream.generate(() -> queue.next(0, true, limits))
        .takeWhile(group -> group != null)
        .map(WriteGroup::size)
        .toList();
  }

  private record Bounds(int records, long bytes) implements WriteQueue.Limits {

    @Override
    public int records(CollectionName collection, Verb verb) {
      return records;
    }
  }

  private static WriteQueue.Limits limits(int records) {
    return new Bounds(records, 1 << 20);
  }

  private static RecordKey word(int number) {
    return ReceiptTree.word("img", 1, 2, number);
  }

  private static Mutation update(int word, String key, int value) {
    return Mutation.update(word(word), Map.of(key, MetadataValue.of(value)), version());
  }

  private static Mutation update(int word, String key, String value) {
    return Mutation.update(word(word), Map.of(key, MetadataValue.of(value)), version());
  }

  private static Mutation upsert(int word) {
    return Mutation.upsert(word(word), new float[] {1}, "document", Map.of(), version());
  }

  private static Mutation sweep(EntityKey below) {
    return Mutation.deleteByFilter(ReceiptTree.below(ReceiptTree.WORDS, "img", below), version());
  }

  private static Version version() {
    return new Version(1, "1");
  }
}
