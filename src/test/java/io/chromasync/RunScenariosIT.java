package io.chromasync;

import static io.chromasync.model.Collection.LINES;
import static io.chromasync.model.Collection.WORDS;
import static io.chromasync.model.Fact.ValidationStatus.VALID;
import static io.chromasync.testing.ItemChanges.at;
import static io.chromasync.testing.ItemChanges.insert;
import static io.chromasync.testing.ItemChanges.modify;
import static io.chromasync.testing.ItemChanges.remove;
import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.model.ItemChange;
import io.chromasync.model.RecordKey;
import io.chromasync.testing.ChromaServer;
import io.chromasync.testing.Items;
import io.chromasync.testing.TableItem;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The ordering scenarios with compaction runs, by their numbers, through the real graph: deltas in
 * a real S3, the states of runs in a real table, records in a real Chroma. {@code
 * docs/scenarios.md} lists them.
 *
 * <p>A delta is loaded beside the stream, so changes that arrive at once with its run are mostly
 * there before it; where a run must be there first, a pause waits for it.
 */
class RunScenariosIT {

  private static final JobCounters COUNTERS = new JobCounters();

  @RegisterExtension static final MiniClusterExtension FLINK = COUNTERS.cluster();

  private static ChromaServer server;
  private static Runs runs;

  private GraphRun job;
  private Scenario scenario;
  private String image;

  @BeforeAll
  static void start() {
    server = ChromaServer.startEmpty();
    runs = Runs.start();
  }

  @AfterAll
  static void stop() {
    server.close();
    runs.close();
  }

  @BeforeEach
  void open() {
    job = GraphRun.into(server.url(), 500, runs.ends(), COUNTERS);
    scenario = new Scenario(job, server.url());
    image = scenario.image;
  }

  @Test
  void s02_aLateDeltaDoesNotBringBackARemovedWord() {
    Run run = runs.produce(run(1).word(2, 1).word(2, 2).row(2));
    scenario.arrives(insertedLine(1)).arrives(insertedLine(2, 2));

    scenario.arrives(remove(word(2, 1), at(20)), run.inserted(10)).settles();

    assertThat(scenario.ids(WORDS)).containsExactly(wordKey(2, 2).id());
    assertShows(wordKey(2, 2), run);
    assertCompleted(run, 1, 1);
  }

  @Test
  void s03_aRemovedReceiptStaysGoneWhenItsRunComesLate() {
    Run run = runs.produce(run(1).word(2, 1).row(2));
    TableItem tax = Items.label(image, 1, 2, 1, "TAX");
    TableItem place = Items.place(image, 1);
    scenario.arrives(insert(receipt(), at(1))).arrives(insertedLine(2, 1));

    scenario
        .arrives(
            remove(receipt(), at(100)),
            modify(tax, tax.status(VALID), at(90)),
            modify(place, place.merchant("Beta"), at(90)),
            run.inserted(80))
        .settles();

    assertNothingIsShown();
    assertCompleted(run, 0, 0);
  }

  private void assertNothingIsShown() {
    assertThat(scenario.ids(WORDS)).isEmpty();
    assertThat(scenario.ids(LINES)).isEmpty();
  }

  private void assertShows(RecordKey record, Run run) {
    assertThat(scenario.stored(record)).as(record.id()).isNotNull();
    assertThat(scenario.stored(record).embedding()).isEqualTo(run.vector());
    assertThat(scenario.stored(record).document()).isEqualTo(run.document());
    assertThat(scenario.metadata(record)).containsEntry("text", run.document());
  }

  private static void assertCompleted(Run run, int words, int lines) {
    assertThat(List.of(runs.state(run, WORDS), runs.state(run, LINES)))
        .containsExactly("COMPLETED", "COMPLETED");
    assertThat(List.of(runs.merged(run, WORDS), runs.merged(run, LINES)))
        .containsExactly(words, lines);
  }

  private Run run(int number) {
    return new Run(image, 1, number);
  }

  private ItemChange[] insertedLine(int line, int words) {
    return insertedLine(line, words, 1);
  }

  private ItemChange[] insertedLine(int line, int words, long second) {
    List<ItemChange> changes = new ArrayList<>(List.of(insert(line(line), at(second))));
    for (int word = 1; word <= words; word++) {
      changes.add(insert(word(line, word), at(second)));
    }
    return changes.toArray(ItemChange[]::new);
  }

  private ItemChange insertedLine(int line) {
    return insert(line(line), at(1));
  }

  private TableItem receipt() {
    return Items.receipt(image, 1);
  }

  private TableItem line(int line) {
    return Items.line(image, 1, line, "TAX 1.99");
  }

  private TableItem word(int line, int word) {
    return Items.word(image, 1, line, word, "TAX");
  }

  private RecordKey wordKey(int line, int word) {
    return RecordKey.word(image, 1, line, word);
  }

  private RecordKey rowKey(int line) {
    return RecordKey.row(image, 1, line);
  }
}
