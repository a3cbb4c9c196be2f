package io.chromasync.scenarios;

import static io.chromasync.receipts.ReceiptFacts.ValidationStatus.INVALID;
import static io.chromasync.receipts.ReceiptFacts.ValidationStatus.NEEDS_REVIEW;
import static io.chromasync.receipts.ReceiptFacts.ValidationStatus.NONE;
import static io.chromasync.receipts.ReceiptFacts.ValidationStatus.PENDING;
import static io.chromasync.receipts.ReceiptFacts.ValidationStatus.VALID;
import static io.chromasync.testing.ItemChanges.at;
import static io.chromasync.testing.ItemChanges.insert;
import static io.chromasync.testing.ItemChanges.modify;
import static io.chromasync.testing.ItemChanges.remove;
import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.GraphRun;
import io.chromasync.JobCounters;
import io.chromasync.local.servers.ChromaServer;
import io.chromasync.model.ItemChange;
import io.chromasync.model.RecordKey;
import io.chromasync.receipts.ReceiptFacts.ValidationStatus;
import io.chromasync.receipts.ReceiptKeys;
import io.chromasync.testing.FakeChroma;
import io.chromasync.testing.Items;
import io.chromasync.testing.TableItem;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The ordering scenarios that need no compaction run, by their numbers, through the real graph.
 *
 * <p>Each runs with all mutations in one batch against a real Chroma (which takes no arrays), and
 * with every mutation in a batch of its own against the model of one that does. {@code
 * docs/scenarios.md} lists them.
 */
@ParameterizedClass(name = "{0} Chroma, windows of {1}")
@CsvSource({"REAL, 500", "ARRAYS, 1"})
class ScenariosIT {

  private static final JobCounters COUNTERS = new JobCounters();

  @RegisterExtension static final MiniClusterExtension FLINK = COUNTERS.cluster();

  private static ChromaServer server;
  private static FakeChroma fake;

  enum Target {
    REAL,
    ARRAYS
  }

  @Parameter(0)
  Target target;

  @Parameter(1)
  int maxRecords;

  private GraphRun job;
  private Scenario scenario;
  private String image;

  @BeforeAll
  static void start() {
    server = ChromaServer.startEmpty();
    fake = FakeChroma.start().arrays(true);
  }

  @AfterAll
  static void stop() {
    server.close();
    fake.close();
  }

  @BeforeEach
  void open() {
    URI url = target == Target.REAL ? server.url() : fake.url();
    job = GraphRun.into(url, maxRecords, COUNTERS);
    scenario = new Scenario(job, url);
    image = scenario.image;
  }

  @Test
  void s01_aLabelChangeAfterTheRemovalOfItsWordBringsNothingBack() {
    RecordKey word = scenario.holdsWord(1, 2, 1, Map.of("label_status", "unvalidated"));
    RecordKey row = scenario.holdsRow(1, 2, Map.of());
    TableItem tax = Items.label(image, 1, 2, 1, "TAX");

    scenario.arrives(insertedLine(2, 1)).arrives(insert(tax, at(3)));
    scenario.arrives(remove(word(2, 1), at(20)), modify(tax, tax.status(VALID), at(10))).settles();

    assertThat(scenario.shows(word)).isFalse();
    assertThat(scenario.valid(row)).isEmpty();
    assertThat(scenario.metadata(row)).containsEntry("label_status", "unvalidated");
  }

  @Test
  void s03_nothingLateBringsBackARemovedReceipt() {
    RecordKey word = scenario.holdsWord(1, 2, 1, Map.of());
    RecordKey row = scenario.holdsRow(1, 2, Map.of());
    TableItem tax = Items.label(image, 1, 2, 1, "TAX");
    TableItem place = Items.place(image, 1);
    scenario.arrives(insert(Items.receipt(image, 1), at(1))).arrives(insertedLine(2, 1));

    scenario
        .arrives(
            remove(Items.receipt(image, 1), at(100)),
            modify(tax, tax.status(VALID), at(90)),
            modify(place, place.merchant("Beta"), at(90)))
        .settles();

    assertThat(scenario.shows(word)).isFalse();
    assertThat(scenario.shows(row)).isFalse();
  }

