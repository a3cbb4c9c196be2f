package io.chromasync.scenarios;

import static io.chromasync.receipts.ReceiptFacts.ValidationStatus.PENDING;
import static io.chromasync.receipts.ReceiptFacts.ValidationStatus.VALID;
import static io.chromasync.testing.ItemChanges.at;
import static io.chromasync.testing.ItemChanges.insert;
import static io.chromasync.testing.ItemChanges.modify;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chromasync.GraphRun;
import io.chromasync.JobCounters;
import io.chromasync.model.ItemChange;
import io.chromasync.model.RecordKey;
import io.chromasync.testing.FakeChroma;
import io.chromasync.testing.FakeChroma.Fault;
import io.chromasync.testing.Items;
import io.chromasync.testing.TableItem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The scenarios in which Chroma is slow, busy or broken: nothing is lost, nothing is stripped. */
class FaultScenariosIT {

  private static final JobCounters COUNTERS = new JobCounters();

  @RegisterExtension static final MiniClusterExtension FLINK = COUNTERS.cluster();

  private FakeChroma chroma;
  private GraphRun job;
  private Scenario scenario;
  private String image;

  @BeforeEach
  void open() {
    chroma = FakeChroma.start();
    job = GraphRun.into(chroma.url(), 1, COUNTERS);
    scenario = new Scenario(job, chroma.url());
    image = scenario.image;
  }

  @AfterEach
  void close() {
    chroma.close();
  }

  @Test
  void s32_workThatTakesLongIsNotThrownAway() {
    List<RecordKey> words = holdWords(20);
    arriveWords(20);
    scenario.holds();
    chroma.fail(1, Fault.hang());

    scenario.settles();

    assertThat(chroma.faultsLeft()).isZero();
    assertThat(words).allSatisfy(word -> assertThat(scenario.valid(word)).containsExactly("TAX"));
  }

  @Test
  void s37_aFailingServerNeverStripsALabel() {
    RecordKey word = holdWords(1).get(0);
    RecordKey row = scenario.holdsRow(1, 2, Map.of("label_status", "validated"));
    arriveWords(1);
    scenario.holds();
    chroma.fail(3, Fault.status(503));

    scenario.settles();

    assertThat(chroma.faultsLeft()).isZero();
    for (RecordKey record : List.of(word, row)) {
      assertThat(scenario.valid(record)).containsExactly("TAX");
      assertThat(scenario.metadata(record)).containsEntry("label_status", "validated");
    }
  }

  @Test
  void s38_whatOneCollectionRefusesForAWhileIsNotLostInEither() {
    RecordKey word = holdWords(1).get(0);
    RecordKey row = scenario.holdsRow(1, 2, Map.of());
    arriveWords(1);
    scenario.holds();
    chroma.fail(1, Fault.cutAfter()).fail(1, Fault.cutBefore());

    scenario.settles();

    assertThat(chroma.faultsLeft()).isZero();
    assertThat(scenario.valid(word)).containsExactly("TAX");
    assertThat(scenario.valid(row)).containsExactly("TAX");
  }

  @Test
  void s39_throttlingHoldsBackAndLosesNothing() {
    List<RecordKey> words = holdWords(100);
    arriveWords(100);
    scenario.holds();
    chroma.fail(8, Fault.status(429));

    scenario.settles();

    assertThat(chroma.faultsLeft()).isZero();
    assertThat(words).allSatisfy(word -> assertThat(scenario.valid(word)).containsExactly("TAX"));
    assertThat(job.deadLetters()).isEmpty();
  }

  @Test
  void s40_anErrorOfTheServerIsTriedAgainUntilItIsApplied() {
    RecordKey word = holdWords(1).get(0);
    arriveWords(1);
    scenario.holds();
    chroma.fail(2, Fault.status(500));

    scenario.settles();

    assertThat(chroma.faultsLeft()).isZero();
    assertThat(scenario.valid(word)).containsExactly("TAX");
  }

  @Test
  void c01_whatSomethingElseAcknowledgesIsWrittenAgain() {
    RecordKey word = holdWords(1).get(0);
    arriveWords(1);
    scenario.holds();
    chroma.fail(2, Fault.pageBefore(200)).fail(1, Fault.pageAfter(200));

    scenario.settles();

    assertThat(chroma.faultsLeft()).isZero();
    assertThat(scenario.valid(word)).containsExactly("TAX");
  }

  @Test
  void s40_anErrorThatStaysStopsTheJobInsteadOfPassingUnseen() {
    holdWords(1);
    arriveWords(1);
    scenario.holds();
    chroma.fail(1, Fault.status(403));

    assertThatThrownBy(() -> scenario.settles()).hasStackTraceContaining("403");
  }

  @Test
  void s40_aRecordThatIsRefusedIsADeadLetterAndTheOthersAreWritten() {
    List<RecordKey> words = holdWords(3);
    arriveWords(3);
    scenario.holds();
    chroma.poison(words.get(1).id());

    scenario.settles();

    assertThat(scenario.valid(words.get(0))).containsExactly("TAX");
    assertThat(scenario.valid(words.get(2))).containsExactly("TAX");
    assertThat(job.deadLetters())
        .isNotEmpty()
        .allMatch(
            line ->
                line.contains("\"reason\":\"rejected\"")
                    && line.contains("\"entity\":\"receipt/1/line/2/word/2\""));
  }

  @Test
  void s42_aRedeliveryWritesNothing() {
    long once = mutationsAfterDelivering(1);

    assertThat(once).isGreaterThan(5);
    assertThat(mutationsAfterDelivering(3)).isEqualTo(once);
  }

  /** How many requests they make depends on when they come. */
  private long mutationsAfterDelivering(int copies) {
    try (FakeChroma fresh = FakeChroma.start()) {
      GraphRun run = GraphRun.into(fresh.url(), 1, COUNTERS);
      scenario = new Scenario(run, fresh.url());
      image = scenario.image;
      for (int copy = 0; copy < copies; copy++) {
        arriveWords(5);
      }
      scenario.settles();
      return run.emitted();
    }
  }

  private List<RecordKey> holdWords(int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(word -> scenario.holdsWord(1, 2, word, Map.of()))
        .toList();
  }

  private void arriveWords(int count) {
    scenario.arrives(words(count).toArray(ItemChange[]::new));
  }

  /** A line of words whose label turns valid. */
  private List<ItemChange> words(int count) {
    List<ItemChange> changes = new ArrayList<>();
    changes.add(insert(Items.line(image, 1, 2, "TAX"), at(1)));
    for (int word = 1; word <= count; word++) {
      TableItem tax = Items.label(image, 1, 2, word, "TAX").status(PENDING);
      changes.add(insert(Items.word(image, 1, 2, word, "TAX"), at(1)));
      changes.add(insert(tax, at(2)));
      changes.add(modify(tax, tax.status(VALID), at(8)));
    }
    return changes;
  }
}
