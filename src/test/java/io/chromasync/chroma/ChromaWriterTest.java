package io.chromasync.chroma;

import static io.chromasync.chroma.Mutations.delete;
import static io.chromasync.chroma.Mutations.report;
import static io.chromasync.chroma.Mutations.reported;
import static io.chromasync.chroma.Mutations.sweep;
import static io.chromasync.chroma.Mutations.update;
import static io.chromasync.chroma.Mutations.upsert;
import static io.chromasync.chroma.Mutations.word;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.chromasync.chroma.SimulatedChroma.Exchange;
import io.chromasync.chroma.client.ChromaFailure;
import io.chromasync.chroma.delivery.DeliveryLimits;
import io.chromasync.chroma.window.WindowSettings;
import io.chromasync.model.DeadLetter;
import io.chromasync.model.ItemChange;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.Mutation;
import io.chromasync.model.RecordKey;
import io.chromasync.model.RunReport;
import io.chromasync.model.SinkCommittable;
import io.chromasync.model.SinkInput;
import io.chromasync.model.Version;
import io.chromasync.receipts.ReceiptKeys;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.runtime.RetryPolicy;
import io.chromasync.runtime.VectorRoom;
import io.chromasync.testing.Deltas;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.util.WrappingRuntimeException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The writer in simulated time; every wait here is one of the simulation. */
class ChromaWriterTest {

  private static final int LINGER = 200;
  private static final SinkWriter.Context CONTEXT = null;
  private static final Duration BUDGET = Duration.ofMinutes(5);
  private static final ServerProfile PROFILE =
      new ServerProfile(
          true,
          true,
          5_461,
          Map.of(ReceiptTree.WORDS, "w-id", ReceiptTree.LINES, "l-id"),
          "m-id",
          "f-id");

  private final SimulatedTask task = new SimulatedTask();
  private final SimulatedChroma chroma = new SimulatedChroma(task);
  private final ChromaWriter writer = writer(1_000, Map.of());

  @Nested
  class Order {

    @Test
    void aRecordHasOneRequestInFlightAndCollectsWhatChangesMeanwhile() throws Exception {
      writer.write(SinkInput.of(update(1, "a", 1)), CONTEXT);
      task.runUntil(SimulatedTask.START + LINGER);
      write(update(1, "a", 2), update(1, "b", 3), delete(2));
      writer.flush(false);

      assertThat(operations()).containsExactly("w-id/update", "w-id/delete", "w-id/update");
      assertThat(chroma.bodies().get(0)).contains("{\"a\":1}");
      assertThat(chroma.bodies().get(2)).contains("{\"a\":2,\"b\":3}");
    }

    @Test
    void aRecordKeepsItsOrderWhileSeveralRequestsAreInFlight() throws Exception {
      ChromaWriter eager = writer(1, Map.of("max-records-per-request", "50", "max-in-flight", "4"));
      gainFromFour(eager);
      for (int round = 1; round <= 10; round++) {
        for (int word = 1; word <= 4; word++) {
          eager.write(SinkInput.of(update(word, "a", round)), CONTEXT);
        }
      }
      eager.flush(false);

      assertThat(chroma.mostInFlight()).isEqualTo(4);
      assertThat(chroma.namedTwice()).isEmpty();
      for (int word = 1; word <= 4; word++) {
        assertThat(valuesOf(word)).isSorted().endsWith(10);
      }
    }

    @Test
    void aWriteLingersAndIsThenSentWithAllThatIsReady() throws Exception {
      write(update(1, "a", 1));
      task.runUntil(SimulatedTask.START + LINGER - 1);
      write(update(2, "a", 1), update(3, "a", 1));
      assertThat(chroma.exchanges()).isEmpty();

      task.runUntil(SimulatedTask.START + LINGER);

      assertThat(sizes()).containsExactly(3);
    }

    @Test
    void nothingLingersWhenAsMuchIsPendingAsTheSettingsSay() throws Exception {
      ChromaWriter three = writer(3, Map.of());
      for (int word = 1; word <= 7; word++) {
        three.write(SinkInput.of(update(word, "a", 1)), CONTEXT);
      }

      assertThat(sizes()).containsExactly(3);
      task.runUntil(SimulatedTask.START + SimulatedChroma.LATENCY);
      assertThat(sizes()).containsExactly(3, 4);
    }

    @Test
    void whatComesDuringARequestGoesTogetherInTheNext() throws Exception {
      write(update(1, "a", 1));
      task.runUntil(SimulatedTask.START + LINGER);
      IntStream.range(2, 500).forEach(word -> writeUnchecked(update(word, "a", 1)));
      writer.flush(false);

      assertThat(sizes()).containsExactly(1, 498);
    }

