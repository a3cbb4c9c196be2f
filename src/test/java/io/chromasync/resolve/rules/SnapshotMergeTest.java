package io.chromasync.resolve.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.model.DeltaStep;
import io.chromasync.model.Embedding;
import io.chromasync.model.EntityKey;
import io.chromasync.model.FactChange;
import io.chromasync.model.FactRegister;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.Mutation;
import io.chromasync.model.RecordKey;
import io.chromasync.model.RunDelta;
import io.chromasync.model.SnapshotFacts;
import io.chromasync.model.Version;
import io.chromasync.receipts.ReceiptFacts.ValidationStatus;
import io.chromasync.receipts.ReceiptKeys;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.resolve.Changes;
import io.chromasync.resolve.ResolverRun;
import io.chromasync.testing.Deltas;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.Tuple.Tuple2;

/** Readings of an image among its changes; {@code SimulationTest} has the whole domain. */
class SnapshotMergeTest {

  private static final EntityKey LINE = ReceiptKeys.line(1, 2);
  private static final EntityKey WORD = ReceiptKeys.word(1, 2, 1);
  private static final EntityKey OTHER = ReceiptKeys.word(1, 2, 2);
  private static final EntityKey TAX = ReceiptKeys.label(1, 2, 1, "TAX");
  private static final EntityKey TIP = ReceiptKeys.label(1, 2, 1, "TIP");
  private static final RecordKey RECORD = ReceiptTree.word(Changes.IMAGE, 1, 2, 1);
  private static final RecordKey OTHER_RECORD = ReceiptTree.word(Changes.IMAGE, 1, 2, 2);

  @Example
  void whatIsListedIsShownAndAllIsKnownFromThenOn() {
    ResolverRun run = new ResolverRun().holding(RECORD);

    run.apply(Changes.label(TIP, ValidationStatus.INVALID, 30));
    assertThat(run.mutations).as("nobody knows of other labels").isEmpty();
    run.apply(Changes.read(20, LINE, WORD, TAX));

    assertThat(labels(run)).containsExactly("TAX=VALID", "TIP=INVALID");
    assertThat(run.mutations).as("each record once").hasSize(1);
  }

  @Example
  void aRepairBringsBackWhatChromaLostWhileItsVectorIsKept() {
    ResolverRun run = new ResolverRun();
    run.apply(Changes.insert(WORD, 10));
    bring(run, RECORD, 12);
    bring(run, OTHER_RECORD, 12);
    run.apply(Changes.insert(OTHER, 10));
    run.apply(Changes.remove(OTHER, 13));
    Map<String, Map<String, MetadataValue>> before = new TreeMap<>(run.records);
    run.records.clear();

    SnapshotMerge.Merged merged = run.apply(repair(20, LINE, WORD));

    assertThat(run.records).isEqualTo(before).containsOnlyKeys(RECORD.id());
    assertThat(merged.withoutVector()).isZero();
  }

  @Example
  void aRepairCountsWhatItCanOnlyUpdate() {
    ResolverRun run = new ResolverRun();
    run.apply(Changes.insert(WORD, 10));
    bring(run, RECORD, 12);
    run.apply(Changes.insert(OTHER, 10));
    run.vectors.remove(RECORD.id());
    run.records.clear();

    assertThat(run.apply(repair(20, LINE, WORD, OTHER)).withoutVector())
        .as("one whose vector is no longer kept, one of which none was ever known")
        .isEqualTo(2);
    assertThat(run.records).isEmpty();
    assertThat(run.apply(Changes.read(30, LINE, WORD, OTHER)).withoutVector())
        .as("what is no repair does not tell again")
        .isZero();
  }

  @Example
  void whatIsNotListedIsGone() {
    ResolverRun run = new ResolverRun().holding(RECORD, OTHER_RECORD);
    run.applyAll(List.of(Changes.insert(WORD, 10), Changes.insert(OTHER, 11)));

    SnapshotMerge.Merged merged = run.apply(Changes.read(20, LINE, WORD));

    assertThat(run.records).containsOnlyKeys(RECORD.id());
    assertThat(merged.unlisted()).isEqualTo(1);
    assertThat(merged.followed().tombstones()).isEqualTo(1);
  }

  @Example
  void whatIsNewerThanTheReadingStays() {
    ResolverRun run = new ResolverRun().holding(RECORD);
    run.applyAll(List.of(Changes.insert(LINE, 24), Changes.insert(WORD, 25)));

    run.apply(Changes.read(20));

    assertThat(run.records).containsKey(RECORD.id());
  }

  @Example
  void aChangeOlderThanAReadingThatDidNotListItIsSuperseded() {
    ResolverRun run = new ResolverRun().holding(RECORD);
    run.apply(Changes.read(20));

    Resolution late = run.apply(Changes.insert(WORD, 10));

    assertThat(late.outcome()).isEqualTo(ChangeOutcome.SUPERSEDED);
    assertThat(run.records).as("it was removed meanwhile").doesNotContainKey(RECORD.id());
  }

  @Example
  void aSecondReadingOfTheSameWritesNothing() {
    ResolverRun run = new ResolverRun().holding(RECORD);
    run.apply(Changes.read(20, LINE, WORD, TAX));
    run.mutations.clear();

    run.apply(Changes.read(20, LINE, WORD, TAX));
    run.apply(Changes.read(40, LINE, WORD, TAX));

    assertThat(run.mutations).isEmpty();
  }

