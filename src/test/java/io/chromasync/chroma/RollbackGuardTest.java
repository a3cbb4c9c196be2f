package io.chromasync.chroma;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.chromasync.chroma.client.Chroma;
import io.chromasync.chroma.client.ChromaFailure;
import io.chromasync.chroma.client.ChromaResponse;
import io.chromasync.model.Rollback;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.testing.ChromaModel;
import io.chromasync.testing.ChromaModel.Stored;
import io.chromasync.testing.WriteJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The guard in simulated time, on a Chroma that answers at once, or as it is told. */
class RollbackGuardTest {

  private static final String WORDS = "w-id";
  private static final String LINES = "l-id";

  private final SimulatedTask task = new SimulatedTask();
  private final Marks chroma = new Marks();
  private final List<Rollback> repairs = new ArrayList<>();

  @Test
  void c02EveryBarrierAdvancesTheMarkAndStateHoldsWhatChromaAcknowledged() throws Exception {
    RollbackGuard guard = start(OnRollback.FAIL);
    guard.flushed(true);
    Mark first = guard.state().get(0);
    guard.watermark(4711);
    guard.flushed(true);
    Mark second = guard.state().get(0);

    assertThat(second.at()).isGreaterThan(first.at());
    assertThat(second.eventTime()).isEqualTo(4711);
    assertThat(chroma.held(second.id()).metadata()).containsEntry("at", second.at());
    assertThat(chroma.model.records()).hasSize(1);
  }

  /** Chroma Cloud refuses a get that asks for more, however few there are. */
  @Test
  void c02NoMoreMarksAreAskedForThanChromaCloudReturns() throws Exception {
    start(OnRollback.FAIL).flushed(true);

    assertThat(chroma.asked.get("limit").intValue()).isEqualTo(300);
  }

  @Test
  void c02AJobFailsWhoseChromaWentBackWhileItRan() throws Exception {
    RollbackGuard guard = start(OnRollback.FAIL);
    guard.flushed(true);
    Map<String, Stored> backup = chroma.copy();
    guard.flushed(true);
    chroma.putBack(backup);

    assertThatThrownBy(() -> guard.flushed(true))
        .isInstanceOf(ChromaRolledBack.class)
        .hasMessageContaining("was rolled back from");
    assertThat(chroma.model.records()).as("the mark is not overwritten").isEqualTo(backup);
  }

  @Test
  void c02ARepairIsAskedForBeforeTheMarkIsOverwritten() throws Exception {
    RollbackGuard guard = start(OnRollback.REPAIR);
    guard.flushed(true);
    Map<String, Stored> backup = chroma.copy();
    Mark held = guard.state().get(0);
    guard.flushed(true);
    Mark lost = guard.state().get(0);
    chroma.putBack(backup);
    chroma.beforeUpsert = () -> assertThat(repairs).hasSize(1);
    guard.flushed(true);

    assertThat(repairs).hasSize(1);
    assertThat(repairs.get(0).from()).isEqualTo(held.at());
    assertThat(repairs.get(0).to()).isEqualTo(lost.at());
    assertThat(guard.state().get(0).at()).isGreaterThan(lost.at());
    guard.flushed(true);
    assertThat(repairs).as("once").hasSize(1);
  }

  /** Between barriers, too: else the repair would be lost without a word. */
  @Test
  void c02AChromaThatGoesBackToTheSameBackupTwiceIsNoticedTwice() throws Exception {
    RollbackGuard guard = start(OnRollback.REPAIR);
    guard.flushed(true);
    Map<String, Stored> backup = chroma.copy();
    guard.flushed(true);
    for (int times = 1; times <= 2; times++) {
      chroma.putBack(backup);
      task.runUntil(task.getCurrentProcessingTime() + RollbackGuard.INTERVAL.toMillis() + 1);

      assertThat(repairs).hasSize(times);
    }
    assertThat(repairs.get(1).to()).isGreaterThanOrEqualTo(repairs.get(0).noticed());
  }

