package io.chromasync.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chromasync.model.CollectionName;
import io.chromasync.model.DeltaStep;
import io.chromasync.model.Embedding;
import io.chromasync.model.EntityKey;
import io.chromasync.model.Fact;
import io.chromasync.model.Mutation.UpdateKeys;
import io.chromasync.model.ResolveInput;
import io.chromasync.model.ResolveInput.Query;
import io.chromasync.model.RunDelta;
import io.chromasync.ops.Explanation.Difference;
import io.chromasync.ops.Explanation.FactLine;
import io.chromasync.ops.Explanation.RecordLine;
import io.chromasync.ops.Explanation.Verdict;
import io.chromasync.receipts.ReceiptFacts.ValidationStatus;
import io.chromasync.receipts.ReceiptKeys;
import io.chromasync.receipts.ReceiptProjection;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.receipts.Receipts;
import io.chromasync.resolve.Changes;
import io.chromasync.resolve.PartitionDump;
import io.chromasync.resolve.ResolveFacts;
import io.chromasync.resolve.ResolveSettings;
import io.chromasync.resolve.ResolveSettings.TooLate;
import io.chromasync.resolve.rules.Resolver;
import io.chromasync.resolve.rules.Writes;
import io.chromasync.testing.Deltas;
import io.chromasync.testing.ResolveHarness;
import io.chromasync.testing.TestCredentials;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The explanation of what the operator itself answers. */
class ExplainPartitionTest {

  private static final EntityKey WORD = ReceiptKeys.word(1, 2, 1);
  private static final EntityKey TAX = ReceiptKeys.label(1, 2, 1, "TAX");
  private static final String ID = ReceiptTree.word(Changes.IMAGE, 1, 2, 1).id();
  private static final ReceiptProjection PROJECTION = new ReceiptProjection(false);

  @TempDir private Path folder;
  private final Map<EntityKey, Fact> table = new HashMap<>();
  private ResolveHarness harness;

  @BeforeEach
  void open() throws Exception {
    TestCredentials.use();
    harness =
        new ResolveHarness(
            PROJECTION,
            new ResolveSettings(Duration.ofDays(1), TooLate.DEAD_LETTER, Duration.ofMinutes(10)));
    harness.open();
    harness.process(Changes.insert(WORD, 10));
    harness.process(Changes.label(TAX, ValidationStatus.VALID, 11));
    RunDelta run =
        Deltas.delta(Changes.IMAGE, 1, "run-1", ReceiptTree.WORDS, "p", Changes.version(12), null);
    harness.process(Deltas.opens(run, List.of()));
    harness.process(
        DeltaStep.brings(
            run,
            new Embedding(
                ReceiptTree.word(Changes.IMAGE, 1, 2, 1), new float[] {1}, "TOTAL", Map.of())));
  }

  @AfterEach
  void close() throws Exception {
    harness.close();
  }

  @Test
  void aRecordAgreesIfChromaHasWhatTheFactsGive() throws Exception {
    RecordLine word = onlyRecord(chroma(written()));

    assertThat(word.verdict()).isEqualTo(Verdict.AGREES);
    assertThat(word.state()).isEqualTo("the vector of 1970-01-01T00:00:12Z is shown");
    assertThat(word.run()).isEqualTo("run-1");
  }

  @Test
  void aRecordThatChromaLacksIsMissing() throws Exception {
    assertThat(onlyRecord(Map.of()).verdict()).isEqualTo(Verdict.MISSING);
  }

  @Test
  void eachKeyThatDiffersIsNamedWithBothValues() throws Exception {
    Map<String, Object> edited = written();
    edited.put("label_TAX", false);
    edited.remove("label_status");

    RecordLine word = onlyRecord(chroma(edited));

    assertThat(word.verdict()).isEqualTo(Verdict.STALE);
    assertThat(word.differences())
        .contains(new Difference("label_TAX", "true", "false"))
        .extracting(Difference::key)
        .containsExactly("label_TAX", "label_status");
  }

