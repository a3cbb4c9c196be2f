package io.chromasync.resolve;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.model.CollectionName;
import io.chromasync.model.DeltaStep;
import io.chromasync.model.Embedding;
import io.chromasync.model.EntityKey;
import io.chromasync.model.Fact;
import io.chromasync.model.FactChange;
import io.chromasync.model.FactRegister;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.RecordKey;
import io.chromasync.model.RunDelta;
import io.chromasync.model.Version;
import io.chromasync.receipts.ReceiptFacts;
import io.chromasync.receipts.ReceiptFacts.ValidationStatus;
import io.chromasync.receipts.ReceiptKeys;
import io.chromasync.receipts.ReceiptProjection;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.testing.Deltas;
import io.chromasync.testing.MapFacts;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/**
 * Runs and changes of facts, in every order: the records are those of the domain's rules 11 to 17,
 * said here once more without any state.
 */
class RunLaws {

  private static final String IMAGE = Changes.IMAGE;
  private static final List<Integer> LINES = List.of(1, 2, 3);
  private static final List<Integer> WORDS = List.of(1, 2);

  /** What happens at one moment: a change of a fact, or a delta that is read whole. */
  private record Event(int second, FactChange change, List<DeltaStep> delta) {

    /** Short enough to read a history of them. */
    @Override
    public String toString() {
      if (change != null) {
        String what = change.isRemoval() ? "remove" : change.inserted() ? "insert" : "modify";
        return "%s:%s %s".formatted(second, what, change.entity());
      }
      DeltaStep opens = delta.get(0);
      List<String> records =
          delta.stream()
              .filter(step -> step.embedding() != null)
              .map(step -> step.embedding().record().entity().path())
              .toList();
      return "%s:%s of %s %s"
          .formatted(
              second, opens.collection(), ReceiptKeys.receiptOf(opens.delta().scope()), records);
    }
  }

  @Property(tries = 2000)
  void everyOrderLeavesTheRecordsThatTheRulesName(
      @ForAll("histories") List<Event> history, @ForAll Random random) {
    ResolverRun run = arrive(shuffled(history, random));

    assertThat(run.records.keySet()).isEqualTo(expected(history).keySet());
    expected(history)
        .forEach(
            (id, second) ->
                assertThat(run.records.get(id).get("vector"))
                    .as(id)
                    .isEqualTo(MetadataValue.of((float) second)));
  }

  @Property(tries = 2000)
  void everyOrderLeavesTheSameMetadata(
      @ForAll("histories") List<Event> history, @ForAll Random random) {
    List<Event> inOrder = new ArrayList<>(history);
    inOrder.sort(Comparator.comparing(Event::second));

    assertThat(arrive(shuffled(history, random)).records).isEqualTo(arrive(inOrder).records);
  }

  @Property(tries = 500)
  void aReplayWritesNothing(@ForAll("histories") List<Event> history, @ForAll Random random) {
    ResolverRun run = arrive(shuffled(history, random));
    run.mutations.clear();

    history.forEach(event -> apply(run, event));

    assertThat(run.mutations).isEmpty();
  }

  @Property(tries = 1000)
  void whatARunMergedIsWhatChromaHoldsOfIt(
      @ForAll("histories") List<Event> history, @ForAll Random random) {
    ResolverRun run = arrive(shuffled(history, random));
    for (Event event : history) {
      if (event.delta != null) {
        DeltaStep end = event.delta.get(event.delta.size() - 1);
        long held =
            run.records.entrySet().stream()
                .filter(
                    record ->
                        isOf(
                            record.getKey(),
                            end.collection(),
                            ReceiptKeys.receiptOf(end.delta().scope())))
                .filter(
                    record ->
                        MetadataValue.of((float) event.second)
                            .equals(record.getValue().get("vector")))
                .count();
        assertThat(run.apply(end).merged()).isEqualTo((int) held);
      }
    }
  }

  /**
   * What was written after the last checkpoint is in Chroma, the state is that of the checkpoint,
   * and all since comes again: the changes of the image in their order, as a shard gives them, and
   * deltas when they are loaded.
   */
  @Property(tries = 3000)
  void whatComesAgainAfterACrashLeavesTheRecordsThatTheRulesName(
      @ForAll("histories") List<Event> history, @ForAll Random random) {
    ResolverRun restored = crash(history, random, events -> again(events, random));

    assertThat(restored.records.keySet()).isEqualTo(expected(history).keySet());
    assertThat(ofTheContract(restored)).isEqualTo(ofTheContract(arrive(history)));
  }