  @Test
  void c02TheMarkAfterARollbackIsRetriedAlsoWhereThereIsNothingToWrite() throws Exception {
    RollbackGuard guard = start(OnRollback.REPAIR);
    guard.flushed(true);
    Map<String, Stored> backup = chroma.copy();
    guard.flushed(true);
    chroma.putBack(backup);
    chroma.instead.add(Marks.AS_ASKED);
    chroma.instead.add(answer(503, "away"));
    guard.flushed(false);

    assertThat(guard.state().get(0).at()).isGreaterThanOrEqualTo(repairs.get(0).noticed());
    assertThat(repairs).hasSize(1);
  }

  /** The only mark in the backup is that of the task that compares first. */
  @Test
  void c02EveryTaskDatesARollbackToABackupThatHasAMarkOfOneOnly() throws Exception {
    RollbackGuard first = start(OnRollback.REPAIR, 0, 2);
    RollbackGuard second = start(OnRollback.REPAIR, 1, 2);
    first.flushed(true);
    Mark held = first.state().get(0);
    Map<String, Stored> backup = chroma.copy();
    passMillisecond();
    second.flushed(true);
    first.flushed(true);
    Mark lost = second.state().get(0);
    chroma.putBack(backup);
    first.flushed(true);
    first.flushed(true);
    second.flushed(true);

    assertThat(repairs).extracting(Rollback::from).containsExactly(held.at(), held.at());
    assertThat(repairs.get(1).to()).isEqualTo(lost.at());
  }

  /** A mark of a task that is no more is compared at each start, until state no longer has it. */
  @Test
  void c02SoDoesTheOnlyTaskOfAJobThatHadTwo() throws Exception {
    RollbackGuard before = start(OnRollback.REPAIR, 0, 2);
    before.flushed(true);
    Mark held = before.state().get(0);
    before.close();
    Mark lost = mark(1, held.at() + 1);
    for (int starts = 0; starts < 2; starts++) {
      RollbackGuard only = start(OnRollback.REPAIR, 0, 1, held, lost);
      only.flushed(true);
      only.close();
    }

    assertThat(repairs).extracting(Rollback::from).containsExactly(held.at(), held.at());
  }

  @Test
  void c02WhatStateSaysIsComparedBeforeTheFirstWrite() throws Exception {
    RollbackGuard guard = start(OnRollback.FAIL, mark(0, 900_000), mark(3, 900_000));

    assertThatThrownBy(guard::awaitStart).isInstanceOf(ChromaRolledBack.class);
  }

  @Test
  void c02MarksOfOtherCollectionsAreIgnored() throws Exception {
    RollbackGuard guard =
        start(OnRollback.FAIL, new Mark("others/" + LINES, 0, 900_000, Long.MIN_VALUE));
    guard.awaitStart();
    guard.flushed(true);

    assertThat(guard.state()).extracting(Mark::collections).containsExactly(LINES + "/" + WORDS);
  }

  @Test
  void c02AMarkOfAnOlderSavepointIsNoRollbackAndTheNextIsGreater() throws Exception {
    RollbackGuard first = start(OnRollback.FAIL);
    first.flushed(true);
    Mark old = first.state().get(0);
    for (int i = 0; i < 5; i++) {
      first.flushed(true);
    }
    Mark newest = first.state().get(0);
    first.close();

    RollbackGuard second = start(OnRollback.FAIL, old);
    second.flushed(true);

    assertThat(second.state().get(0).at()).isGreaterThan(newest.at());
  }

  @Test
  void c02BetweenRareCheckpointsItIsComparedByTheClock() throws Exception {
    RollbackGuard guard = start(OnRollback.FAIL);
    guard.flushed(true);
    Map<String, Stored> backup = chroma.copy();
    guard.flushed(true);
    chroma.putBack(backup);

    assertThatThrownBy(
            () ->
                task.runUntil(
                    task.getCurrentProcessingTime() + RollbackGuard.INTERVAL.toMillis() + 1))
        .isInstanceOf(ChromaRolledBack.class);
  }