    @Test
    void cheapWritesGoBeforeDearOnes() throws Exception {
      write(upsert(1, 1), update(2, "a", 1), delete(3));
      writer.flush(false);

      assertThat(operations()).containsExactly("w-id/delete", "w-id/update", "w-id/upsert");
    }

    @Test
    void aSweepIsSentWhenNothingItDeletesIsInFlightAndHoldsBackWhatComesAfterIt() throws Exception {
      ChromaWriter eager = writer(1, Map.of("max-records-per-request", "50", "max-in-flight", "4"));
      gainFromFour(eager);
      RecordKey other = ReceiptTree.word("other", 1, 1, 1);
      eager.write(SinkInput.of(update(1, "a", 1)), CONTEXT);
      eager.write(
          SinkInput.of(sweep(ReceiptTree.below(ReceiptTree.WORDS, "img", ReceiptKeys.receipt(1)))),
          CONTEXT);
      eager.write(SinkInput.of(upsert(1, 1)), CONTEXT);
      eager.write(SinkInput.of(upsert(other, "d", new float[] {1}, Map.of())), CONTEXT);
      assertThat(operations()).containsExactly("w-id/update", "w-id/upsert");
      eager.flush(false);

      assertThat(operations())
          .as("of the other image at once, of this one after the sweep")
          .containsExactly("w-id/update", "w-id/upsert", "w-id/delete", "w-id/upsert");
      assertThat(chroma.bodies().get(2)).contains("where");
    }
  }

  @Nested
  class Backpressure {

    @Test
    void aWriteWaitsWhileMoreIsPendingThanAFewRequestsHold() throws Exception {
      ChromaWriter ten = writer(1, Map.of("max-records-per-request", "10"));
      int most = 10 * (1 + DeliveryLimits.AHEAD);
      for (int written = 1; written <= 200; written++) {
        ten.write(SinkInput.of(update(written, "a", 1)), CONTEXT);

        assertThat(written - acknowledgedRecords()).isLessThanOrEqualTo(most);
      }

      assertThat(acknowledgedRecords()).isGreaterThanOrEqualTo(200 - most);
    }

    @Test
    void vectorsThatWaitTakeTheRoomOfVectorsAndOfNothingElse() throws Exception {
      ChromaWriter ten = writer(1, Map.of("max-records-per-request", "10"));
      VectorRoom room = VectorRoom.of(task.getJobInfo().getJobId());
      int most = 10 * (1 + DeliveryLimits.AHEAD);
      for (int written = 1; written <= most; written++) {
        ten.write(SinkInput.of(upsert(written, 1)), CONTEXT);
      }
      assertThat(room.isFree()).isTrue();

      ten.write(SinkInput.of(upsert(most + 1, 1)), CONTEXT);
      assertThat(room.isFree()).isFalse();
      int acknowledged = acknowledgedRecords();
      ten.write(SinkInput.of(update(most + 2, "a", 1)), CONTEXT);
      assertThat(acknowledgedRecords()).as("the update waits for none").isEqualTo(acknowledged);

      ten.flush(false);
      assertThat(room.isFree()).isTrue();
    }

    @Test
    void aWriterThatIsClosedTakesNoRoom() throws Exception {
      ChromaWriter one = writer(1, Map.of("max-records-per-request", "1"));
      for (int written = 1; written <= 3; written++) {
        one.write(SinkInput.of(upsert(written, 1)), CONTEXT);
      }
      VectorRoom room = VectorRoom.of(task.getJobInfo().getJobId());
      assertThat(room.isFree()).isFalse();

      one.close();

      assertThat(room.isFree()).isTrue();
    }

    @Test
    void aWriteWaitsWhileTooManyBytesArePending() throws Exception {
      String tenMegabytes = "x".repeat(10 << 20);

      for (int written = 0; written < 8; written++) {
        write(update(written, "text", tenMegabytes));
      }

      assertThat((8 - chroma.acknowledged()) * tenMegabytes.length())
          .isPositive()
          .isLessThanOrEqualTo(DeliveryLimits.MOST_BYTES);
    }

    @Test
    void aFlushReturnsWhenEverythingIsAcknowledged() throws Exception {
      chroma.answer(3, 503, Duration.ZERO);
      for (int i = 0; i < 20; i++) {
        write(delete(i));
      }

      writer.flush(false);

      assertThat(acknowledgedRecords()).isEqualTo(20);
      task.runAll();
      assertThat(acknowledgedRecords()).as("nothing follows").isEqualTo(20);
    }

    @Test
    void aFlushDoesNotLinger() throws Exception {
      write(delete(1));

      writer.flush(false);

      assertThat(task.getCurrentProcessingTime())
          .isEqualTo(SimulatedTask.START + SimulatedChroma.LATENCY);
    }
  }