  /** Whatever was shown for a moment before the crash. */
  @Property(tries = 2000)
  void whatComesAgainInAnyOrderLeavesTheMetadataOfWhatIsThere(
      @ForAll("histories") List<Event> history, @ForAll Random random) {
    ResolverRun restored =
        crash(
            history,
            random,
            events -> {
              List<Event> again = new ArrayList<>(events);
              Collections.shuffle(again, random);
              return again;
            });

    var right = ofTheContract(arrive(history));
    right.keySet().retainAll(restored.records.keySet());
    ofTheContract(restored).keySet().retainAll(right.keySet());
    assertThat(restored.records).isEqualTo(right);
  }

  /** The job that goes on from a checkpoint, after all has come that did not before it. */
  private static ResolverRun crash(
      List<Event> history, Random random, UnaryOperator<List<Event>> again) {
    List<Event> arriving = shuffled(history, random);
    int checkpoint = random.nextInt(arriving.size() + 1);
    int crash = checkpoint + random.nextInt(arriving.size() - checkpoint + 1);
    ResolverRun run = new ResolverRun(new ReceiptProjection(true));
    arriving.subList(0, checkpoint).forEach(event -> apply(run, event));
    ResolverRun restored = run.restart();
    arriving.subList(checkpoint, crash).forEach(event -> apply(run, event));
    restored.records.putAll(run.records);
    restored.records.keySet().retainAll(run.records.keySet());
    again
        .apply(arriving.subList(checkpoint, arriving.size()))
        .forEach(event -> apply(restored, event));
    return restored;
  }

  /** Which foreign keys an older vector brought after the checkpoint, nobody knows any more. */
  private static Map<String, Map<String, MetadataValue>> ofTheContract(ResolverRun run) {
    run.records.values().forEach(record -> record.keySet().removeIf(key -> key.startsWith("own_")));
    return run.records;
  }

  /** In another order, but for the changes among each other. */
  private static List<Event> again(List<Event> events, Random random) {
    Queue<Event> changes =
        new ArrayDeque<>(events.stream().filter(event -> event.change != null).toList());
    List<Event> shuffled = new ArrayList<>(events);
    Collections.shuffle(shuffled, random);
    return shuffled.stream().map(event -> event.change == null ? event : changes.remove()).toList();
  }

  private static boolean isOf(String id, CollectionName collection, int receipt) {
    return id.contains("#RECEIPT#0000" + receipt + "#")
        && id.contains("#WORD#") == collection.equals(ReceiptTree.WORDS);
  }

  private static List<Event> shuffled(List<Event> history, Random random) {
    List<Event> shuffled = new ArrayList<>(history);
    shuffled.addAll(history.subList(0, random.nextInt(history.size() + 1)));
    Collections.shuffle(shuffled, random);
    return shuffled;
  }

  private static ResolverRun arrive(List<Event> events) {
    ResolverRun run = new ResolverRun(new ReceiptProjection(true));
    events.forEach(event -> apply(run, event));
    return run;
  }

  private static void apply(ResolverRun run, Event event) {
    if (event.change != null) {
      run.apply(event.change);
    } else {
      event.delta.forEach(run::apply);
    }
  }

  /** The ids of the records that are there, each with the second of the run that supplied it. */
  private static Map<String, Integer> expected(List<Event> history) {
    MapFacts facts = new MapFacts(IMAGE);
    history.stream()
        .filter(event -> event.change != null)
        .sorted(Comparator.comparing(Event::second))
        .forEach(event -> facts.apply(event.change));
    Map<String, Integer> records = new TreeMap<>();
    for (Event event : history) {
      if (event.delta != null) {
        for (DeltaStep step : event.delta) {
          if (step.embedding() != null && isThere(step, history, facts)) {
            records.merge(step.embedding().record().id(), event.second, Math::max);
          }
        }
      }
    }
    return records;
  }

  private static boolean isThere(DeltaStep step, List<Event> history, MapFacts facts) {
    RecordKey record = step.embedding().record();
    boolean cutOff =
        Stream.concat(Stream.of(record.entity()), record.entity().ancestors().stream())
            .map(facts::entry)
            .anyMatch(entry -> wasRemovedAfter(entry, step.version()));
    return !cutOff
        && !facts.isRemoved(record.entity())
        && (step.collection().equals(ReceiptTree.WORDS) || isOfTheNewest(step, history));
  }