  /** It may have gone back while the mark was on its way, so it is compared again. */
  @Test
  void c02AMarkThatIsNotAcknowledgedIsNotSentAgainUnseen() throws Exception {
    RollbackGuard guard = start(OnRollback.FAIL);
    guard.flushed(true);
    Map<String, Stored> backup = chroma.copy();
    guard.flushed(true);
    chroma.instead.add(Marks.AS_ASKED);
    chroma.instead.add(CompletableFuture.failedFuture(new IOException("connection reset")));
    chroma.beforeUpsert = () -> chroma.putBack(backup);

    assertThatThrownBy(() -> guard.flushed(true)).isInstanceOf(ChromaRolledBack.class);
  }

  @Test
  void c02APageInPlaceOfChromaIsNoEmptyCollection() throws Exception {
    RollbackGuard guard = start(OnRollback.FAIL);
    guard.flushed(true);
    Mark acknowledged = guard.state().get(0);
    chroma.instead.add(answer(200, "<!doctype html>"));
    chroma.instead.add(answer(503, "away"));
    chroma.instead.add(answer(200, ""));
    guard.flushed(true);

    assertThat(guard.state().get(0).at()).isGreaterThan(acknowledged.at());
    assertThat(chroma.instead).isEmpty();
  }

  @Test
  void c02WithinTheRetryBudgetOnly() {
    RollbackGuard guard = start(OnRollback.FAIL);
    for (int i = 0; i < 1_000; i++) {
      chroma.instead.add(answer(503, "away"));
    }

    assertThatThrownBy(() -> guard.flushed(true))
        .hasRootCauseInstanceOf(ChromaFailure.class)
        .rootCause()
        .hasMessageContaining("the get of marks in collection 'chromasync-marks' failed")
        .hasMessageContaining("'chroma.retry-budget'")
        .hasMessageContaining("HTTP 503");
  }

  @Test
  void c02AChromaThatIsAwayDoesNotFailAJobWithNothingToWrite() throws Exception {
    RollbackGuard guard = start(OnRollback.FAIL);
    guard.flushed(true);
    List<Mark> acknowledged = guard.state();
    chroma.instead.add(answer(503, "away"));
    guard.flushed(false);
    assertThat(guard.state()).as("the last one stays").isEqualTo(acknowledged);

    guard.flushed(true);
    assertThat(guard.state().get(0).at()).isGreaterThan(acknowledged.get(0).at());
  }

  /** Else it would come late over a greater mark, and Chroma would seem to have gone back. */
  @Test
  void c02AMarkThatMayStillBeAppliedIsNotFollowedByAnotherBeforeItHasSettled() throws Exception {
    RollbackGuard guard = start(OnRollback.FAIL);
    guard.flushed(true);
    List<Mark> acknowledged = guard.state();
    chroma.instead.add(Marks.AS_ASKED);
    chroma.instead.add(CompletableFuture.failedFuture(new IOException("connection reset")));
    guard.flushed(false);
    long lost = task.getCurrentProcessingTime();

    guard.flushed(false);
    assertThat(guard.state()).as("nothing is sent yet").isEqualTo(acknowledged);
    guard.flushed(true);
    assertThat(guard.state().get(0).at()).isGreaterThanOrEqualTo(lost + 2_000);
  }

  @Test
  void c02ACollectionOfMarksThatIsGoneIsNamed() {
    RollbackGuard guard = start(OnRollback.FAIL);
    chroma.instead.add(answer(404, "{\"error\":\"NotFoundError\",\"message\":\"not there\"}"));

    assertThatThrownBy(() -> guard.flushed(true))
        .hasRootCauseInstanceOf(ChromaFailure.class)
        .rootCause()
        .hasMessageContaining("collection 'chromasync-marks' was rejected: HTTP 404");
  }