  @Test
  void aDeletedWordHidesItsRecordAndItsLabel() throws Exception {
    harness.process(Changes.remove(WORD, 20));

    Explanation explanation = explain(chroma(written()));

    assertThat(explanation.records())
        .singleElement()
        .satisfies(
            word -> {
              assertThat(word.verdict()).isEqualTo(Verdict.ORPHANED);
              assertThat(word.state())
                  .contains(WORD.path() + " is deleted since 1970-01-01T00:00:20Z");
            });
    assertThat(fact(explanation, TAX).state())
        .isEqualTo("hidden: " + WORD.path() + " is deleted since 1970-01-01T00:00:20Z");
  }

  @Test
  void aRecordWhoseMetadataNameAnotherIsForeign() throws Exception {
    assertThat(onlyOther("IMAGE#a#RECEIPT#00009", chroma(written()).get(ID)).verdict())
        .isEqualTo(Verdict.FOREIGN);
  }

  /**
   * A run from before the job may have supplied the record, so metadata are all that can differ.
   */
  @Test
  void aRecordOfARunThatTheJobHasNotSeenIsNotOrphaned() throws Exception {
    harness.process(Changes.modify(ReceiptKeys.word(1, 2, 5), 13));
    RecordLine other = onlyOther(id(5), named(5));

    assertThat(other.verdict()).isEqualTo(Verdict.AGREES);
    assertThat(other.state()).isEqualTo("no vector is known");

    harness.process(Changes.remove(ReceiptKeys.word(1, 2, 5), 15));
    assertThat(onlyOther(id(5), named(5)).verdict()).isEqualTo(Verdict.ORPHANED);
  }

  @Test
  void aRecordThatNoRunHasSuppliedIsOrphanedIfTheJobHasSeenAllRuns() throws Exception {
    harness.process(Changes.insert(ReceiptKeys.image(), 1));

    assertThat(onlyOther(id(5), named(5)).verdict()).isEqualTo(Verdict.ORPHANED);
    assertThat(onlyOther("a note", JsonNodeFactory.instance.objectNode()))
        .satisfies(
            note -> {
              assertThat(note.verdict()).isEqualTo(Verdict.ORPHANED);
              assertThat(note.state()).isEqualTo("no run has supplied it");
            });
  }

  private RecordLine onlyOther(String id, JsonNode metadata) throws Exception {
    Map<String, JsonNode> found = new HashMap<>(chroma(written()));
    found.put(id, metadata);
    return explain(found).records().stream()
        .filter(record -> record.id().equals(id))
        .findFirst()
        .orElseThrow();
  }

  private static String id(int word) {
    return ReceiptTree.word(Changes.IMAGE, 1, 2, word).id();
  }

  private static JsonNode named(int word) {
    ObjectNode metadata = JsonNodeFactory.instance.objectNode();
    metadata.put("image_id", Changes.IMAGE).put("receipt_id", 1).put("line_id", 2);
    metadata.put("word_id", word);
    return metadata;
  }

  @Test
  void whereTheTableDiffersTheFactSaysSo() throws Exception {
    table.put(WORD, Fact.exists());
    table.put(ReceiptKeys.word(1, 2, 9), Fact.exists());
    table.put(TAX, Changes.label(TAX, ValidationStatus.INVALID, 1).fact());

    Explanation explanation = explain(chroma(written()));

    assertThat(fact(explanation, WORD).table()).isNull();
    assertThat(fact(explanation, TAX).table()).isEqualTo("has other values");
    assertThat(fact(explanation, ReceiptKeys.word(1, 2, 9)))
        .isEqualTo(new FactLine(ReceiptKeys.word(1, 2, 9).path(), "unseen", null, "has it"));
    table.remove(WORD);
    assertThat(fact(explain(chroma(written())), WORD).table()).isEqualTo("lacks it");
  }

  @Test
  void oneRecordIsExplainedByItsOwnFacts() throws Exception {
    harness.process(Changes.insert(ReceiptKeys.word(1, 3, 1), 10));

    Explanation explanation = explainer().explain(collections(chroma(written())), ID);

    assertThat(explanation.records()).extracting(RecordLine::id).containsExactly(ID);
    assertThat(explanation.facts()).extracting(FactLine::entity).contains(WORD.path(), TAX.path());
    assertThat(explanation.facts())
        .extracting(FactLine::entity)
        .doesNotContain(ReceiptKeys.word(1, 3, 1).path());
  }

