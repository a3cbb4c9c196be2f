package io.chromasync.chroma.window;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.chroma.window.BrokenQueue.Rule;
import io.chromasync.model.EntityKey;
import io.chromasync.model.EntityKind;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.Mutation;
import io.chromasync.model.Mutation.Verb;
import io.chromasync.model.RecordKey;
import io.chromasync.model.Version;
import io.chromasync.receipts.ReceiptKeys;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.testing.ChromaModel;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/**
 * Laws of every sequence of mutations through a queue whose groups are settled in any order; jqwik
 * prints the seed of a failure.
 */
class WriteQueueLaws {

  private static final String IMAGE = "img";
  private static final WindowSettings WINDOW = new WindowSettings(Duration.ofMillis(5), 8, 1 << 20);

  /** Two receipts, of which the first has two lines. */
  private static final List<RecordKey> WORDS =
      List.of(
          ReceiptTree.word(IMAGE, 1, 1, 1),
          ReceiptTree.word(IMAGE, 1, 1, 2),
          ReceiptTree.word(IMAGE, 1, 2, 1),
          ReceiptTree.word(IMAGE, 2, 1, 1));

  @Property(tries = 3_000)
  void writingItsGroupsHasTheEffectOfWritingEveryMutation(
      @ForAll("mutations") List<Mutation> before,
      @ForAll("mutations") List<Mutation> mutations,
      @ForAll long seed) {
    QueueRun run = new QueueRun(new WriteQueue(WINDOW, List::of), before, new Random(seed));

    run.write(mutations);

    assertThat(run.records()).isEqualTo(modelAfter(before, mutations).records());
    assertThat(run.overlaps()).isEmpty();
  }

  @Property
  void whatIsWrittenInPartsHasTheSameEffect(
      @ForAll("mutations") List<Mutation> mutations, @ForAll long seed) {
    WriteQueue queue = new WriteQueue(WINDOW, WriteQueueLaws::inParts);
    QueueRun run = new QueueRun(queue, List.of(), new Random(seed));

    run.write(mutations);

    assertThat(run.records()).isEqualTo(modelAfter(List.of(), mutations).records());
  }

  @Property
  void sizeAndAgeAreThoseOfWhatIsNotSettled(
      @ForAll("mutations") List<Mutation> mutations, @ForAll long seed) {
    WriteQueue queue = new WriteQueue(WINDOW, List::of);
    QueueRun run = new QueueRun(queue, List.of(), new Random(seed));
    int coalesced = 0;
    for (Mutation mutation : mutations) {
      coalesced += queue.add(mutation, 0);
    }
    assertThat(queue.size()).isEqualTo(mutations.size() - coalesced);
    assertThat(queue.oldestMicros()).isLessThanOrEqualTo(oldest(mutations));

    run.write(List.of());

    assertThat(queue.size()).isZero();
    assertThat(queue.bytes()).isZero();
    assertThat(queue.oldestMicros()).isEqualTo(Long.MAX_VALUE);
    assertThat(queue.dueAt()).isEqualTo(Long.MAX_VALUE);
  }

  /** The rules of order, each broken in turn. */
  @Example
  void everyBrokenRuleIsNoticed() {
    assertThat(isNoticed(() -> new WriteQueue(WINDOW, List::of), true)).isTrue();
    for (BrokenQueue.Rule rule :
        Set.of(Rule.DELETE_BY_FILTER_WAITS, Rule.DELETE_BY_FILTER_HOLDS_BACK)) {
      assertThat(isNoticed(() -> BrokenQueue.of(rule, WINDOW), false)).as("%s", rule).isTrue();
    }
    assertThat(isNoticed(() -> new WriteQueue(WINDOW, List::of), false)).isFalse();
  }

  @Property(tries = 3_000)
  void whatArrivedBeforeAWatermarkIsShownWhenTheWatermarkHasPassed(
      @ForAll("mutations") List<Mutation> mutations, @ForAll long seed) {
    QueueRun run = new QueueRun(new WriteQueue(WINDOW, List::of), List.of(), new Random(seed));

    run.writeWithWatermarks(mutations);

    assertThat(run.early()).isEmpty();
  }

  /** The rules of watermarks, each broken in turn. */
  @Example
  void everyWatermarkThatIsEarlyIsNoticed() {
    for (BrokenQueue.Rule rule : Set.of(Rule.IN_FLIGHT_HOLDS, Rule.DELETE_BY_FILTER_HOLDS)) {
      assertThat(isEarly(() -> BrokenQueue.of(rule, WINDOW))).as("%s", rule).isTrue();
    }
    assertThat(isEarly(() -> new WriteQueue(WINDOW, List::of))).isFalse();
  }

  private static boolean isEarly(Supplier<WriteQueue> queue) {
    Random random = new Random(42);
    for (int history = 0; history < 2_000; history++) {
      QueueRun run = new QueueRun(queue.get(), List.of(), random);
      run.writeWithWatermarks(histories(random));
      if (!run.early().isEmpty()) {
        return true;
      }
    }
    return false;
  }