  @Nested
  class RecordsThatRest {

    @Test
    void recordsWaitForTheirRetryWhileOthersGoOn() throws Exception {
      chroma.answer(1, 503, Duration.ZERO);
      write(update(1, "a", 1));
      task.runUntil(SimulatedTask.START + LINGER + SimulatedChroma.LATENCY);
      write(update(1, "a", 2), update(3, "b", 1));
      writer.flush(false);

      assertThat(chroma.bodies()).hasSize(4);
      assertThat(chroma.bodies().get(0)).contains("{\"a\":1}");
      assertThat(chroma.bodies().get(1)).contains("{\"b\":1}");
      assertThat(chroma.bodies().get(2)).isEqualTo(chroma.bodies().get(0));
      assertThat(chroma.bodies().get(3)).contains("{\"a\":2}");
    }

    @Test
    void recordsRestAfterALostConnectionWhileOthersGoOn() throws Exception {
      chroma.breakConnection();
      write(update(1, "a", 1));
      task.runUntil(SimulatedTask.START + LINGER + SimulatedChroma.LATENCY);
      for (int i = 0; i < 5; i++) {
        write(update(2, "b", i));
        writeUrgently();
      }
      writer.flush(false);

      List<Exchange> exchanges = chroma.exchanges();
      assertThat(exchanges).hasSize(7);
      assertThat(exchanges.get(6).body()).isEqualTo(exchanges.get(0).body());
      assertThat(exchanges.get(6).at() - exchanges.get(0).at())
          .as("the rest, a heartbeat, and the latency of both")
          .isEqualTo(2_000 + 2 * SimulatedChroma.LATENCY);
      assertThat(exchanges.get(5).at() - exchanges.get(0).at()).isLessThan(2_000);
    }

    @Test
    void aRequestThatHangsDoesNotHoldUpOthersUntilItsDeadline() throws Exception {
      chroma.hang();
      write(update(1, "a", 1));
      task.runUntil(SimulatedTask.START + LINGER);
      write(update(2, "a", 1));
      writer.flush(false);

      assertThat(chroma.bodies().get(1)).contains(word(2).id());
      assertThat(waits().get(0)).isEqualTo(DeliveryLimits.STALLED.toMillis());
      assertThat(acknowledgedRecords()).isEqualTo(2);
    }

    @Test
    void ofRequestsThatHangThereAreNoMoreThanTheMost() throws Exception {
      for (int i = 0; i < 6; i++) {
        chroma.hang();
      }
      ChromaWriter eager = writer(1, Map.of("max-in-flight", "4"));
      for (int word = 1; word <= 6; word++) {
        eager.write(SinkInput.of(delete(word)), CONTEXT);
        task.runUntil(task.getCurrentProcessingTime() + DeliveryLimits.STALLED.toMillis() + 1);
      }

      assertThat(chroma.mostInFlight()).isEqualTo(4);
    }

    @Test
    void aHeartbeatTakesNoPlaceFromRequests() throws Exception {
      chroma.breakConnection();
      chroma.awayUntil(Long.MAX_VALUE);
      chroma.heartbeatsHang();
      write(update(1, "a", 1));
      task.runUntil(SimulatedTask.START + 4_000);
      assertThat(chroma.heartbeats()).isEqualTo(1);

      write(update(2, "a", 1));
      task.runUntil(SimulatedTask.START + 4_000 + LINGER + SimulatedChroma.LATENCY);

      assertThat(acknowledgedRecords()).isEqualTo(1);
    }
  }

  @Nested
  class Reports {

    @Test
    void aReportIsHandedOnWhenEverythingBeforeItIsAcknowledged() throws Exception {
      chroma.answer(2, 503, Duration.ZERO).breakConnection().hang();
      for (int i = 0; i < 8; i++) {
        write(delete(i));
        write(reported("run-" + i));
      }
      assertThat(chroma.acknowledged()).isZero();

      assertThat(writer.prepareCommit())
          .extracting(notice -> Deltas.run(notice.report()))
          .containsExactlyInAnyOrder(
              "run-0", "run-1", "run-2", "run-3", "run-4", "run-5", "run-6", "run-7");

      assertThat(acknowledgedRecords()).isEqualTo(8);
    }

    @Test
    void aReportIsHandedOnOnceAndNeverBeforeItIsWritten() throws Exception {
      write(reported("a"), reported("b"));
      assertThat(writer.prepareCommit())
          .containsExactly(SinkCommittable.of(report("a")), SinkCommittable.of(report("b")));

      write(delete(1));
      assertThat(writer.prepareCommit()).isEmpty();

      write(reported("c"));
      assertThat(writer.prepareCommit()).containsExactly(SinkCommittable.of(report("c")));
    }