  @Example
  void aRepairWritesAllAgainAndSweepsWhatNobodySpokeOf() {
    ResolverRun run = new ResolverRun().holding(RECORD);
    run.apply(Changes.read(20, LINE, WORD, TAX));
    run.holding(RECORD, OTHER_RECORD);

    SnapshotFacts read = Changes.read(20, LINE, WORD, TAX);
    run.apply(
        new SnapshotFacts(read.partition(), read.asOf(), read.facts(), List.of(), true, true));

    assertThat(labels(run)).containsExactly("TAX=VALID");
    assertThat(run.records).containsOnlyKeys(RECORD.id());
  }

  @Example
  void anItemThatCannotBeReadIsNoneThatIsGone() {
    ResolverRun run = new ResolverRun().holding(RECORD);
    run.apply(Changes.insert(WORD, 10));

    run.apply(
        new SnapshotFacts(
            Changes.IMAGE,
            new Version(20_000_000, ""),
            List.of(),
            List.of(LINE, WORD),
            true,
            false));

    assertThat(run.records).containsKey(RECORD.id());
  }

  @Example
  void somethingListedAloneRemovesNothingAndTellsNothingOfTheRest() {
    ResolverRun run = new ResolverRun().holding(RECORD, OTHER_RECORD);
    run.apply(Changes.modify(OTHER, 10));
    SnapshotFacts read = Changes.read(20, WORD, TAX);

    run.apply(
        new SnapshotFacts(read.partition(), read.asOf(), read.facts(), List.of(), false, false));

    assertThat(run.mutations).isEmpty();
  }

  /**
   * Readings and changes in any order, with duplicates, leave the same. Not so records from
   * outside, which end with a removal that nobody saw only if the reading comes while it lasts.
   */
  @Property
  void orderDoesNotMatter(@ForAll("histories") Tuple2<List<Object>, List<Object>> orders) {
    ResolverRun one = after(orders.get1());
    ResolverRun other = after(orders.get2());

    assertThat(facts(other)).isEqualTo(facts(one));
    one.records.keySet().retainAll(other.records.keySet());
    other.records.keySet().retainAll(one.records.keySet());
    assertThat(other.records).isEqualTo(one.records);
  }

  private static Map<EntityKey, FactRegister> facts(ResolverRun run) {
    Map<EntityKey, FactRegister> facts = new TreeMap<>();
    run.chunks.chunks.values().forEach(chunk -> facts.putAll(chunk.entries()));
    return facts;
  }

  private static ResolverRun after(List<Object> arrivals) {
    ResolverRun run = new ResolverRun().holding(RECORD, OTHER_RECORD);
    for (Object arrival : arrivals) {
      if (arrival instanceof FactChange change) {
        run.apply(change);
      } else {
        run.apply((SnapshotFacts) arrival);
      }
    }
    return run;
  }

  @Provide
  Arbitrary<Tuple2<List<Object>, List<Object>>> histories() {
    Arbitrary<EntityKey> entity = Arbitraries.of(LINE, WORD, OTHER, TAX, TIP);
    Arbitrary<Integer> second = Arbitraries.integers().between(1, 40);
    Arbitrary<Object> change =
        Combinators.combine(entity, second, Arbitraries.integers().between(0, 2))
            .as(
                (key, at, kind) ->
                    kind == 0
                        ? Changes.remove(key, at)
                        : key.name() != null
                            ? Changes.label(key, ValidationStatus.INVALID, at)
                            : kind == 1 ? Changes.insert(key, at) : Changes.modify(key, at));
    Arbitrary<Object> reading =
        Combinators.combine(second, entity.set())
            .as((at, listed) -> Changes.read(at, listed.toArray(EntityKey[]::new)));
    return Arbitraries.frequencyOf(Tuple.of(5, change), Tuple.of(1, reading))
        .list()
        .uniqueElements(SnapshotMergeTest::version)
        .ofMaxSize(12)
        .flatMap(
            history ->
                Combinators.combine(
                        Arbitraries.shuffle(history),
                        Arbitraries.shuffle(history),
                        history.isEmpty()
                            ? Arbitraries.just(List.of())
                            : Arbitraries.of(history).list().ofMaxSize(3))
                    .as(
                        (first, second2, again) -> {
                          second2.addAll(again);
                          return Tuple.of(first, second2);
                        }));
  }

  /** Two changes of one version are the same change. */
  private static Object version(Object arrival) {
    return arrival instanceof FactChange change
        ? change.entity() + " " + change.version()
        : ((SnapshotFacts) arrival).asOf();
  }

  private static List<String> labels(ResolverRun run) {
    Map<String, MetadataValue> record = run.records.get(RECORD.id());
    return record.get("labels").list();
  }

  @Example
  void theSweepsOfAReceiptThatIsNotListedComeFirst() {
    ResolverRun run = new ResolverRun().holding(RECORD);
    run.applyAll(List.of(Changes.insert(ReceiptKeys.receipt(1), 5), Changes.insert(WORD, 10)));
    run.mutations.clear();

    run.apply(Changes.read(20));

    assertThat(run.mutations.get(0).verb()).isEqualTo(Mutation.Verb.DELETE_BY_FILTER);
    assertThat(run.records).isEmpty();
  }

  private static void bring(ResolverRun run, RecordKey record, int second) {
    RunDelta delta =
        Deltas.delta(Changes.IMAGE, 1, "r", ReceiptTree.WORDS, "p", Changes.version(second), null);
    run.apply(Deltas.opens(delta, List.of()));
    run.apply(DeltaStep.brings(delta, new Embedding(record, new float[] {second}, null, Map.of())));
  }

  private static SnapshotFacts repair(int second, EntityKey... entities) {
    SnapshotFacts read = Changes.read(second, entities);
    return new SnapshotFacts(
        read.partition(), read.asOf(), read.facts(), read.unreadable(), read.whole(), true);
  }
}