  private static List<Mutation> histories(Random random) {
    return random
        .ints(25, 0, Integer.MAX_VALUE)
        .mapToObj(seed -> mutation(new Random(seed)))
        .toList();
  }

  private static boolean isNoticed(Supplier<WriteQueue> queue, boolean settlesTooEarly) {
    Random random = new Random(42);
    for (int history = 0; history < 2_000; history++) {
      List<Mutation> mutations = histories(random);
      QueueRun run = new QueueRun(queue.get(), List.of(), random, settlesTooEarly);
      run.write(mutations);
      if (!run.records().equals(modelAfter(List.of(), mutations).records())) {
        return true;
      }
    }
    return false;
  }

  private static Mutation mutation(Random random) {
    RecordKey record = WORDS.get(random.nextInt(WORDS.size()));
    Map<String, Integer> values = Map.of("a", random.nextInt(3), "b", random.nextInt(3));
    List<Verb> verbs = List.of(Verb.UPSERT, Verb.UPDATE, Verb.DELETE, Verb.DELETE_BY_FILTER);
    List<EntityKind> above = List.of(ReceiptKeys.IMAGE, ReceiptKeys.RECEIPT, ReceiptKeys.LINE);
    return mutation(
        verbs.get(random.nextInt(4)), record, above.get(random.nextInt(3)), Set.of(), values);
  }

  /** As a server with a limit of keys has it: the first key with the rest behind it. */
  private static List<Mutation> inParts(Mutation mutation) {
    if (mutation.verb() != Verb.UPDATE || mutation.metadata().size() < 2) {
      return List.of(mutation);
    }
    return mutation.metadata().entrySet().stream()
        .map(
            entry ->
                Mutation.update(
                    mutation.record(),
                    Map.of(entry.getKey(), entry.getValue()),
                    mutation.version()))
        .toList();
  }

  private static long oldest(List<Mutation> mutations) {
    return mutations.stream().mapToLong(m -> m.version().micros()).max().orElse(Long.MAX_VALUE);
  }

  @Provide
  Arbitrary<List<Mutation>> mutations() {
    Arbitrary<Mutation> mutation =
        Combinators.combine(
                Arbitraries.frequency(
                    Tuple.of(4, Verb.UPSERT),
                    Tuple.of(4, Verb.UPDATE),
                    Tuple.of(2, Verb.DELETE),
                    Tuple.of(2, Verb.DELETE_BY_FILTER)),
                Arbitraries.of(WORDS),
                Arbitraries.of(ReceiptKeys.IMAGE, ReceiptKeys.RECEIPT, ReceiptKeys.LINE),
                Arbitraries.of(WORDS).set().ofMaxSize(4),
                Arbitraries.maps(
                        Arbitraries.of("a", "b", "c"), Arbitraries.integers().between(0, 2))
                    .ofMaxSize(3))
            .as(WriteQueueLaws::mutation);
    return mutation.list().ofMaxSize(25);
  }

  private static Mutation mutation(
      Verb verb,
      RecordKey record,
      EntityKind above,
      Set<RecordKey> excluded,
      Map<String, Integer> values) {
    Version version = new Version(values.hashCode(), "1");
    return switch (verb) {
      case DELETE_BY_FILTER -> sweep(above(record, above), excluded, version);
      case DELETE -> Mutation.delete(record, version);
      case UPDATE -> Mutation.update(record, metadata(values), version);
      case UPSERT -> upsert(record, values, version);
    };
  }

  private static Mutation sweep(RecordKey below, Set<RecordKey> excluded, Version version) {
    return Mutation.deleteByFilter(
        below, excluded.stream().filter(below::covers).toList(), version);
  }

  private static RecordKey above(RecordKey record, EntityKind type) {
    EntityKey above =
        record.entity().ancestors().stream()
            .filter(each -> each.kind() == type)
            .findFirst()
            .orElseThrow();
    return ReceiptTree.below(ReceiptTree.WORDS, IMAGE, above);
  }

  private static Mutation upsert(RecordKey record, Map<String, Integer> values, Version version) {
    Map<String, MetadataValue> metadata = metadata(values);
    metadata.put("image_id", MetadataValue.of(record.partition()));
    metadata.put("receipt_id", MetadataValue.of(ReceiptKeys.receiptOf(record.entity())));
    metadata.put("line_id", MetadataValue.of(ReceiptKeys.lineOf(record.entity())));
    metadata.put("word_id", MetadataValue.of(ReceiptKeys.wordOf(record.entity())));
    String document = values.containsKey("a") ? "document " + values : null;
    return Mutation.upsert(record, new float[] {values.size()}, document, metadata, version);
  }

  /** Zero removes the key. */
  private static Map<String, MetadataValue> metadata(Map<String, Integer> values) {
    Map<String, MetadataValue> metadata = new HashMap<>();
    values.forEach(
        (key, value) ->
            metadata.put(key, value == 0 ? MetadataValue.removed() : MetadataValue.of(value)));
    return metadata;
  }

  private static ChromaModel modelAfter(List<Mutation> before, List<Mutation> mutations) {
    ChromaModel model = new ChromaModel();
    before.forEach(model::apply);
    mutations.forEach(model::apply);
    return model;
  }
}