    @Test
    void aReportMakesNoRequest() throws Exception {
      write(reported("a"));
      writer.flush(true);

      assertThat(chroma.exchanges()).isEmpty();
      assertThat(writer.prepareCommit()).hasSize(1);
    }
  }

  @Nested
  class RequestSizes {

    @Test
    void bisectionDoesNotHoldUpOtherRecords() throws Exception {
      ChromaWriter writer = writer(1_000, Map.of("max-rejected-in-a-row", "1000"));
      refuse("bad");
      for (int word = 0; word < 256; word++) {
        writer.write(SinkInput.of(update(word, "a", "bad")), CONTEXT);
      }
      task.runUntil(SimulatedTask.START + LINGER + SimulatedChroma.LATENCY);
      writer.write(SinkInput.of(update(1_000, "a", "good")), CONTEXT);
      task.runUntil(task.getCurrentProcessingTime() + LINGER + 2 * SimulatedChroma.LATENCY);

      assertThat(chroma.bodies()).anyMatch(body -> body.contains("good"));
      int sent = chroma.exchanges().size();
      assertThat(letters(writer)).hasSize(256);
      assertThat(chroma.exchanges()).as("far from its end").hasSizeGreaterThan(10 * sent);
    }

    @Test
    void oneRecordTakenInBetweenIsEnoughToGoOn() throws Exception {
      ChromaWriter one = writer(1, Map.of("max-records-per-request", "1"));
      refuse("bad");
      for (int i = 0; i < 300; i++) {
        one.write(SinkInput.of(update(i, "a", i % 99 == 98 ? "good" : "bad")), CONTEXT);
      }

      assertThat(letters(one)).hasSize(297);
    }

    @Test
    void requestsAreSmallerWhileTheServerIsSlow() throws Exception {
      chroma.answer(2, 429, Duration.ZERO);
      IntStream.range(0, 1_000).forEach(word -> writeUnchecked(update(word, "a", 1)));
      writer.flush(false);

      assertThat(sizes()).startsWith(1_000, 500).contains(250, 300);
      assertThat(acknowledgedRecords()).isEqualTo(1_000);
    }

    @Test
    void requestsThatTakeTooLongBecomeSmaller() throws Exception {
      chroma.takesMillisPerRecord(2);
      IntStream.range(0, 3_000).forEach(word -> writeUnchecked(update(word, "a", 1)));
      writer.flush(false);

      assertThat(sizes().get(0)).isEqualTo(1_000);
      assertThat(sizes().subList(1, sizes().size())).allMatch(size -> size <= 550);
    }

    @Test
    void requestsOfVectorsGrowAsTheServerKeepsUp() throws Exception {
      IntStream.range(0, 1_000).forEach(word -> writeUnchecked(upsert(word, 1)));
      writer.flush(false);

      assertThat(sizes()).startsWith(100, 150, 200);
    }

    @Test
    void whileChromaIsAwayNoMoreThanTheBoundIsHeld() throws Exception {
      ChromaWriter ten = writer(1, Map.of("max-records-per-request", "10"));
      chroma.answer(100_000, 503, Duration.ZERO);
      int written = 0;
      try {
        while (written < 1_000) {
          ten.write(SinkInput.of(update(written, "a", 1)), CONTEXT);
          written++;
        }
      } catch (WrappingRuntimeException budgetSpent) {
        assertThat(budgetSpent).rootCause().isInstanceOf(ChromaFailure.class);
      }

      assertThat(written).isEqualTo(10 * (1 + DeliveryLimits.AHEAD));
    }

    @Test
    void onlyWhatIsWrittenToTheCloudIsCutToItsLimits() throws Exception {
      String text = "x".repeat(CloudLimits.VALUE_BYTES + 1);
      write(update(1, "text", text));
      writer.flush(false);
      assertThat(chroma.bodies().get(0)).contains(text);

      ChromaWriter cloud = writer(1_000, Map.of("limits", "cloud"));
      cloud.write(SinkInput.of(update(1, "text", text)), CONTEXT);
      cloud.flush(false);
      assertThat(chroma.bodies().get(1)).contains(text.substring(1)).doesNotContain(text);
    }

    @Test
    void whatDoesNotFitIntoOneRequestOfTheCloudFollowsInOrder() throws Exception {
      ChromaWriter cloud = writer(1_000, Map.of("limits", "cloud"));
      Map<String, MetadataValue> wide = new HashMap<>();
      for (int key = 0; key < CloudLimits.KEYS + 8; key++) {
        wide.put(String.format(Locale.ROOT, "key-%02d", key), MetadataValue.of(key));
      }
      cloud.write(SinkInput.of(Mutation.update(word(1), wide, upsert(1, 1).version())), CONTEXT);
      cloud.write(SinkInput.of(upsert(2, 1)), CONTEXT);
      task.runUntil(SimulatedTask.START + LINGER);
      cloud.write(SinkInput.of(update(1, "key-39", "newer")), CONTEXT);
      cloud.flush(false);

      assertThat(operations()).containsExactly("w-id/update", "w-id/update", "w-id/upsert");
      assertThat(chroma.bodies().get(0)).contains("key-31").doesNotContain("key-32");
      assertThat(chroma.bodies().get(1)).contains("key-32", "\"key-39\":\"newer\"");
    }
  }