  @Test
  void s06_aWordReplacedUnderItsKeyShowsOnlyTheVectorThatCameAfter() {
    RecordKey word = scenario.holdsWord(1, 3, 1, Map.of("text", "old"));
    TableItem tax = Items.label(image, 1, 3, 1, "TAX").status(VALID);
    scenario.arrives(insertedLine(3, 1));
    scenario.arrives(insert(word(3, 1), at(11)), remove(word(3, 1), at(10)));
    scenario.onceGone(word, () -> scenario.holdsWord(1, 3, 1, Map.of("text", "new")));

    scenario.arrives(insert(tax, at(15)), remove(word(3, 1), at(10))).settles();

    assertThat(scenario.metadata(word)).containsEntry("text", "new");
    assertThat(scenario.valid(word)).containsExactly("TAX");
  }

  @Test
  void s07_theNewerOfTwoPlaceEditsWinsWhenTheyArriveReversed() {
    RecordKey word = scenario.holdsWord(1, 2, 1, Map.of("merchant_name", ""));
    RecordKey row = scenario.holdsRow(1, 2, Map.of());
    TableItem alpha = Items.place(image, 1).merchant("Alpha");
    TableItem beta = alpha.merchant("Beta");

    scenario.arrives(insertedLine(2, 1));
    scenario.arrives(modify(alpha, beta, at(20)), insert(alpha, at(10))).settles();

    assertThat(scenario.metadata(word)).containsEntry("merchant_name", "Beta");
    assertThat(scenario.metadata(row)).containsEntry("merchant_name", "Beta");
    assertThat(scenario.metadata(row))
        .containsEntry("last_place_update", "1970-01-01T00:00:20+00:00");
  }

  @Test
  void s10_aPlaceInsertedAfterTheWordsIsOnEveryRecord() {
    RecordKey word = scenario.holdsWord(1, 2, 1, Map.of("merchant_name", ""));
    RecordKey row = scenario.holdsRow(1, 2, Map.of());

    scenario.arrives(insertedLine(2, 1));
    scenario.arrives(insert(Items.place(image, 1).merchant("GREEN grocer"), at(12))).settles();

    for (RecordKey record : List.of(word, row)) {
      assertThat(scenario.metadata(record))
          .containsEntry("merchant_name", "Green Grocer")
          .containsEntry("merchant_category", "grocery_store")
          .containsEntry("address", "12 Harbor St, Ventura, CA 93001")
          .containsEntry("phone_number", "(805) 555-0142")
          .containsEntry("place_id", "ChIJdemo0001");
    }
  }

  @Test
  void s13_removingOneOfTwoLabelsLeavesTheOther() {
    RecordKey word = scenario.holdsWord(1, 2, 1, Map.of());
    RecordKey row = scenario.holdsRow(1, 2, Map.of());
    TableItem tax = Items.label(image, 1, 2, 1, "TAX").status(VALID);
    TableItem subtotal = Items.label(image, 1, 2, 1, "SUBTOTAL").status(INVALID);

    scenario.arrives(insertedLine(2, 1));
    scenario.arrives(insert(tax, at(10)), insert(subtotal, at(11)), remove(tax, at(20))).settles();

    assertThat(scenario.valid(word)).isEmpty();
    assertThat(scenario.invalid(word)).containsExactly("SUBTOTAL");
    assertThat(scenario.metadata(word)).containsEntry("label_status", "unvalidated");
    assertThat(scenario.invalid(row)).containsExactly("SUBTOTAL");
    assertThat(scenario.valid(row)).isEmpty();
  }

