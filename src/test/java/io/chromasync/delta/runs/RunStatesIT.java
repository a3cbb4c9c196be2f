package io.chromasync.delta.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chromasync.aws.AwsClients;
import io.chromasync.aws.AwsClients.Calls;
import io.chromasync.config.AwsAccess;
import io.chromasync.delta.SampleRuns;
import io.chromasync.local.servers.DynamoDbLocal;
import io.chromasync.local.servers.ServerProcess;
import io.chromasync.model.CollectionName;
import io.chromasync.model.RunDelta;
import io.chromasync.model.RunReport;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.testing.DefaultLocale;
import io.chromasync.testing.TestCredentials;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.connector.sink2.Committer.CommitRequest;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class RunStatesIT {

  private static final String TABLE = "Receipts";
  private static final AttributeValue NULL = AttributeValue.fromNul(true);

  private static final String CREATED = "2026-03-02T18:05:20.000000+00:00";

  private static DynamoDbLocal dynamoDb;

  private final String run = UUID.randomUUID().toString();
  private Instant now = Instant.parse("2026-03-02T18:05:25Z");
  private RunStates states;

  @BeforeAll
  static void start() {
    TestCredentials.use();
    dynamoDb = DynamoDbLocal.start();
    dynamoDb.createTable(TABLE);
  }

  @AfterAll
  static void stop() {
    dynamoDb.close();
  }

  @BeforeEach
  void putRun() {
    states = new RunStates(AwsClients.dynamoDb(access(), Calls.RETRIED), TABLE, () -> now);
    Map<String, AttributeValue> item = new HashMap<>(key());
    item.put("TYPE", AttributeValue.fromS("COMPACTION_RUN"));
    item.put("created_at", AttributeValue.fromS(CREATED));
    for (String collection : List.of("words", "lines")) {
      item.put(collection + "_state", AttributeValue.fromS("PENDING"));
      item.put(collection + "_error", NULL);
      item.put(collection + "_started_at", NULL);
      item.put(collection + "_finished_at", NULL);
      item.put(collection + "_merged_vectors", AttributeValue.fromN("0"));
    }
    put(item);
  }

  @AfterEach
  void close() {
    states.close();
  }

  @Test
  void processingIsToldWithItsTime() {
    Map<String, AttributeValue> before = item();

    assertThat(states.processing(delta(ReceiptTree.WORDS)).join()).isTrue();

    assertThat(changes(before))
        .isEqualTo(
            Map.of(
                "words_state", AttributeValue.fromS("PROCESSING"),
                "words_started_at", AttributeValue.fromS("2026-03-02T18:05:25.000000+00:00"),
                "updated_at", AttributeValue.fromS("2026-03-02T18:05:25.000000+00:00")));
  }

  @Test
  void anEndIsToldWithWhatWasMerged() {
    states.ended(failed(ReceiptTree.LINES, "it broke")).join();
    now = Instant.parse("2026-03-02T18:06:00.123456Z");
    Map<String, AttributeValue> before = item();

    assertThat(states.ended(completed(ReceiptTree.LINES, 37)).join()).isTrue();

    assertThat(changes(before))
        .isEqualTo(
            Map.of(
                "lines_state", AttributeValue.fromS("COMPLETED"),
                "lines_finished_at", AttributeValue.fromS("2026-03-02T18:06:00.123456+00:00"),
                "lines_merged_vectors", AttributeValue.fromN("37"),
                "lines_error", NULL,
                "updated_at", AttributeValue.fromS("2026-03-02T18:06:00.123456+00:00")));
  }

  @ParameterizedTest
  @FieldSource("io.chromasync.testing.DefaultLocale#TAGS")
  void c03AKeyIsFormattedTheSameInEveryLocale(String tag) {
    DefaultLocale locale = new DefaultLocale(tag);
    try {
      assertThat(states.ended(completed(ReceiptTree.WORDS, 37)).join()).isTrue();
    } finally {
      locale.close();
    }

    assertThat(item().get("words_state").s()).isEqualTo("COMPLETED");
    assertThat(item().get("words_finished_at").s()).isEqualTo("2026-03-02T18:05:25.000000+00:00");
    assertThat(item().get("words_merged_vectors").n()).isEqualTo("37");
  }

  @Test
  void aFailureIsToldWithItsError() {
    Map<String, AttributeValue> before = item();

    states.ended(failed(ReceiptTree.WORDS, "it broke")).join();

    assertThat(changes(before))
        .containsOnlyKeys("words_state", "words_finished_at", "words_error", "updated_at")
        .containsEntry("words_state", AttributeValue.fromS("FAILED"))
        .containsEntry("words_error", AttributeValue.fromS("it broke"));
  }

  @Test
  void aLongErrorIsCutAndNoCharacterInTwo() {
    states.ended(failed(ReceiptTree.WORDS, "x".repeat(998) + "😀😀")).join();

    assertThat(item().get("words_error").s()).isEqualTo("x".repeat(998) + "…");
  }

  @Test
  void whatIsCompletedStaysSo() {
    states.ended(completed(ReceiptTree.WORDS, 5)).join();
    Map<String, AttributeValue> before = item();
    now = now.plusSeconds(60);

    assertThat(states.ended(completed(ReceiptTree.WORDS, 0)).join()).isFalse();
    assertThat(states.ended(failed(ReceiptTree.WORDS, "late")).join()).isFalse();
    assertThat(states.processing(delta(ReceiptTree.WORDS)).join()).isFalse();

    assertThat(item()).isEqualTo(before);
  }

  @Test
  void aRunThatFailedMayBeProcessedAgain() {
    states.ended(failed(ReceiptTree.WORDS, "it broke")).join();
    now = now.plusSeconds(1);

    assertThat(states.processing(delta(ReceiptTree.WORDS)).join()).isTrue();
    assertThat(item()).containsEntry("words_state", AttributeValue.fromS("PROCESSING"));
  }

  /** It is sent without waiting, and a network may hold it up. */
  @Test
  void aLateProcessingDoesNotHideThatTheRunFailed() {
    now = now.plusSeconds(60);
    states.ended(failed(ReceiptTree.WORDS, "it broke")).join();
    Map<String, AttributeValue> before = item();
    now = now.minusSeconds(30);

    assertThat(states.processing(delta(ReceiptTree.WORDS)).join()).isFalse();

    assertThat(item()).isEqualTo(before);
  }

  @Test
  void aRunThatIsPutAgainIsNotToldTheEndOfTheFirst() {
    RunDelta first = SampleRuns.created(delta(ReceiptTree.WORDS), "2026-03-01T00:00:00+00:00");
    RunDelta second = SampleRuns.created(delta(ReceiptTree.WORDS), CREATED);
    Map<String, AttributeValue> before = item();

    assertThat(states.processing(first).join()).isFalse();
    assertThat(states.ended(RunReport.completed(first, 3)).join()).isFalse();
    assertThat(states.ended(RunReport.failed(first, "late")).join()).isFalse();
    assertThat(item()).isEqualTo(before);

    assertThat(states.processing(second).join()).isTrue();
    assertThat(states.ended(RunReport.completed(second, 4)).join()).isTrue();
    assertThat(item()).containsEntry("words_merged_vectors", AttributeValue.fromN("4"));
  }

  @Test
  void aRunThatIsGoneStaysGone() {
    dynamoDb.client().deleteItem(request -> request.tableName(TABLE).key(key())).join();

    assertThat(states.processing(delta(ReceiptTree.WORDS)).join()).isFalse();
    assertThat(states.ended(completed(ReceiptTree.WORDS, 1)).join()).isFalse();
    assertThat(item()).isEmpty();
  }

  /** S43. */
  @Test
  void bothCollectionsMayEndTogether() {
    List<CompletableFuture<Boolean>> both =
        List.of(
            states.ended(completed(ReceiptTree.WORDS, 20)),
            states.ended(completed(ReceiptTree.LINES, 7)));

    assertThat(both).allMatch(CompletableFuture::join);
    assertThat(item())
        .containsEntry("words_state", AttributeValue.fromS("COMPLETED"))
        .containsEntry("lines_state", AttributeValue.fromS("COMPLETED"))
        .containsEntry("words_merged_vectors", AttributeValue.fromN("20"))
        .containsEntry("lines_merged_vectors", AttributeValue.fromN("7"));
  }

  @Test
  void theProbeChangesNothing() {
    int before = count();

    assertThat(states.probe().join()).isFalse();
    assertThat(count()).isEqualTo(before);
  }

  @Test
  void aCommitTellsAllEndsAndSaysWhichWereToldBefore() throws Exception {
    try (RunCommitter committer = committer(new RunSettings(TABLE, access()))) {
      Request words = new Request(completed(ReceiptTree.WORDS, 20));
      Request lines = new Request(failed(ReceiptTree.LINES, "it broke"));
      committer.commit(List.of(words, lines));
      Request again = new Request(completed(ReceiptTree.WORDS, 20));
      committer.commit(List.of(again));

      assertThat(words.signals).isEmpty();
      assertThat(lines.signals).isEmpty();
      assertThat(again.signals).containsExactly("already committed");
    }
    assertThat(item())
        .containsEntry("words_state", AttributeValue.fromS("COMPLETED"))
        .containsEntry("lines_state", AttributeValue.fromS("FAILED"));
  }

  @Test
  void aCommitToAServerThatIsAwayIsRetried() throws Exception {
    URI nobody = URI.create("http://localhost:" + ServerProcess.freePort());
    RunSettings away = new RunSettings(TABLE, new AwsAccess(TestCredentials.REGION, nobody));
    try (RunCommitter committer = committer(away)) {
      Request request = new Request(completed(ReceiptTree.WORDS, 20));
      committer.commit(List.of(request));

      assertThat(request.signals).containsExactly("later");
    }
  }

  /** An item holds 400 KB. */
  @Test
  void aRunWhoseItemHasNoRoomIsPassedAndTheOthersAreTold() throws Exception {
    Map<String, AttributeValue> full = new HashMap<>(item());
    full.put("SK", AttributeValue.fromS(full.get("SK").s() + "-full"));
    full.put("note", AttributeValue.fromS("x".repeat(400 * 1024 - 1_500)));
    put(full);
    RunReport tooMuch =
        RunReport.failed(
            SampleRuns.of(run + "-full", ReceiptTree.WORDS, "p"),
            "ß".repeat(RunStates.LONGEST_ERROR * 2));
    try (RunCommitter committer = committer(new RunSettings(TABLE, access()))) {
      Request refused = new Request(tooMuch);
      Request taken = new Request(completed(ReceiptTree.WORDS, 20));
      committer.commit(List.of(refused, taken));

      assertThat(refused.signals).containsExactly("failed");
      assertThat(taken.signals).isEmpty();
    }
    assertThat(item()).containsEntry("words_state", AttributeValue.fromS("COMPLETED"));
  }

  @Test
  void aCommitToATableThatIsNotThereFailsAndNamesTheSetting() throws Exception {
    try (RunCommitter committer = committer(new RunSettings("Nowhere", access()))) {
      assertThatThrownBy(
              () -> committer.commit(List.of(new Request(completed(ReceiptTree.WORDS, 20)))))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("Property 'table' in group 'runs' ('Nowhere') must be a table")
          .hasMessageContaining("or leave it empty so that no states are written");
    }
  }

  @Test
  void withoutATableNothingIsTold() throws Exception {
    Map<String, AttributeValue> before = item();
    try (RunCommitter committer = committer(new RunSettings(null, access()))) {
      committer.commit(List.of(new Request(completed(ReceiptTree.WORDS, 20))));
    }
    assertThat(item()).isEqualTo(before);
  }

  /** As Flink brings it to a task. */
  private static RunCommitter committer(RunSettings settings) throws Exception {
    return (RunCommitter) InstantiationUtil.clone(new RunStatesCommitters(settings)).get();
  }

  private static AwsAccess access() {
    return new AwsAccess(TestCredentials.REGION, dynamoDb.endpoint());
  }

  private RunDelta delta(CollectionName collection) {
    return SampleRuns.of(run, collection, "p");
  }

  private RunReport completed(CollectionName collection, int merged) {
    return RunReport.completed(delta(collection), merged);
  }

  private RunReport failed(CollectionName collection, String error) {
    return RunReport.failed(delta(collection), error);
  }

  private Map<String, AttributeValue> key() {
    return Map.of(
        "PK",
        AttributeValue.fromS("IMAGE#" + SampleRuns.IMAGE),
        "SK",
        AttributeValue.fromS("RECEIPT#00001#COMPACTION_RUN#" + run));
  }

  private Map<String, AttributeValue> item() {
    return dynamoDb
        .client()
        .getItem(request -> request.tableName(TABLE).key(key()).consistentRead(true))
        .join()
        .item();
  }

  private Map<String, AttributeValue> changes(Map<String, AttributeValue> before) {
    Map<String, AttributeValue> changes = new HashMap<>(item());
    changes.entrySet().removeAll(before.entrySet());
    return changes;
  }

  private static void put(Map<String, AttributeValue> item) {
    dynamoDb.client().putItem(request -> request.tableName(TABLE).item(item)).join();
  }

  private static int count() {
    return dynamoDb.client().scan(request -> request.tableName(TABLE)).join().count();
  }

  /** One report to be committed, and what the committer said of it. */
  private static final class Request implements CommitRequest<RunReport> {
    private final RunReport report;
    private final List<String> signals = new ArrayList<>();

    Request(RunReport report) {
      this.report = report;
    }

    @Override
    public RunReport getCommittable() {
      return report;
    }

    @Override
    public int getNumberOfRetries() {
      return 0;
    }

    @Override
    public void signalFailedWithKnownReason(Throwable error) {
      signals.add("failed");
    }

    @Override
    public void signalFailedWithUnknownReason(Throwable error) {
      signals.add("failed");
    }

    @Override
    public void retryLater() {
      signals.add("later");
    }

    @Override
    public void updateAndRetryLater(RunReport updated) {
      signals.add("later");
    }

    @Override
    public void signalAlreadyCommitted() {
      signals.add("already committed");
    }
  }
}