  @Test
  void itIsPrintedWithEveryReason() throws Exception {
    StringWriter printed = new StringWriter();

    explain(Map.of()).with(List.of("update words x")).print(new PrintWriter(printed, true), true);

    assertThat(printed.toString())
        .contains("partition     a", WORD.path(), "missing in Chroma", "run-1")
        .contains(
            "to repair     bin/snapshot --partition a --with-runs", "state         as of 1970")
        .contains("the change would write", "update words x");
  }

  @Test
  void whatIsAsItShouldBeIsCountedOnly() throws Exception {
    StringWriter printed = new StringWriter();

    explain(chroma(written())).print(new PrintWriter(printed, true), false);

    assertThat(printed.toString())
        .contains("facts         3, of which all are live and as in the table")
        .contains("records       1, of which 1 agree")
        .doesNotContain(ID, "to repair");
  }

  @Test
  void aProposedChangeWritesWhatTheJobWouldWrite() throws Exception {
    harness.process(Changes.remove(WORD, 20));
    Path file = folder.resolve("change.json");
    Files.writeString(
        file, io.chromasync.testing.Items.word(Changes.IMAGE, 1, 2, 1, "TOTAL").json());
    ExplainPartition explainer = explainer();
    ProposedChange proposed = ProposedChange.read("--if-change", file, Instant.now());

    List<String> effects =
        proposed
            .in(Changes.IMAGE, new Receipts())
            .effects(
                new Receipts(),
                new Resolver(PROJECTION, Writes.ofFirstStart(UpdateKeys.CHANGED)),
                explainer.memory());

    assertThat(effects).isNotEmpty().allMatch(effect -> effect.contains(" words " + ID));
    assertThatThrownBy(() -> proposed.in("another", new Receipts()))
        .hasMessageContaining("'another'")
        .hasMessageContaining("IMAGE#a");
  }

  private static FactLine fact(Explanation explanation, EntityKey entity) {
    return explanation.facts().stream()
        .filter(fact -> fact.entity().equals(entity.path()))
        .findFirst()
        .orElseThrow();
  }

  private RecordLine onlyRecord(Map<String, JsonNode> words) throws Exception {
    List<RecordLine> records = explain(words).records();
    assertThat(records).hasSize(1);
    return records.get(0);
  }

  private Explanation explain(Map<String, JsonNode> words) throws Exception {
    return explainer().explain(collections(words), null);
  }

  private static Map<CollectionName, Map<String, JsonNode>> collections(
      Map<String, JsonNode> words) {
    return Map.of(ReceiptTree.WORDS, words);
  }

  /** Of what the operator answers to a query. */
  private ExplainPartition explainer() throws Exception {
    harness.processElement(ResolveInput.of(new Query("q", Changes.IMAGE)), 0);
    List<String> answers =
        harness.getSideOutput(ResolveFacts.QUERY_RESULTS).stream()
            .map(StreamRecord::getValue)
            .toList();
    String last = answers.get(answers.size() - 1);
    assertThat(PartitionDump.parse(last, "another", new ReceiptTree())).isNull();
    PartitionDump dump = PartitionDump.parse(last, "q", new ReceiptTree());
    TableFacts facts =
        table.isEmpty() ? null : new TableFacts(table, Set.of(), Map.of(), List.of());
    return new ExplainPartition(new Receipts(), PROJECTION, dump, facts);
  }

  /** What the harness wrote to the record last, as Chroma returns it. */
  private Map<String, Object> written() {
    Map<String, Object> values = new HashMap<>();
    harness.mutations().stream()
        .filter(mutation -> mutation.record().id().equals(ID) && mutation.metadata() != null)
        .flatMap(mutation -> mutation.metadata().entrySet().stream())
        .filter(entry -> !entry.getValue().isRemoved())
        .forEach(entry -> values.put(entry.getKey(), MetadataJson.of(entry.getValue())));
    return values;
  }

  private static Map<String, JsonNode> chroma(Map<String, Object> values)
      throws JsonProcessingException {
    StringBuilder json = new StringBuilder("{");
    values.forEach(
        (key, value) ->
            json.append(json.length() > 1 ? "," : "").append("\"%s\":%s".formatted(key, value)));
    return Map.of(ID, new ObjectMapper().readTree(json.append('}').toString()));
  }
}