  @Nested
  class Closing {

    @Test
    void aClosedWriterWritesNothingMore() throws Exception {
      chroma.answer(1, 503, Duration.ZERO).hang();
      ChromaWriter eager = writer(1, Map.of());
      for (int word = 1; word < 12; word++) {
        eager.write(SinkInput.of(delete(word)), CONTEXT);
      }
      int sent = chroma.exchanges().size();

      eager.close();
      task.runAll();

      assertThat(chroma.exchanges()).hasSize(sent);
      assertThat(chroma.exchanges()).allMatch(each -> each.answer().isCancelled());
    }

    @Test
    void aClosedWriterForgetsItsRetries() throws Exception {
      chroma.answer(1, 503, Duration.ZERO);
      write(delete(1));
      task.runUntil(SimulatedTask.START + LINGER + SimulatedChroma.LATENCY);

      writer.close();
      task.runAll();

      assertThat(chroma.exchanges()).hasSize(1);
    }

    @Test
    void aFlushOfAClosedWriterFailsAndDoesNotWait() throws Exception {
      write(delete(1));
      writer.close();

      assertThatThrownBy(() -> writer.flush(false)).isInstanceOf(IllegalStateException.class);
    }
  }

  @Nested
  class Retries {

    @Test
    void theServersRetryAfterIsHonoured() throws Exception {
      chroma.answer(1, 429, Duration.ofSeconds(42));
      write(delete(1));
      writer.flush(false);

      assertThat(waits()).containsExactly(42_000L + SimulatedChroma.LATENCY);
    }

    @Test
    void waitsGrowBetweenAttempts() throws Exception {
      chroma.answer(7, 500, Duration.ZERO);
      write(delete(1));
      writer.flush(false);

      assertThat(waits().get(0)).isBetween(100L, 210L);
      assertThat(waits().get(6)).isBetween(5_000L, 10_010L);
    }

    @Test
    void aBrokenConnectionIsTriedAgain() throws Exception {
      chroma.breakConnection();
      write(delete(1));
      writer.flush(false);

      assertThat(chroma.acknowledged()).isEqualTo(1);
      assertThat(chroma.exchanges()).hasSize(2);
    }

    @Test
    void aRequestWithoutAnAnswerIsGivenUpAndTriedAgain() throws Exception {
      chroma.hang();
      write(delete(1));
      writer.flush(false);

      assertThat(chroma.exchanges().get(0).answer()).isCancelled();
      assertThat(waits().get(0)).isEqualTo(32_000L);
      assertThat(chroma.acknowledged()).isEqualTo(1);
    }

    @Test
    void whatIsNotTakenWithinTheBudgetFailsTheTask() throws Exception {
      chroma.answer(1_000, 503, Duration.ZERO);
      write(update(1, "a", 1), update(2, "a", 1));

      assertThatThrownBy(() -> writer.flush(false))
          .rootCause()
          .isInstanceOf(ChromaFailure.class)
          .hasMessageContaining("Chroma at http://chroma:8000")
          .hasMessageContaining("UPDATE of 2 records in collection 'words'")
          .hasMessageContaining("PT5M ('chroma.retry-budget')")
          .hasMessageContaining("last: HTTP 503: told to");
      assertThat(task.getCurrentProcessingTime() - SimulatedTask.START)
          .isBetween(BUDGET.minus(RetryPolicy.STANDARD.longest()).toMillis(), BUDGET.toMillis());
    }

    @Test
    void aWaitLongerThanTheBudgetFailsAtOnce() throws Exception {
      chroma.answer(1, 429, Duration.ofHours(1));
      write(delete(1));

      assertThatThrownBy(() -> writer.flush(false))
          .rootCause()
          .hasMessageContaining("the next attempt after PT1H would exceed PT5M");
    }

    @ParameterizedTest
    @CsvSource({
      "410, check that 'chroma.url' leads to a Chroma server",
      "401, check 'chroma.token-secret-arn' or",
      "403, check 'chroma.token-secret-arn' or",
      "404, check that the collection still exists",
    })
    void whatIsWrongForAllRecordsFailsTheTaskAtOnce(int status, String reason) throws Exception {
      chroma.answer(1, status, Duration.ZERO);
      write(delete(1));

      assertThatThrownBy(() -> writer.flush(false))
          .rootCause()
          .isInstanceOf(ChromaFailure.class)
          .hasMessageContaining("DELETE of 1 records in collection 'words' was rejected")
          .hasMessageContaining(reason);
      assertThat(chroma.exchanges()).hasSize(1);
    }