  @Test
  void s15_aPlaceReplacedAtOnceIsTheNewOneWithItsLastEdit() {
    RecordKey word = scenario.holdsWord(1, 2, 1, Map.of());
    TableItem old = Items.place(image, 1).merchant("Alpha");
    TableItem gamma = old.merchant("Gamma");

    scenario.arrives(insertedLine(2, 1)).arrives(insert(old, at(5)));
    scenario
        .arrives(
            remove(old, at(10)),
            insert(gamma, at(11)),
            modify(gamma, gamma.phone("(805) 555-0199"), at(12)))
        .settles();

    assertThat(scenario.metadata(word))
        .containsEntry("merchant_name", "Gamma")
        .containsEntry("phone_number", "(805) 555-0199")
        .doesNotContainKey("place_removed_at");
  }

  @Test
  void s16_aRowLosesTheFlagOfALabelThatIsRemoved() {
    RecordKey row = scenario.holdsRow(1, 7, Map.of("label_TAX", true, "label_status", "validated"));
    TableItem tax = Items.label(image, 1, 7, 1, "TAX").status(VALID);

    scenario
        .arrives(insertedLine(7, 1))
        .arrives(insert(tax, at(10)), remove(tax, at(20)))
        .settles();

    assertThat(scenario.metadata(row))
        .doesNotContainKey("label_TAX")
        .containsEntry("label_status", "unvalidated");
  }

  @Test
  void s18_aLabelIsNeverValidAndInvalidWhateverFollowsWhat() {
    List<ValidationStatus> all = List.of(VALID, INVALID, PENDING, NONE, NEEDS_REVIEW);
    scenario.arrives(insertedLine(2, 25));
    List<RecordKey> records = new ArrayList<>();
    int word = 0;
    for (ValidationStatus from : all) {
      for (ValidationStatus to : all) {
        word++;
        records.add(scenario.holdsWord(1, 2, word, Map.of()));
        TableItem tax = Items.label(image, 1, 2, word, "TAX").status(from);
        scenario.arrives(insert(tax, at(10)), modify(tax, tax.status(to), at(20)));
      }
    }

    scenario.settles();

    for (int i = 0; i < records.size(); i++) {
      ValidationStatus last = all.get(i % all.size());
      RecordKey record = records.get(i);
      assertThat(scenario.valid(record)).isEqualTo(last == VALID ? List.of("TAX") : List.of());
      assertThat(scenario.invalid(record)).isEqualTo(last == INVALID ? List.of("TAX") : List.of());
    }
  }

  @Test
  void s19_helperKeysGoWithWhatTheyDescribe() {
    RecordKey word = scenario.holdsWord(1, 2, 1, Map.of());
    RecordKey other = scenario.holdsWord(1, 2, 2, Map.of());
    TableItem tax = Items.label(image, 1, 2, 1, "TAX").proposedBy("modelX");
    TableItem tip = Items.label(image, 1, 2, 2, "TAX").proposedBy("modelX");

    scenario.arrives(insertedLine(2, 2)).arrives(insert(tax, at(10)), insert(tip, at(10)));
    scenario
        .arrives(
            modify(tip, tip.status(VALID), at(20)),
            modify(tax, tax.status(VALID), at(20)),
            modify(tax.status(VALID), tax.status(INVALID), at(30)))
        .settles();

    assertThat(scenario.metadata(other))
        .doesNotContainKey("label_proposed_by")
        .containsEntry("label_validated_at", "2026-03-02T18:06:40.001000+00:00");
    assertThat(scenario.metadata(word))
        .doesNotContainKeys("label_proposed_by", "label_validated_at");
  }

