package io.chromasync.scenarios;

import static io.chromasync.receipts.ReceiptFacts.ValidationStatus.VALID;
import static io.chromasync.receipts.ReceiptTree.LINES;
import static io.chromasync.receipts.ReceiptTree.WORDS;
import static io.chromasync.testing.ItemChanges.at;
import static io.chromasync.testing.ItemChanges.insert;
import static io.chromasync.testing.ItemChanges.modify;
import static io.chromasync.testing.ItemChanges.remove;
import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.GraphRun;
import io.chromasync.JobCounters;
import io.chromasync.Run;
import io.chromasync.Runs;
import io.chromasync.local.servers.ChromaServer;
import io.chromasync.model.CollectionName;
import io.chromasync.model.Embedding;
import io.chromasync.model.ItemChange;
import io.chromasync.model.RecordKey;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.testing.ChromaModel.Stored;
import io.chromasync.testing.DeltaProducer;
import io.chromasync.testing.Items;
import io.chromasync.testing.TableItem;
import io.chromasync.testing.TemporaryFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The ordering scenarios with compaction runs, by their numbers, through the real graph: deltas in
 * a real S3, the states of runs in a real table, records in a real Chroma. {@code
 * docs/scenarios.md} lists them.
 *
 * <p>A delta is loaded beside the stream, so what arrives together with its run comes before or
 * after it; where a scenario wants one order, a pause keeps to it.
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
    scenario.holdsWord(1, 2, 1, Map.of());

    scenario.arrives(remove(word(2, 1), at(20))).onceGone(wordKey(2, 1), () -> {});
    scenario.arrives(run.inserted(10)).settles();

    assertThat(scenario.ids(WORDS)).containsExactly(wordKey(2, 2).id());
    assertShows(wordKey(2, 2), run);
    assertCompleted(run, 1, 1);
  }

  @Test
  void s03_aRemovedReceiptStaysGoneWhenItsRunComesLate() {
    Run run = runs.produce(run(1).word(2, 1).row(2));
    TableItem tax = Items.label(image, 1, 2, 1, "TAX");
    TableItem place = Items.place(image, 1);
    scenario.holdsWord(1, 2, 1, Map.of());
    scenario.arrives(insert(receipt(), at(1))).arrives(insertedLine(2, 1));
    scenario.arrives(otherReceipt());

    scenario
        .arrives(
            remove(receipt(), at(100)),
            modify(tax, tax.status(VALID), at(90)),
            modify(place, place.merchant("Beta"), at(90)))
        .onceGone(wordKey(2, 1), () -> {})
        .arrives(run.inserted(80))
        .settles();

    assertThat(scenario.ids(WORDS)).containsExactly(ReceiptTree.word(image, 2, 1, 1).id());
    assertThat(scenario.ids(LINES)).isEmpty();
    assertOtherReceiptIsInStep();
    assertCompleted(run, 0, 0);
  }

  @ParameterizedTest(name = "in the order of seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void s04_aReceiptReCreatedAtOnceHasExactlyTheNewRun(long seed) {
    Run first = runs.produce(run(1).word(2, 1).word(2, 2).row(2));
    Run second = runs.produce(run(2).word(2, 1).row(2));

    scenario.arrives(first.inserted(10)).arrives(shuffled(reCreated(second), seed)).settles();

    assertReCreated(second);
  }

  @Test
  void s04_aRunBeforeTheRemovalThatIsOlderKeepsItsRecords() {
    Run first = runs.produce(run(1).word(2, 1).word(2, 2).row(2));
    Run second = runs.produce(run(2).word(2, 1).row(2));
    scenario.arrives(first.inserted(10)).onceShown(wordKey(2, 2), first.document());
    scenario.arrives(second.inserted(110)).onceShown(wordKey(2, 1), second.document());
    scenario.onceShown(rowKey(2), second.document());

    scenario.arrives(reCreated().toArray(ItemChange[]::new)).settles();

    assertReCreated(second);
    assertCompleted(second, 1, 1);
  }

  @ParameterizedTest(name = "in the order of seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void s06_aWordReplacedUnderItsKeyHasTheVectorOfTheNewRun(long seed) {
    Run first = runs.produce(run(1).word(3, 1).row(3));
    Run second = runs.produce(run(2).word(3, 1).row(3));
    scenario.arrives(insertedLine(3, 1)).arrives(first.inserted(5));
    scenario.onceShown(wordKey(3, 1), first.document());

    scenario
        .arrives(
            shuffled(
                List.of(
                    remove(word(3, 1), at(10)), insert(word(3, 1), at(11)), second.inserted(15)),
                seed))
        .settles();

    assertShows(wordKey(3, 1), second);
    assertCompleted(second);
  }

  @Test
  void s09_aPlaceBeforeTheWordsIsOnEveryRecordOfTheRun() {
    Run run = runs.produce(run(1).word(2, 1).row(2));
    TableItem alpha = Items.place(image, 1).merchant("Alpha");
    scenario.arrives(insertedLine(2, 1));

    scenario.arrives(modify(alpha, alpha.merchant("Beta"), at(12)), run.inserted(10)).settles();

    for (RecordKey record : List.of(wordKey(2, 1), rowKey(2))) {
      assertShows(record, run);
      assertThat(scenario.metadata(record)).containsEntry("merchant_name", "Beta");
    }
  }

  @Test
  void s11_aLabelEditedBeforeItsWordCameIsOnTheRecordsOfTheRun() {
    Run run = runs.produce(run(1).word(2, 1).row(2));
    TableItem tax = Items.label(image, 1, 2, 1, "TAX");

    scenario.arrives(modify(tax, tax.status(VALID), at(8)));
    scenario.arrives(insertedLine(2, 1)).arrives(run.inserted(10)).settles();

    assertValidated(run);
  }

  @Test
  void s12_aLabelInsertedAfterTheDeltaWasBuiltIsThereWhenItComesFirst() {
    Run run = runs.produce(run(1).word(2, 1, "unvalidated").row(2));
    TableItem tax = Items.label(image, 1, 2, 1, "TAX").status(VALID);

    scenario.arrives(insertedLine(2, 1));
    scenario.arrives(insert(tax, at(7)), run.inserted(10)).settles();

    assertValidated(run);
  }

  @Test
  void s12_aLabelInsertedAfterTheDeltaWasBuiltIsThereWhenItComesLast() {
    Run run = runs.produce(run(1).word(2, 1, "unvalidated").row(2));
    TableItem tax = Items.label(image, 1, 2, 1, "TAX").status(VALID);

    scenario.arrives(insertedLine(2, 1)).arrives(run.inserted(10));
    scenario.onceShown(wordKey(2, 1), run.document()).onceShown(rowKey(2), run.document());
    scenario.arrives(insert(tax, at(7))).settles();

    assertValidated(run);
  }

  @Test
  void s21_aSectionEditedAfterTheDeltaWasBuiltWins() {
    Run run = runs.produce(run(1).row(8).row(9));
    TableItem items = Items.section(image, 1, "ITEMS", 8);
    scenario.arrives(insert(receipt(), at(1)), insertedLine(8), insertedLine(9));
    scenario.arrives(insert(items, at(5)));

    scenario.arrives(modify(items, items.lines(8, 9), at(12)), run.inserted(10)).settles();

    assertShows(rowKey(9), run);
    assertThat(scenario.metadata(rowKey(9))).containsEntry("section_label", "ITEMS");
    assertThat(scenario.metadata(rowKey(8))).containsEntry("section_label", "ITEMS");
  }

  @Test
  void s22_aSectionBeforeTheRowsIsOnThemOnceTheRunIsIn() {
    Run run = runs.produce(run(1).row(8).row(9));
    scenario.arrives(insert(receipt(), at(1)), insertedLine(8), insertedLine(9));

    scenario
        .arrives(insert(Items.section(image, 1, "ITEMS", 9), at(5)), run.inserted(10))
        .settles();

    assertThat(scenario.metadata(rowKey(9))).containsEntry("section_label", "ITEMS");
    assertThat(scenario.metadata(rowKey(8))).doesNotContainKey("section_label");
    assertThat(job.deadLetters()).isEmpty();
  }

  @Test
  void s24_theNewerOfTwoRunsWinsWhenTheyArriveReversed() {
    Run older = runs.produce(run(1).word(2, 1).row(2).row(4));
    Run newer = runs.produce(run(2).word(2, 1).row(2));
    scenario.arrives(insertedLine(2, 1)).arrives(insertedLine(4));

    scenario.arrives(newer.inserted(20));
    scenario.onceShown(wordKey(2, 1), newer.document()).onceShown(rowKey(2), newer.document());
    scenario.arrives(older.inserted(10)).settles();

    assertShows(wordKey(2, 1), newer);
    assertThat(scenario.ids(LINES)).containsExactly(rowKey(2).id());
    assertShows(rowKey(2), newer);
    assertCompleted(older, 0, 0);
    assertCompleted(newer, 1, 1);
  }

  @Test
  void s25_aRunIsToldInItsOwnItemWhateverItsIdSortsLike() {
    Run older = run(1).named("00000000-0000-4000-8000-" + image.substring(24));
    runs.produce(older.word(2, 1).row(2));
    Run newer = runs.produce(run(2).word(2, 1).row(2));

    scenario.arrives(insertedLine(2, 1)).arrives(older.inserted(10)).settles();
    assertCompleted(older, 1, 1);
    assertThat(runs.state(newer, WORDS)).isEqualTo("PENDING");
    assertThat(runs.state(newer, LINES)).isEqualTo("PENDING");

    scenario.arrives(newer.inserted(20)).settles();
    assertCompleted(newer, 1, 1);
    assertShows(wordKey(2, 1), newer);
  }

  @Test
  void s27a_aRowOfARunForgetsALineThatIsRemoved() {
    Run run = runs.produce(run(1).row(7, 8));
    scenario.arrives(insertedLine(7, 1)).arrives(insertedLine(8, 1));
    scenario.arrives(insert(Items.label(image, 1, 8, 1, "TAX").status(VALID), at(5)));

    scenario.arrives(remove(line(8), at(20)), run.inserted(10)).settles();

    assertShows(rowKey(7), run);
    assertThat(scenario.metadata(rowKey(7))).containsEntry("row_line_ids", "[7]");
    assertThat(scenario.valid(rowKey(7))).isEmpty();
  }

  @Test
  void s27b_aRowOfARunGoesWithItsPrimaryLine() {
    Run run = runs.produce(run(1).row(7, 8));
    scenario.arrives(insertedLine(7, 1)).arrives(insertedLine(8, 1));

    scenario.arrives(run.inserted(10)).onceShown(rowKey(7), run.document());
    scenario.arrives(remove(line(7), at(20))).settles();

    assertThat(scenario.ids(LINES)).isEmpty();
  }

  @Test
  void s29_runsTwiceAndAgainFromTheStartChangeNoByte() {
    Run older = runs.produce(run(1).word(2, 1).row(2));
    Run newer = runs.produce(run(2).word(2, 1).row(2));
    ItemChange[] changes = {newer.inserted(20), older.inserted(10)};
    scenario.arrives(insertedLine(2, 1)).arrives(changes).arrives(changes).settles();
    assertShows(wordKey(2, 1), newer);
    Stored word = scenario.stored(wordKey(2, 1));
    Stored row = scenario.stored(rowKey(2));

    scenario.settles();

    assertThat(scenario.stored(wordKey(2, 1))).isEqualTo(word);
    assertThat(scenario.stored(rowKey(2))).isEqualTo(row);
    assertCompleted(older);
    assertCompleted(newer);
  }

  @Test
  void s34_aDeltaThatCannotBeReadIsTriedAgainAndThenFailed() {
    Run run = runs.produce(run(1).word(2, 1).row(2));
    scenario.arrives(insertedLine(2, 1)).arrives(otherReceipt());
    runs.loseBucket();
    try {
      scenario.arrives(run.inserted(10));
      scenario.once(() -> runs.state(run, WORDS).equals("PROCESSING")).settles();
    } finally {
      runs.findBucket();
    }

    assertFailed(run, "delta.retry-budget", "tried ");
    assertThat(scenario.shows(wordKey(2, 1))).isFalse();
    assertOtherReceiptIsInStep();
  }

  @Test
  void c14ADeltaThatComesTenSecondsAfterItsRunIsMerged() throws InterruptedException {
    GraphRun patient = GraphRun.into(server.url(), 500, runs.patientEnds(), COUNTERS);
    Scenario late = new Scenario(patient, server.url());
    Run run = runs.announce(new Run(late.image, 1, 1).word(2, 1).row(2));
    late.arrives(
        insert(Items.receipt(late.image, 1), at(1)),
        insert(Items.line(late.image, 1, 2, "TAX"), at(2)),
        insert(Items.word(late.image, 1, 2, 1, "TAX"), at(3)));
    late.arrives(run.inserted(10));

    late.once(
            () -> {
              // What is tried is that the delta comes later than its run.
              TimeUnit.SECONDS.sleep(10);
              for (CollectionName collection : List.of(ReceiptTree.WORDS, ReceiptTree.LINES)) {
                runs.upload(run, collection, runs.archive(run, collection));
              }
              return true;
            })
        .settles();

    assertCompleted(run, 1, 1);
    assertThat(late.shows(ReceiptTree.word(late.image, 1, 2, 1))).isTrue();
  }

  @Test
  void s35_aMissingDeltaFailsItsRunAndNothingElse() {
    Run missing = runs.announce(run(1).word(2, 1).row(2));
    Scenario another = new Scenario(job, server.url());
    Run fine = runs.produce(new Run(another.image, 1, 2).word(2, 1).row(2));
    RecordKey other = ReceiptTree.word(another.image, 1, 2, 1);
    scenario.arrives(missing.inserted(10), fine.inserted(10));
    scenario.onceShown(other, fine.document()).arrives(otherReceipt()).settles();

    assertFailed(missing, "There is no delta at s3://deltas/");
    assertShows(other, fine);
    assertCompleted(fine, 1, 1);
    assertOtherReceiptIsInStep();
  }

  @Test
  void s43_bothCollectionsOfARunAreToldThoughTheyEndTogether() {
    Run run = runs.produce(run(1).word(2, 1).word(2, 2).word(4, 1).row(2).row(4));

    scenario.arrives(insertedLine(2, 2)).arrives(insertedLine(4, 1));
    scenario.arrives(run.inserted(10)).settles();

    assertCompleted(run, 3, 2);
    assertThat(runs.error(run, WORDS)).isNull();
    assertThat(runs.error(run, LINES)).isNull();
    assertThat(job.deadLetters()).isEmpty();
  }

  @Test
  void s45_ofMergedReceiptsOnlyTheNewOneIsLeft() {
    Run one = runs.produce(new Run(image, 1, 1).word(2, 1).row(2));
    Run two = runs.produce(new Run(image, 2, 2).word(2, 1).row(2));
    Run merged = runs.produce(new Run(image, 3, 3).word(2, 1).row(2));
    TableItem tax = Items.label(image, 1, 2, 1, "TAX");
    scenario.arrives(one.inserted(5), two.inserted(5), insert(tax, at(1)));
    scenario.arrives(insertedLine(2, 1)).arrives(insert(Items.receipt(image, 3), at(10)));
    scenario.arrives(merged.inserted(10)).arrives(insert(Items.place(image, 3), at(10)));
    scenario.onceShown(ReceiptTree.word(image, 3, 2, 1), merged.document());

    scenario
        .arrives(
            remove(Items.receipt(image, 2), at(60)),
            remove(Items.receipt(image, 1), at(61)),
            modify(tax, tax.status(VALID), at(70)))
        .settles();

    assertThat(scenario.ids(WORDS)).containsExactly(ReceiptTree.word(image, 3, 2, 1).id());
    assertThat(scenario.ids(LINES)).containsExactly(ReceiptTree.row(image, 3, 2).id());
    assertShows(ReceiptTree.word(image, 3, 2, 1), merged);
    assertThat(scenario.metadata(ReceiptTree.row(image, 3, 2)))
        .containsEntry("merchant_name", "Green Grocer #7");
    assertCompleted(merged, 1, 1);
  }

  @ParameterizedTest(name = "in the order of seed {0}")
  @ValueSource(longs = {1, 2})
  void s47_nothingRemainsOfARemovedImageWhenItsRunComesLate(long seed) {
    Run run = runs.produce(run(1).word(2, 1).row(2));
    scenario.holdsWord(1, 2, 1, Map.of());
    Scenario another = new Scenario(job, server.url());
    RecordKey other = another.holdsWord(1, 2, 1, Map.of());
    another.holds();
    scenario.arrives(
        insert(Items.word(another.image, 1, 2, 1, "TAX"), at(1)),
        insert(Items.label(another.image, 1, 2, 1, "TAX").status(VALID), at(11)));
    List<ItemChange> removals = new ArrayList<>();
    items().forEach(item -> removals.add(remove(item, at(20))));

    scenario.arrives(insertedLine(2, 1)).arrives(shuffled(removals, seed));
    scenario.onceGone(wordKey(2, 1), () -> {}).arrives(run.inserted(10)).settles();

    assertNothingIsShown();
    assertThat(scenario.valid(other)).as("of another image").containsExactly("TAX");
    assertCompleted(run, 0, 0);
    assertThat(job.deadLetters()).isEmpty();
  }

  @ParameterizedTest(name = "in the order of seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void s52_anImageReplacedWithinASecondHasTheNewRunAndTheCurrentFacts(long seed) {
    Run first = runs.produce(run(1).word(2, 1).row(2));
    Run second = runs.produce(run(2).word(2, 1).row(2));
    List<ItemChange> replacement = new ArrayList<>(List.of(second.inserted(12)));
    for (TableItem item : items()) {
      replacement.add(remove(item, at(10)));
      replacement.add(insert(item, at(11)));
    }

    scenario.arrives(insertedLine(2, 1)).arrives(first.inserted(5));
    scenario.arrives(shuffled(replacement, seed)).settles();

    assertValidated(second);
    assertThat(scenario.metadata(wordKey(2, 1))).containsEntry("merchant_name", "Alpha");
    assertCompleted(second);
  }

  /** What is wrong with both deltas of a run, and what is told of it. */
  enum Bad {
    NO_ARCHIVE("delta.tar.gz"),
    TRUNCATED("delta.tar.gz"),
    NO_TABLES("chroma.sqlite3"),
    NAN("NaN");

    private final String told;

    Bad(String told) {
      this.told = told;
    }

    byte[] archive(Run run, CollectionName collection) {
      try {
        byte[] whole = runs.archive(run, collection);
        return switch (this) {
          case NO_ARCHIVE -> "no archive".getBytes(StandardCharsets.UTF_8);
          case TRUNCATED -> Arrays.copyOf(whole, whole.length / 2);
          case NO_TABLES -> withoutTables();
          case NAN -> withoutNumbers(run, collection);
        };
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** SQLite takes a file of no bytes for a database. */
    private static byte[] withoutTables() throws IOException {
      try (TemporaryFolder folder = TemporaryFolder.make()) {
        Files.createFile(folder.path().resolve("chroma.sqlite3"));
        return Runs.packed(folder.path());
      }
    }

    /** Chroma itself writes no such vectors. */
    private static byte[] withoutNumbers(Run run, CollectionName collection) throws IOException {
      List<Embedding> embeddings =
          run.embeddings(collection).stream()
              .map(
                  each ->
                      new Embedding(
                          each.record(),
                          new float[] {1, Float.NaN},
                          each.document(),
                          each.metadata()))
              .toList();
      try (TemporaryFolder folder = TemporaryFolder.make()) {
        return Runs.packed(DeltaProducer.template(collection).write(folder.path(), embeddings));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Bad.class)
  void aBadDeltaFailsItsRunAndNothingElse(Bad bad) {
    Run run = runs.announce(run(1).word(2, 1).row(2));
    for (CollectionName collection : List.of(ReceiptTree.WORDS, ReceiptTree.LINES)) {
      runs.upload(run, collection, bad.archive(run, collection));
    }

    scenario.arrives(insertedLine(2, 1)).arrives(otherReceipt());
    scenario.arrives(run.inserted(10)).settles();

    assertFailed(run, bad.told);
    assertThat(scenario.ids(LINES)).isEmpty();
    assertThat(scenario.shows(wordKey(2, 1))).isFalse();
    assertOtherReceiptIsInStep();
  }

  @Test
  void aRunWithoutPrefixesFails() {
    Run run = run(1);
    run.described(run.item().without("words_delta_prefix").without("lines_delta_prefix"));
    runs.announce(run);

    scenario.arrives(otherReceipt()).arrives(run.inserted(10)).settles();

    assertFailed(run, "the run's item has no ");
    assertOtherReceiptIsInStep();
  }

  @Test
  void aRunWhosePrefixesAreOfAnotherTypeFails() {
    Run run = run(1);
    run.described(run.item().number("words_delta_prefix", "1").number("lines_delta_prefix", "2"));
    runs.announce(run);

    scenario.arrives(otherReceipt()).arrives(run.inserted(10)).settles();

    assertFailed(run, "the run's item has no ");
    assertOtherReceiptIsInStep();
  }

  @Test
  void theEndOfARunWhoseItemIsGoneMakesNone() {
    Run fine = runs.produce(run(1).word(2, 1).row(2));
    Run bad = runs.announce(run(2));
    runs.forget(fine);
    runs.forget(bad);

    scenario.arrives(insertedLine(2, 1)).arrives(bad.inserted(20), fine.inserted(10)).settles();

    assertShows(wordKey(2, 1), fine);
    assertThat(runs.state(fine, WORDS)).isNull();
    assertThat(runs.state(bad, WORDS)).isNull();
    assertThat(job.counted("runs_completed")).isEqualTo(2);
    assertThat(job.counted("runs_failed")).isEqualTo(2);
  }

  /** A receipt beside that of the run, with a word in Chroma and a change for it. */
  private ItemChange[] otherReceipt() {
    scenario.holdsWord(2, 1, 1, Map.of());
    return new ItemChange[] {
      insert(Items.word(image, 2, 1, 1, "TAX"), at(1)),
      insert(Items.label(image, 2, 1, 1, "TAX").status(VALID), at(11))
    };
  }

  private void assertOtherReceiptIsInStep() {
    assertThat(scenario.valid(ReceiptTree.word(image, 2, 1, 1))).containsExactly("TAX");
  }

  /** The receipt is removed and put again with its children, among which comes a run. */
  private List<ItemChange> reCreated(Run run) {
    List<ItemChange> changes = new ArrayList<>(reCreated());
    changes.add(run.inserted(110));
    return changes;
  }

  private List<ItemChange> reCreated() {
    List<ItemChange> changes = new ArrayList<>(List.of(remove(receipt(), at(100))));
    changes.addAll(List.of(insertedLine(2, 2, 105)));
    changes.add(insert(receipt(), at(106)));
    return changes;
  }

  private void assertReCreated(Run run) {
    assertThat(scenario.ids(WORDS)).containsExactly(wordKey(2, 1).id());
    assertThat(scenario.ids(LINES)).containsExactly(rowKey(2).id());
    assertShows(wordKey(2, 1), run);
    assertShows(rowKey(2), run);
    assertCompleted(run);
  }

  /** An image with one of each item. */
  private List<TableItem> items() {
    return List.of(
        Items.image(image),
        receipt(),
        line(2),
        word(2, 1),
        Items.label(image, 1, 2, 1, "TAX").status(VALID),
        Items.place(image, 1).merchant("Alpha"));
  }

  private static ItemChange[] shuffled(List<ItemChange> changes, long seed) {
    List<ItemChange> order = new ArrayList<>(changes);
    Collections.shuffle(order, new Random(seed));
    return order.toArray(ItemChange[]::new);
  }

  private void assertValidated(Run run) {
    for (RecordKey record : List.of(wordKey(2, 1), rowKey(2))) {
      assertShows(record, run);
      assertThat(scenario.metadata(record)).containsEntry("label_status", "validated");
      assertThat(scenario.valid(record)).containsExactly("TAX");
    }
  }

  private void assertFailed(Run run, String... told) {
    for (CollectionName collection : List.of(ReceiptTree.WORDS, ReceiptTree.LINES)) {
      assertThat(runs.state(run, collection)).isEqualTo("FAILED");
      assertThat(runs.error(run, collection)).contains(told);
      assertThat(runs.merged(run, collection)).isZero();
    }
    assertThat(job.counted("deltas_failed")).as("both deltas, each counted").isEqualTo(2);
    assertThat(job.counted("runs_failed")).as("told for both collections").isEqualTo(2);
    assertThat(job.deadLetters())
        .hasSize(2)
        .allSatisfy(
            letter ->
                assertThat(letter).contains("\"reason\":\"run_failed\"", run.item().sortKey()));
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

  /** In any case; how many vectors are merged when a delta ends depends on what came before. */
  private static void assertCompleted(Run run) {
    assertThat(List.of(runs.state(run, WORDS), runs.state(run, LINES)))
        .containsExactly("COMPLETED", "COMPLETED");
  }

  private static void assertCompleted(Run run, int words, int lines) {
    assertCompleted(run);
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
    return ReceiptTree.word(image, 1, line, word);
  }

  private RecordKey rowKey(int line) {
    return ReceiptTree.row(image, 1, line);
  }
}