    @Test
    void c01WhatChromaDidNotAcknowledgeRestsAndIsSentAgain() throws Exception {
      chroma
          .answer(Answers.PAGE)
          .answer(Answers.json(200, ""))
          .answer(Answers.page(204))
          .answer(Answers.json(200, "[]"))
          .answer(Answers.page(403))
          .answer(Answers.page(404));
      write(update(1, "a", 1));
      task.runUntil(SimulatedTask.START + LINGER);
      write(update(1, "a", 2));
      writer.flush(false);

      assertThat(chroma.bodies()).hasSize(8);
      assertThat(chroma.bodies().subList(0, 7)).containsOnly(chroma.bodies().get(0));
      assertThat(waits().subList(0, 6)).allMatch(wait -> wait >= 2_000, "rests for chroma.settle");
      assertThat(chroma.acknowledged()).isEqualTo(2);
    }

    @Test
    void c01WhatIsNeverAcknowledgedFailsTheTaskAndSaysWhatCame() throws Exception {
      for (int i = 0; i < 1_000; i++) {
        chroma.answer(Answers.PAGE);
      }
      write(update(1, "a", 1));

      assertThatThrownBy(() -> writer.flush(false))
          .rootCause()
          .isInstanceOf(ChromaFailure.class)
          .hasMessageContaining("UPDATE of 1 records in collection 'words' was not accepted in")
          .hasMessageContaining("PT5M ('chroma.retry-budget')")
          .hasMessageContaining("last: HTTP 200 (text/html; charset=utf-8: <!doctype html>");
      assertThat(chroma.acknowledged()).isZero();
    }

    @Test
    void c01APageIsNoHeartbeat() throws Exception {
      chroma.answerHeartbeats(Answers.PAGE);
      chroma.breakConnection();
      write(delete(1));

      assertThatThrownBy(() -> writer.flush(false))
          .rootCause()
          .hasMessageContaining("last: HTTP 200 (text/html");
      assertThat(chroma.exchanges())
          .as("sent again while nothing is known of the server")
          .hasSize(1);
    }

    @Test
    void c16AServerThatDeniesAHeartbeatIsThere() throws Exception {
      chroma.answerHeartbeats(Answers.chromas(403));
      chroma.breakConnection();
      write(delete(1));
      writer.flush(false);

      assertThat(chroma.acknowledged()).isEqualTo(1);
    }

    @Test
    void aFailureIsOneEvenIfNobodyWritesOrFlushes() throws Exception {
      chroma.answer(1, 403, Duration.ZERO);
      write(delete(1));

      assertThatThrownBy(task::runAll).rootCause().isInstanceOf(ChromaFailure.class);
    }

    @Test
    void noReportIsHandedOnIfWhatIsBeforeItFails() throws Exception {
      chroma.answer(1, 403, Duration.ZERO);
      write(delete(1));
      write(reported("a"));

      assertThatThrownBy(writer::prepareCommit).rootCause().isInstanceOf(ChromaFailure.class);
    }
  }

  @Nested
  class Rejections {

    @Test
    void whatIsRefusedIsHalvedUntilTheBadRecordIsAlone() throws Exception {
      refuse(word(3).id());
      write(update(1, "a", 1), update(2, "a", 1), update(3, "a", 1));
      write(update(4, "a", 1));

      assertThat(letters())
          .extracting(DeadLetter::reason, DeadLetter::entity, DeadLetter::detail)
          .containsExactly(
              tuple(
                  DeadLetter.Reason.REJECTED,
                  "receipt/1/line/2/word/3",
                  "UPDATE of '%s' in collection 'words' was rejected: HTTP 422: poison"
                      .formatted(word(3).id())));
      assertThat(sizes()).containsExactly(4, 2, 2, 1, 1);
      assertThat(acknowledgedRecords()).isEqualTo(3);
    }

    @Test
    void aRefusedDeleteDoesNotLetTheUpsertBehindItPass() throws Exception {
      chroma.refuse(
          body -> body.contains(word(1).id()) && !body.contains("embeddings"),
          Answers.chromas(422));
      write(delete(1), delete(2), upsert(1, 5));

      assertThat(letters()).hasSize(1);
      assertThat(chroma.bodies())
          .filteredOn(body -> body.contains(word(1).id()))
          .last()
          .asString()
          .contains("embeddings");
    }