  @Test
  void s23_aStormOfSectionEditsEndsInOneTruth() {
    RecordKey tied = scenario.holdsRow(1, 1, Map.of("section_label", "ITEMS"));
    RecordKey demoted = scenario.holdsRow(1, 3, Map.of("section_label", "PAYMENT"));
    RecordKey labelled = scenario.holdsRow(1, 4, Map.of());
    scenario.arrives(
        insert(Items.receipt(image, 1), at(1)), insert(Items.row(image, 1, 1, 2), at(1)));
    scenario.arrives(insertedLine(1)).arrives(insertedLine(2));
    scenario.arrives(insertedLine(3)).arrives(insertedLine(4));
    TableItem items = Items.section(image, 1, "ITEMS", 1, 2);
    TableItem payment = Items.section(image, 1, "PAYMENT", 3);
    TableItem footer = Items.section(image, 1, "FOOTER", 4);
    scenario.arrives(insert(items, at(2)), insert(payment, at(2)), insert(footer, at(2)));
    List<ItemChange> storm = new ArrayList<>();
    TableItem before = items;
    for (int edit = 1; edit <= 25; edit++) {
      TableItem after = Items.section(image, 1, "ITEMS", edit == 25 ? 1 : edit % 4 + 1);
      storm.add(modify(before, after, new io.chromasync.model.Version(10_000_000, "" + edit)));
      before = after;
    }
    Collections.shuffle(storm, new Random(1));
    scenario.arrives(storm.toArray(ItemChange[]::new));

    scenario
        .arrives(
            insert(Items.section(image, 1, "SUMMARY", 2), at(10)),
            modify(payment, payment.status(INVALID), at(10)))
        .settles();

    assertThat(scenario.metadata(tied))
        .as("lines 1 and 2 disagree")
        .doesNotContainKey("section_label");
    assertThat(scenario.metadata(demoted)).doesNotContainKey("section_label");
    assertThat(scenario.metadata(labelled)).containsEntry("section_label", "FOOTER");
  }

  @Test
  void s27a_aRowForgetsALineThatIsRemoved() {
    RecordKey row = scenario.holdsRow(1, 7, Map.of("row_line_ids", "[7, 8]"));
    scenario.arrives(insert(Items.row(image, 1, 7, 8), at(1)));
    scenario.arrives(insertedLine(7, 1)).arrives(insertedLine(8, 1));
    scenario.arrives(insert(Items.label(image, 1, 8, 1, "TAX").status(VALID), at(5)));

    scenario.arrives(remove(line(8), at(20))).settles();

    assertThat(scenario.metadata(row)).containsEntry("row_line_ids", "[7]");
    assertThat(scenario.valid(row)).isEmpty();
  }

  @Test
  void s27b_aRowGoesWithItsPrimaryLine() {
    RecordKey row = scenario.holdsRow(1, 7, Map.of("row_line_ids", "[7, 8]"));
    scenario.arrives(insert(Items.row(image, 1, 7, 8), at(1)));
    scenario.arrives(insertedLine(7, 1)).arrives(insertedLine(8, 1));

    scenario.arrives(remove(line(7), at(20))).settles();

    assertThat(scenario.shows(row)).isFalse();
  }

  @Test
  void s29_everythingTwiceAndAgainFromTheStartChangesNoByte() {
    RecordKey word = scenario.holdsWord(1, 2, 1, Map.of());
    RecordKey row = scenario.holdsRow(1, 2, Map.of());
    TableItem alpha = Items.place(image, 1).merchant("Alpha");
    TableItem tax = Items.label(image, 1, 2, 1, "TAX").status(VALID);
    ItemChange[] changes = {
      insert(alpha, at(10)), insert(tax, at(11)),
      modify(alpha, alpha.merchant("Beta"), at(20)), remove(tax, at(21))
    };
    scenario.arrives(insertedLine(2, 1)).arrives(changes).arrives(changes).settles();
    Map<String, Object> wordAfter = scenario.metadata(word);
    Map<String, Object> rowAfter = scenario.metadata(row);
    assertThat(wordAfter).containsEntry("merchant_name", "Beta");

    scenario.settles();

    assertThat(scenario.metadata(word)).isEqualTo(wordAfter);
    assertThat(scenario.metadata(row)).isEqualTo(rowAfter);
  }

  @Test
  void s30_changesOfManyHandsAreAllThere() {
    RecordKey one = scenario.holdsWord(1, 2, 1, Map.of());
    RecordKey two = scenario.holdsWord(1, 2, 2, Map.of());
    scenario.arrives(insertedLine(2, 2));

    scenario
        .arrives(
            insert(Items.label(image, 1, 2, 2, "TAX").status(VALID), at(12)),
            insert(Items.label(image, 1, 2, 1, "TIP").status(VALID), at(6)))
        .settles();

    assertThat(scenario.valid(one)).containsExactly("TIP");
    assertThat(scenario.valid(two)).containsExactly("TAX");
  }