  @Test
  void c02StateIsReadAsItWasWritten() throws IOException {
    MarkSerializer serializer = new MarkSerializer();
    Mark mark = mark(7, 1_764_000_000_123L);

    assertThat(serializer.deserialize(1, serializer.serialize(mark))).isEqualTo(mark);
    assertThatThrownBy(() -> serializer.deserialize(2, serializer.serialize(mark)))
        .hasMessageContaining("version 2");
  }

  private RollbackGuard start(OnRollback onRollback, Mark... restored) {
    return start(onRollback, 0, 1, restored);
  }

  private RollbackGuard start(OnRollback onRollback, int index, int tasks, Mark... restored) {
    ServerProfile profile =
        new ServerProfile(
            true,
            true,
            100,
            Map.of(ReceiptTree.WORDS, WORDS, ReceiptTree.LINES, LINES),
            "m-id",
            "f-id");
    ChromaTarget destination =
        new ChromaTarget(
            chroma, new ReceiptTree(), Settings.of(URI.create("http://chroma:8000")), profile);
    RollbackGuard guard =
        new RollbackGuard(
            destination,
            new RollbackGuard.Rules(
                new RollbackPolicy(onRollback, Duration.ofDays(10)), repairs::add),
            new Random(7),
            new RollbackGuard.Publications() {},
            new SimulatedSubtask(task, index, tasks),
            new SinkMetrics(
                task.metricGroup(),
                profile.collections().keySet(),
                task::getCurrentProcessingTime));
    guard.start(List.of(restored));
    return guard;
  }

  // The timer is not cancelled.
  @SuppressWarnings("FutureReturnValueIgnored")
  private void passMillisecond() throws InterruptedException {
    long next = task.getCurrentProcessingTime() + 1;
    task.registerTimer(next, at -> {});
    task.runUntil(next);
  }

  private static Mark mark(int task, long at) {
    return new Mark(LINES + "/" + WORDS, task, at, Long.MIN_VALUE);
  }

  private static CompletableFuture<ChromaResponse> answer(int status, String body) {
    return CompletableFuture.completedFuture(Answers.json(status, body));
  }

  /** The collection of marks. */
  private static final class Marks implements Chroma {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final CompletableFuture<ChromaResponse> AS_ASKED = new CompletableFuture<>();

    /** Responses to the next requests, whatever they ask. */
    private final Queue<CompletableFuture<ChromaResponse>> instead = new ArrayDeque<>();

    private final ChromaModel model = new ChromaModel();
    private Runnable beforeUpsert = () -> {};

    /** The last get. */
    private JsonNode asked;

    Map<String, Stored> copy() {
      return new TreeMap<>(model.records());
    }

    void putBack(Map<String, Stored> copy) {
      model.records().clear();
      model.records().putAll(copy);
    }

    Stored held(String id) {
      return model.records().get(id);
    }

    @Override
    public CompletableFuture<ChromaResponse> get(String path) {
      throw new UnsupportedOperationException(path);
    }

    @Override
    public CompletableFuture<ChromaResponse> post(String path, byte[] body) {
      assertThat(path).contains("/collections/m-id/");
      boolean isGet = path.endsWith("/get");
      if (!isGet) {
        beforeUpsert.run();
      }
      CompletableFuture<ChromaResponse> other = instead.poll();
      if (other != null && other != AS_ASKED) {
        return other;
      }
      return answer(200, isGet ? found(parse(body)) : upsert(parse(body)));
    }

    private String upsert(JsonNode body) {
      WriteJson.apply(model, "upsert", body);
      return "{}";
    }

    private String found(JsonNode query) {
      asked = query;
      List<Map<String, Object>> found =
          model.records().values().stream()
              .map(Stored::metadata)
              .filter(metadata -> WriteJson.isMeant(query, metadata))
              .toList();
      return JSON.valueToTree(
              Map.of("ids", found.stream().map(each -> "id").toList(), "metadatas", found))
          .toString();
    }

    private static JsonNode parse(byte[] body) {
      try {
        return JSON.readTree(new String(body, UTF_8));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