    @Test
    void aRefusedSweepIsOneLetterHoweverManyRequestsItHas() throws Exception {
      refuse("where");
      Mutation sweep =
          sweep(
              ReceiptTree.below(ReceiptTree.WORDS, "img", ReceiptKeys.receipt(1)),
              word(1),
              ReceiptTree.word("img", 1, 9, 1));
      ItemChange cause =
          new ItemChange(ItemChange.Operation.REMOVE, "pk", "sk", null, "{}", null, "shard");
      write(sweep.causedBy(cause), delete(1));

      assertThat(letters())
          .extracting(DeadLetter::entity, DeadLetter::change)
          .containsExactly(tuple("receipt/1", cause));
      assertThat(chroma.acknowledged()).isEqualTo(1);
    }

    @Test
    void lettersAreHandedOnOnce() throws Exception {
      refuse("delete me");
      write(update(1, "a", "delete me"));

      assertThat(letters()).hasSize(1);
      assertThat(writer.prepareCommit()).isEmpty();
    }

    @Test
    void whatNoRequestCanHoldIsALetterToo() throws Exception {
      write(update(1, "a", 1), update(2, "a", Double.NaN), update(3, "a", 1));

      assertThat(letters())
          .extracting(DeadLetter::detail)
          .containsExactly(
              "UPDATE of '%s' in collection 'words' was rejected: metadata 'a' must be a finite number but is NaN"
                  .formatted(word(2).id()));
      assertThat(chroma.acknowledged()).isEqualTo(2);
    }

    @Test
    void aServerThatRefusesAllRecordsFailsTheTask() throws Exception {
      refuse("ids");
      IntStream.range(0, 200).forEach(word -> writeUnchecked(update(word, "a", 1)));

      assertThatThrownBy(() -> writer.flush(false))
          .rootCause()
          .isInstanceOf(ChromaFailure.class)
          .hasMessageContaining(
              "100 mutations UPDATE in collection 'words' were rejected consecutively")
          .hasMessageContaining("'chroma.max-rejected-in-a-row'")
          .hasMessageEndingWith("last: HTTP 422: poison");
    }

    @Test
    void aReportDoesNotCountVectorsThatChromaDoesNotTake() throws Exception {
      refuse(word(2).id());
      write(upsert(1, 1), upsert(2, 1), upsert(3, 1));
      RunReport report =
          Deltas.report("img", 1, "run", ReceiptTree.WORDS, 3, null, upsert(1, 1).version(), null);
      RunReport other =
          Deltas.report("img", 1, "other", ReceiptTree.WORDS, 3, null, new Version(5, "5"), null);
      write(SinkInput.of(report), SinkInput.of(other));

      assertThat(writer.prepareCommit())
          .filteredOn(notice -> notice.report() != null)
          .extracting(notice -> Deltas.run(notice.report()), notice -> notice.report().merged())
          .containsExactly(tuple("run", 2), tuple("other", 3));
    }
  }

  @Nested
  class LostConnections {

    @Test
    void nothingRestsIfNothingWasSent() throws Exception {
      chroma.refuseConnection();
      write(delete(1));
      writer.flush(false);

      assertThat(waits().get(0)).isLessThan(300);
      assertThat(chroma.heartbeats()).isZero();
    }

    @Test
    void aLargeBodyThatIsCutOffIsHalvedUntilItPasses() throws Exception {
      chroma.cutBeyond(2 << 20);
      String text = "x".repeat(900_000);
      IntStream.range(0, 8).forEach(word -> writeUnchecked(update(word, "text", text)));
      writer.flush(false);

      assertThat(chroma.acknowledged()).isEqualTo(4);
      assertThat(letters()).isEmpty();
    }

    @Test
    void whatTheServerCallsTooLargeIsHalvedAtOnce() throws Exception {
      chroma.answer(1, 413, Duration.ZERO);
      write(update(1, "a", 1), update(2, "a", 1));
      writer.flush(false);

      assertThat(chroma.acknowledged()).isEqualTo(2);
      assertThat(waits()).allMatch(wait -> wait == SimulatedChroma.LATENCY);
    }

    @Test
    void aRecordThatIsAlwaysCutOffIsALetterAndTheNextGoesOn() throws Exception {
      chroma.cutBeyond(2 << 20);
      write(update(1, "text", "x".repeat(3 << 20)), update(2, "a", 1));

      assertThat(letters())
          .extracting(DeadLetter::detail)
          .singleElement()
          .asString()
          .contains("closed the connection 5 times", "last: IOException: broken pipe");
      assertThat(chroma.acknowledged()).isEqualTo(1);
    }