  @Test
  void s31_whatTheBatchPathWroteSurvivesAnEdit() {
    RecordKey word =
        scenario.holdsWord(1, 2, 1, Map.of("text", "TOTAL", "x", 0.5, "left", "<EDGE>"));
    TableItem tax = Items.label(image, 1, 2, 1, "TAX");

    scenario.arrives(insertedLine(2, 1)).arrives(insert(tax.status(VALID), at(10))).settles();

    assertThat(scenario.metadata(word))
        .containsEntry("text", "TOTAL")
        .containsEntry("x", 0.5)
        .containsEntry("left", "<EDGE>");
    assertThat(scenario.valid(word)).containsExactly("TAX");
  }

  @Test
  void s36_anItemThatCannotBeReadIsADeadLetterAndTheLastGoodValueStays() {
    RecordKey word = scenario.holdsWord(1, 2, 1, Map.of());
    TableItem alpha = Items.place(image, 1).merchant("Alpha");

    scenario.arrives(insertedLine(2, 1)).arrives(insert(alpha, at(10)));
    scenario.arrives(modify(alpha, alpha.number("merchant_name", "7"), at(20))).settles();

    assertThat(scenario.metadata(word)).containsEntry("merchant_name", "Alpha");
    assertThat(job.deadLetters())
        .singleElement()
        .satisfies(
            letter ->
                assertThat(letter)
                    .contains("\"reason\":\"unparsable\"", "receipt/1/place", "merchant_name")
                    .contains("\"NewImage\":{", image));
  }

  @Test
  void s41_aDirectWriteOfOldLabelsLosesToTheNextEdit() {
    RecordKey word =
        scenario.holdsWord(1, 2, 1, Map.of("label_status", "auto_suggested", "label_TAX", false));
    TableItem tax = Items.label(image, 1, 2, 1, "TAX");

    scenario.arrives(insertedLine(2, 1));
    scenario.arrives(insert(tax, at(5)), modify(tax, tax.status(VALID), at(8))).settles();

    assertThat(scenario.valid(word)).containsExactly("TAX");
    assertThat(scenario.metadata(word)).containsEntry("label_status", "validated");
  }

  @Test
  void s45_aMergedReceiptsSourcesAreGoneAndALateLabelDoesNothing() {
    RecordKey merged = scenario.holdsWord(3, 2, 1, Map.of());
    RecordKey source = scenario.holdsWord(1, 2, 1, Map.of());
    RecordKey unseen = scenario.holdsWord(2, 9, 9, Map.of());
    RecordKey unseenRow = scenario.holdsRow(2, 9, Map.of());
    TableItem tax = Items.label(image, 1, 2, 1, "TAX");

    scenario.arrives(insert(Items.receipt(image, 3), at(10)), insert(tax, at(1)));
    scenario.arrives(insert(Items.word(image, 3, 2, 1, "TAX"), at(10)), insert(word(2, 1), at(1)));
    scenario
        .arrives(
            remove(Items.receipt(image, 2), at(60)),
            remove(Items.receipt(image, 1), at(61)),
            modify(tax, tax.status(VALID), at(70)))
        .settles();

    assertThat(scenario.shows(merged)).isTrue();
    assertThat(scenario.shows(source)).isFalse();
    assertThat(scenario.shows(unseen)).as("a record the job never heard of").isFalse();
    assertThat(scenario.shows(unseenRow)).as("a row the job never heard of").isFalse();
  }

  @Test
  void s47_nothingRemainsOfAnImageRemovedInAnyOrder() {
    RecordKey word = scenario.holdsWord(1, 2, 1, Map.of());
    RecordKey row = scenario.holdsRow(1, 2, Map.of());
    TableItem tax = Items.label(image, 1, 2, 1, "TAX").status(VALID);
    List<ItemChange> removals = new ArrayList<>();
    for (TableItem item :
        List.of(
            Items.image(image),
            Items.receipt(image, 1),
            line(2),
            word(2, 1),
            tax,
            Items.place(image, 1),
            Items.row(image, 1, 2))) {
      removals.add(remove(item, at(20)));
    }
    Collections.shuffle(removals, new Random(3));

    scenario.arrives(removals.toArray(ItemChange[]::new)).arrives(insertedLine(2, 1));
    scenario.arrives(modify(tax, tax.status(INVALID), at(15))).settles();

    assertThat(scenario.shows(word)).isFalse();
    assertThat(scenario.shows(row)).isFalse();
  }