  private static boolean isOfTheNewest(DeltaStep step, List<Event> history) {
    return history.stream()
        .filter(event -> event.delta != null)
        .map(event -> event.delta.get(0))
        .filter(other -> other.collection().equals(ReceiptTree.LINES))
        .filter(other -> other.delta().scope().equals(step.delta().scope()))
        .noneMatch(other -> other.version().isAfter(step.version()));
  }

  private static boolean wasRemovedAfter(FactRegister entry, Version version) {
    return entry != null && entry.removed() != null && entry.removed().isAfter(version);
  }

  @Provide
  Arbitrary<List<Event>> histories() {
    Arbitrary<Integer> seconds = Arbitraries.integers().between(1, 200);
    Arbitrary<Event> changes =
        Combinators.combine(
                Arbitraries.of(
                    ReceiptKeys.image(),
                    ReceiptKeys.receipt(1),
                    ReceiptKeys.line(1, 1),
                    ReceiptKeys.line(1, 2),
                    ReceiptKeys.word(1, 1, 1),
                    ReceiptKeys.word(1, 2, 1),
                    ReceiptKeys.label(1, 1, 1, "TAX"),
                    ReceiptKeys.label(1, 2, 1, "TIP"),
                    ReceiptKeys.place(1)),
                seconds,
                Arbitraries.integers().between(0, 3))
            .as(RunLaws::change);
    Arbitrary<Event> deltas =
        Combinators.combine(
                Arbitraries.of(1, 2),
                Arbitraries.of(ReceiptTree.WORDS, ReceiptTree.LINES),
                seconds,
                Arbitraries.of(LINES).set())
            .as((receipt, collection, second, lines) -> delta(receipt, collection, second, lines));
    return Arbitraries.frequencyOf(Tuple.of(3, changes), Tuple.of(2, deltas))
        .list()
        .uniqueElements(Event::second)
        .ofMaxSize(12);
  }

  private static Event change(EntityKey entity, int second, int kind) {
    FactChange change =
        switch (kind) {
          case 0 -> Changes.remove(entity, second);
          case 1 -> fact(entity, second, false);
          default -> fact(entity, second, true);
        };
    return new Event(second, change, null);
  }

  private static FactChange fact(EntityKey entity, int second, boolean inserted) {
    Fact fact =
        switch (entity.kind().name()) {
          case "label" ->
              new ReceiptFacts.Label(ValidationStatus.VALID, "2026-03-02T18:06:40", null).fact();
          case "place" -> new ReceiptFacts.Place("shop " + second, null, null, null, null).fact();
          default -> Fact.exists();
        };
    return new FactChange(IMAGE, entity, fact, Changes.version(second), inserted, false, null);
  }

  /** A delta with a row for each of some lines, or their words; every third key is foreign. */
  private static Event delta(
      int receipt, CollectionName collection, int second, Set<Integer> lines) {
    RunDelta delta =
        Deltas.delta(
            IMAGE, receipt, "run" + second, collection, "p", Changes.version(second), null);
    List<ReceiptFacts.Row> rows = new ArrayList<>();
    List<DeltaStep> steps = new ArrayList<>();
    for (int line : lines.stream().sorted().toList()) {
      if (collection.equals(ReceiptTree.LINES)) {
        rows.add(new ReceiptFacts.Row(second % 2 == 0 ? List.of(line) : List.of(line, line + 1)));
        steps.add(brings(delta, ReceiptTree.row(IMAGE, receipt, line), second));
      } else {
        WORDS.forEach(
            word -> steps.add(brings(delta, ReceiptTree.word(IMAGE, receipt, line, word), second)));
      }
    }
    steps.add(0, Deltas.opens(delta, rows));
    steps.add(DeltaStep.ends(delta));
    return new Event(second, null, steps);
  }

  private static DeltaStep brings(RunDelta delta, RecordKey record, int second) {
    Map<String, MetadataValue> metadata =
        second % 3 == 0
            ? Map.of("text", MetadataValue.of("t" + second), "own_" + second, MetadataValue.of(1))
            : Map.of("text", MetadataValue.of("t" + second), "place_id", MetadataValue.of("p"));
    return DeltaStep.brings(delta, new Embedding(record, new float[] {second}, "d", metadata));
  }
}