    @Test
    void aSmallRecordThatIsAlwaysCutOffIsALetterWithinTheBudget() throws Exception {
      chroma.cutBeyond(300);
      write(update(1, "text", "x".repeat(300)), update(2, "a", 1));

      assertThat(letters())
          .extracting(DeadLetter::detail)
          .singleElement()
          .asString()
          .contains(word(1).id(), "closed the connection 20 times");
      assertThat(chroma.acknowledged()).isEqualTo(1);
    }

    @Test
    void lossesOfALargerRequestDoNotCountAgainstItsParts() throws Exception {
      for (int i = 0; i < DeliveryLimits.LOST_CONNECTIONS - 1; i++) {
        chroma.breakConnection();
      }
      chroma.answer(1, 429, Duration.ZERO);
      for (int i = 0; i < DeliveryLimits.LOST_CONNECTIONS_IF_SMALL - 1; i++) {
        chroma.breakConnection();
      }
      write(update(1, "a", 1), update(2, "a", 1));

      assertThat(letters()).isEmpty();
      assertThat(chroma.acknowledged()).isEqualTo(2);
    }

    @Test
    void aServerThatIsAwayIsNoReasonToSplit() throws Exception {
      for (int i = 0; i < 3; i++) {
        chroma.breakConnection();
      }
      chroma.awayUntil(SimulatedTask.START + 60_000);
      String text = "x".repeat(900_000);
      write(update(1, "text", text), update(2, "text", text));
      task.runUntil(SimulatedTask.START + 59_000);

      assertThat(chroma.exchanges()).hasSize(1);
      assertThat(chroma.heartbeats()).isGreaterThan(3);
    }
  }

  private ChromaWriter writer(int maxRecords, Map<String, String> more) {
    return new ChromaWriter(
        new ChromaTarget(
            chroma,
            new ReceiptTree(),
            Settings.of(URI.create("http://chroma:8000"), more),
            PROFILE),
        new WindowSettings(Duration.ofMillis(LINGER), maxRecords, 1L << 30),
        new Random(7),
        task,
        (metrics, freshUpTo) -> new NoGuard());
  }

  private void write(SinkInput... inputs) throws Exception {
    for (SinkInput input : inputs) {
      writer.write(input, CONTEXT);
    }
  }

  private void write(Mutation... mutations) throws Exception {
    for (Mutation mutation : mutations) {
      writer.write(SinkInput.of(mutation), CONTEXT);
    }
  }

  private void writeUnchecked(Mutation mutation) {
    try {
      write(mutation);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** Lets the linger pass, and the request that follows it. */
  private void writeUrgently() throws Exception {
    task.runUntil(task.getCurrentProcessingTime() + LINGER + SimulatedChroma.LATENCY);
  }

  /** Lets a writer find out that four requests at once are no slower than one. */
  private void gainFromFour(ChromaWriter eager) throws Exception {
    for (int word = 0; word < 10_000; word++) {
      eager.write(SinkInput.of(update(word, "warm", 1)), CONTEXT);
    }
    eager.flush(false);
    chroma.forget();
  }

  private void refuse(String inBody) {
    chroma.refuse(
        body -> body.contains(inBody),
        Answers.json(422, "{\"error\":\"ChromaError\",\"message\":\"poison\"}"));
  }

  private List<DeadLetter> letters() throws Exception {
    return letters(writer);
  }

  private static List<DeadLetter> letters(ChromaWriter writer) throws Exception {
    return writer.prepareCommit().stream()
        .filter(notice -> notice.letters() != null)
        .flatMap(notice -> notice.letters().stream())
        .toList();
  }

  /** How many records each request names. */
  private List<Integer> sizes() {
    return chroma.exchanges().stream().map(Exchange::records).toList();
  }

  private int acknowledgedRecords() {
    return chroma.exchanges().stream()
        .filter(Exchange::isAcknowledged)
        .mapToInt(Exchange::records)
        .sum();
  }

  private List<String> operations() {
    return chroma.exchanges().stream()
        .map(exchange -> exchange.path().replaceAll(".*/collections/", ""))
        .toList();
  }

  /** What requests give a word, one after the other. */
  private List<Integer> valuesOf(int word) throws Exception {
    List<Integer> values = new ArrayList<>();
    for (String body : chroma.bodies()) {
      JsonNode json = new ObjectMapper().readTree(body);
      for (int i = 0; i < json.path("ids").size(); i++) {
        if (json.path("ids").get(i).asText().equals(word(word).id())) {
          values.add(json.path("metadatas").get(i).path("a").asInt());
        }
      }
    }
    return values;
  }

  /** Milliseconds from each attempt to the next. */
  private List<Long> waits() {
    List<Exchange> attempts = chroma.exchanges();
    return IntStream.range(1, attempts.size())
        .mapToObj(i -> attempts.get(i).at() - attempts.get(i - 1).at())
        .toList();
  }
}