  @Test
  void s48_aLetterIsNotItsWord() {
    RecordKey word = scenario.holdsWord(1, 2, 1, Map.of());

    scenario.arrives(insertedLine(2, 1));
    scenario.arrives(remove(Items.letter(word(2, 1), 3, "X"), at(10))).settles();

    assertThat(scenario.shows(word)).isTrue();
    assertThat(job.deadLetters()).isEmpty();
  }

  @Test
  void s49_aMerchantIsTitleCasedAsPythonDoes() {
    RecordKey word = scenario.holdsWord(1, 2, 1, Map.of("merchant_name", "Cvs Pharmacy"));
    TableItem cvs = Items.place(image, 1).merchant("CVS Pharmacy");

    scenario.arrives(insertedLine(2, 1)).arrives(insert(cvs, at(10))).settles();

    assertThat(scenario.metadata(word)).containsEntry("merchant_name", "Cvs Pharmacy");
  }

  @Test
  void s50_aPlaceEditOfALargeReceiptReachesAllItsWords() {
    List<RecordKey> words =
        IntStream.rangeClosed(1, 420)
            .mapToObj(word -> scenario.holdsWord(1, word / 5 + 1, word, Map.of()))
            .toList();
    for (RecordKey word : words) {
      scenario.arrives(
          insert(
              Items.word(
                  image,
                  1,
                  ReceiptKeys.lineOf(word.entity()),
                  ReceiptKeys.wordOf(word.entity()),
                  "TAX"),
              at(1)));
    }

    scenario.arrives(insert(Items.place(image, 1).merchant("Alpha"), at(10))).settles();

    assertThat(words)
        .allSatisfy(
            word -> assertThat(scenario.metadata(word)).containsEntry("merchant_name", "Alpha"));
  }

  @Test
  void s52_anImageReplacedWithinASecondHasNoTombstoneLeft() {
    RecordKey word = scenario.holdsWord(1, 2, 1, Map.of());
    TableItem tax = Items.label(image, 1, 2, 1, "TAX").status(VALID);
    List<TableItem> items =
        List.of(
            Items.image(image),
            Items.receipt(image, 1),
            line(2),
            word(2, 1),
            tax,
            Items.place(image, 1).merchant("Alpha"));
    List<ItemChange> replacement = new ArrayList<>();
    for (TableItem item : items) {
      replacement.add(remove(item, at(10)));
      replacement.add(insert(item, at(11)));
    }
    Collections.shuffle(replacement, new Random(2));
    scenario.besideOthers().arrives(insertedLine(2, 1));
    scenario.arrives(replacement.toArray(ItemChange[]::new));
    scenario.onceGone(word, () -> scenario.holdsWord(1, 2, 1, Map.of("merchant_name", "")));

    scenario.arrives(modify(tax, tax.status(INVALID), at(20))).settles();

    assertThat(scenario.invalid(word)).containsExactly("TAX");
    assertThat(scenario.metadata(word)).containsEntry("merchant_name", "Alpha");
  }

  private ItemChange[] insertedLine(int line, int words) {
    List<ItemChange> changes = new ArrayList<>(List.of(insertedLine(line)));
    for (int word = 1; word <= words; word++) {
      changes.add(insert(word(line, word), at(1)));
    }
    return changes.toArray(ItemChange[]::new);
  }

  private ItemChange insertedLine(int line) {
    return insert(line(line), at(1));
  }

  private TableItem line(int line) {
    return Items.line(image, 1, line, "TAX 1.99");
  }

  private TableItem word(int line, int word) {
    return Items.word(image, 1, line, word, "TAX");
  }
}
