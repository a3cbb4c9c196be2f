package io.chromasync.chroma;

import static io.chromasync.chroma.Mutations.batch;
import static io.chromasync.chroma.Mutations.delete;
import static io.chromasync.chroma.Mutations.report;
import static io.chromasync.chroma.Mutations.reports;
import static io.chromasync.chroma.Mutations.sweep;
import static io.chromasync.chroma.Mutations.update;
import static io.chromasync.chroma.Mutations.upsert;
import static io.chromasync.chroma.Mutations.word;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.chromasync.chroma.SimulatedChroma.Exchange;
import io.chromasync.model.Batch;
import io.chromasync.model.Collection;
import io.chromasync.model.DeadLetter;
import io.chromasync.model.EntityKey;
import io.chromasync.model.ItemChange;
import io.chromasync.model.Mutation;
import io.chromasync.model.Notice;
import io.chromasync.model.RecordKey;
import io.chromasync.model.RunReport;
import io.chromasync.model.Version;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.util.WrappingRuntimeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The writer in simulated time; every wait here is one of the simulation. */
class ChromaWriterTest {

  private static final Duration BUDGET = Duration.ofMinutes(5);
  private static final ServerProfile PROFILE =
      new ServerProfile(
          true, true, 5_461, Map.of(Collection.WORDS, "w-id", Collection.LINES, "l-id"), "m-id");

  private final SimulatedTask task = new SimulatedTask();
  private final SimulatedChroma chroma = new SimulatedChroma(task);
  private final ChromaWriter writer =
      new ChromaWriter(
          new Destination(chroma, Settings.of(URI.create("http://chroma:8000")), PROFILE),
          new Retries(BUDGET, new Random(7)),
          task,
          metrics -> new NoGuard());

  @Test
  void aLaneHasOneRequestUnderWayAndKeepsItsOrder() throws Exception {
    write(batch("words/1", delete(1), update(2, "a", 1)));
    write(batch("words/1", update(2, "a", 2)));
    writer.flush(false);

    assertThat(chroma.mostInFlight()).isEqualTo(1);
    assertThat(chroma.exchanges())
        .extracting(Exchange::path)
        .extracting(path -> path.replaceAll(".*/collections/", ""))
        .containsExactly("w-id/delete", "w-id/update", "w-id/update");
    assertThat(chroma.bodies().get(1)).contains("{\"a\":1}");
    assertThat(chroma.bodies().get(2)).contains("{\"a\":2}");
  }

  @Test
  void lanesAreServedAtTheSameTimeUpToTheLimit() throws Exception {
    for (int lane = 0; lane < 10; lane++) {
      write(batch("words/" + lane, delete(lane)));
    }
    writer.flush(false);

    assertThat(chroma.mostInFlight()).isEqualTo(Delivery.MAX_IN_FLIGHT);
    assertThat(chroma.acknowledged()).isEqualTo(10);
  }

  @Test
  void aWriteWaitsWhileTooManyGroupsArePending() throws Exception {
    for (int written = 1; written <= 100; written++) {
      write(batch("words/" + written % 3, delete(written)));

      assertThat(written - chroma.acknowledged()).isLessThanOrEqualTo(Backlog.MAX_GROUPS);
    }

    assertThat(chroma.acknowledged()).isPositive();
  }

  @Test
  void aWriteWaitsWhileTooManyBytesArePending() throws Exception {
    String tenMegabytes = "x".repeat(10 << 20);

    for (int written = 0; written < 8; written++) {
      write(batch("words/1", update(1, "text", tenMegabytes)));
    }

    assertThat((8 - chroma.acknowledged()) * tenMegabytes.length())
        .isPositive()
        .isLessThanOrEqualTo(Backlog.MAX_WEIGHT);
  }

  @Test
  void aFlushReturnsWhenEverythingIsAcknowledged() throws Exception {
    chroma.answer(3, 503, Duration.ZERO);
    for (int i = 0; i < 20; i++) {
      write(batch("words/" + i % 5, delete(i)));
    }

    writer.flush(false);

    assertThat(chroma.acknowledged()).isEqualTo(20);
    assertThat(task.isIdle()).as("no timer is left behind").isTrue();
  }

  @Test
  void aLaneWaitsForItsRetryWhileOthersGoOn() throws Exception {
    chroma.answer(1, 503, Duration.ZERO);
    write(batch("words/1", update(1, "a", 1)));
    write(batch("words/1", update(1, "a", 2)));
    write(batch("words/2", update(3, "b", 1)));
    writer.flush(false);

    assertThat(chroma.bodies()).hasSize(4);
    assertThat(chroma.bodies().get(0)).contains("{\"a\":1}");
    assertThat(chroma.bodies().get(1)).contains("{\"b\":1}");
    assertThat(chroma.bodies().get(2)).isEqualTo(chroma.bodies().get(0));
    assertThat(chroma.bodies().get(3)).contains("{\"a\":2}");
  }

  @Test
  void theServersRetryAfterIsHonoured() throws Exception {
    chroma.answer(1, 429, Duration.ofSeconds(42));
    write(batch("words/1", delete(1)));
    writer.flush(false);

    assertThat(waits()).containsExactly(42_000L + SimulatedChroma.LATENCY);
  }

  @Test
  void waitsGrowBetweenAttempts() throws Exception {
    chroma.answer(7, 500, Duration.ZERO);
    write(batch("words/1", delete(1)));
    writer.flush(false);

    assertThat(waits().get(0)).isBetween(100L, 210L);
    assertThat(waits().get(6)).isBetween(5_000L, 10_010L);
  }

  @Test
  void aBrokenConnectionIsTriedAgain() throws Exception {
    chroma.breakConnection();
    write(batch("words/1", delete(1)));
    writer.flush(false);

    assertThat(chroma.acknowledged()).isEqualTo(1);
    assertThat(chroma.exchanges()).hasSize(2);
  }

  @Test
  void aRequestWithoutAnAnswerIsGivenUpAndTriedAgain() throws Exception {
    chroma.hang();
    write(batch("words/1", delete(1)));
    writer.flush(false);

    assertThat(chroma.exchanges().get(0).answer()).isCancelled();
    assertThat(waits().get(0)).isEqualTo(32_000L);
    assertThat(chroma.acknowledged()).isEqualTo(1);
  }

  @Test
  void whatIsNotTakenWithinTheBudgetFailsTheTask() throws Exception {
    chroma.answer(1_000, 503, Duration.ZERO);
    write(batch("words/1", update(1, "a", 1), update(2, "a", 1)));

    assertThatThrownBy(() -> writer.flush(false))
        .rootCause()
        .isInstanceOf(ChromaFailure.class)
        .hasMessageContaining("Chroma at http://chroma:8000")
        .hasMessageContaining("UPDATE of 2 records in collection 'words'")
        .hasMessageContaining("PT5M ('chroma.retry-budget')")
        .hasMessageContaining("last: HTTP 503: told to");
    assertThat(task.getCurrentProcessingTime() - SimulatedTask.START)
        .isBetween(BUDGET.minus(Retries.LONGEST).toMillis(), BUDGET.toMillis());
  }

  @Test
  void aWaitLongerThanTheBudgetFailsAtOnce() throws Exception {
    chroma.answer(1, 429, Duration.ofHours(1));
    write(batch("words/1", delete(1)));

    assertThatThrownBy(() -> writer.flush(false))
        .rootCause()
        .hasMessageContaining("another after PT1H would exceed PT5M");
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
    write(batch("words/1", delete(1)));

    assertThatThrownBy(() -> writer.flush(false))
        .rootCause()
        .isInstanceOf(ChromaFailure.class)
        .hasMessageContaining("DELETE of 1 records in collection 'words' was refused")
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
    write(batch("words/1", update(1, "a", 1)));
    write(batch("words/1", update(1, "a", 2)));
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
    write(batch("words/1", update(1, "a", 1)));

    assertThatThrownBy(() -> writer.flush(false))
        .rootCause()
        .isInstanceOf(ChromaFailure.class)
        .hasMessageContaining("UPDATE of 1 records in collection 'words' was not taken in")
        .hasMessageContaining("PT5M ('chroma.retry-budget')")
        .hasMessageContaining("last: HTTP 200 (text/html; charset=utf-8: <!doctype html>");
    assertThat(chroma.acknowledged()).isZero();
  }

  @Test
  void c01APageIsNoHeartbeat() throws Exception {
    chroma.answerHeartbeats(Answers.PAGE);
    chroma.breakConnection();
    write(batch("words/1", delete(1)));

    assertThatThrownBy(() -> writer.flush(false))
        .rootCause()
        .hasMessageContaining("last: HTTP 200 (text/html");
    assertThat(chroma.exchanges()).as("sent again while nothing is known of the server").hasSize(1);
  }

  @Test
  void c16AServerThatDeniesAHeartbeatIsThere() throws Exception {
    chroma.answerHeartbeats(Answers.chromas(403));
    chroma.breakConnection();
    write(batch("words/1", delete(1)));
    writer.flush(false);

    assertThat(chroma.acknowledged()).isEqualTo(1);
  }

  @Test
  void aFailureIsOneEvenIfNobodyWritesOrFlushes() throws Exception {
    chroma.answer(1, 403, Duration.ZERO);
    write(batch("words/1", delete(1)));

    assertThatThrownBy(task::runAll).rootCause().isInstanceOf(ChromaFailure.class);
  }

  @Test
  void aReportIsHandedOnWhenEverythingBeforeItIsAcknowledged() throws Exception {
    chroma.answer(2, 503, Duration.ZERO).breakConnection().hang();
    for (int i = 0; i < 8; i++) {
      write(batch("words/" + i % 3, delete(i)));
      write(reports("words/" + i % 3, "run-" + i));
    }
    assertThat(chroma.acknowledged()).isZero();

    assertThat(writer.prepareCommit())
        .extracting(notice -> notice.report().run())
        .containsExactlyInAnyOrder(
            "run-0", "run-1", "run-2", "run-3", "run-4", "run-5", "run-6", "run-7");

    assertThat(chroma.acknowledged()).isEqualTo(8);
    assertThat(task.isIdle()).isTrue();
  }

  @Test
  void aReportIsHandedOnOnceAndNeverBeforeItIsWritten() throws Exception {
    write(reports("words/1", "a", "b"));
    assertThat(writer.prepareCommit())
        .containsExactly(Notice.of(report("a")), Notice.of(report("b")));

    write(batch("words/1", delete(1)));
    assertThat(writer.prepareCommit()).isEmpty();

    write(reports("words/1", "c"));
    assertThat(writer.prepareCommit()).containsExactly(Notice.of(report("c")));
  }

  @Test
  void aBatchOfReportsAloneMakesNoRequest() throws Exception {
    write(reports("words/1", "a"));
    writer.flush(true);

    assertThat(chroma.exchanges()).isEmpty();
    assertThat(writer.prepareCommit()).hasSize(1);
  }

  @Test
  void noReportIsHandedOnIfWhatIsBeforeItFails() throws Exception {
    chroma.answer(1, 403, Duration.ZERO);
    write(batch("words/1", delete(1)));
    write(reports("words/1", "a"));

    assertThatThrownBy(writer::prepareCommit).rootCause().isInstanceOf(ChromaFailure.class);
  }

  @Test
  void whatIsRefusedIsHalvedUntilTheBadRecordIsAlone() throws Exception {
    refuse(word(3).id());
    write(batch("words/1", update(1, "a", 1), update(2, "a", 1), update(3, "a", 1)));
    write(batch("words/1", update(4, "a", 1)));

    assertThat(letters())
        .extracting(DeadLetter::reason, DeadLetter::entity, DeadLetter::detail)
        .containsExactly(
            tuple(
                DeadLetter.Reason.REJECTED,
                "receipt/1/line/2/word/3",
                "UPDATE of '%s' in collection 'words' was rejected: HTTP 422: poison"
                    .formatted(word(3).id())));
    assertThat(chroma.exchanges()).hasSize(4);
    assertThat(chroma.acknowledged()).isEqualTo(2);
    assertThat(chroma.mostInFlight()).isEqualTo(1);
  }

  @Test
  void aRefusedDeleteDoesNotLetTheUpsertBehindItPass() throws Exception {
    chroma.refuse(
        body -> body.contains(word(1).id()) && !body.contains("embeddings"), Answers.chromas(422));
    write(batch("words/1", delete(1), delete(2), upsert(1, 5)));

    assertThat(letters()).hasSize(1);
    assertThat(chroma.bodies().get(chroma.bodies().size() - 1)).contains("embeddings");
  }

  @Test
  void aRefusedSweepIsOneLetterHoweverManyRequestsItHas() throws Exception {
    refuse("where");
    Mutation sweep =
        sweep(
            RecordKey.below(Collection.WORDS, "img", EntityKey.receipt(1)),
            word(1),
            RecordKey.word("img", 1, 9, 1));
    ItemChange cause =
        new ItemChange(ItemChange.Operation.REMOVE, "pk", "sk", null, "{}", null, "shard");
    write(batch("words/1", sweep.causedBy(cause), delete(1)));

    assertThat(letters())
        .extracting(DeadLetter::entity, DeadLetter::change)
        .containsExactly(tuple("receipt/1", cause));
    assertThat(chroma.acknowledged()).isEqualTo(1);
  }

  @Test
  void lettersAreHandedOnOnce() throws Exception {
    refuse("delete me");
    write(batch("words/1", update(1, "a", "delete me")));

    assertThat(letters()).hasSize(1);
    assertThat(writer.prepareCommit()).isEmpty();
  }

  @Test
  void whatNoRequestCanHoldIsALetterToo() throws Exception {
    write(batch("words/1", update(1, "a", 1), update(2, "a", Double.NaN), update(3, "a", 1)));

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
    write(batch("words/1", IntStream.range(0, 200).mapToObj(i -> update(i, "a", 1)).toList()));

    assertThatThrownBy(() -> writer.flush(false))
        .rootCause()
        .isInstanceOf(ChromaFailure.class)
        .hasMessageContaining("100 mutations UPDATE in collection 'words' were rejected one after")
        .hasMessageContaining("'chroma.max-rejected-in-a-row'")
        .hasMessageEndingWith("last: HTTP 422: poison");
  }

  @Test
  void oneRecordTakenInBetweenIsEnoughToGoOn() throws Exception {
    refuse("bad");
    for (int i = 0; i < 300; i++) {
      write(batch("words/1", update(i, "a", i % 99 == 98 ? "good" : "bad")));
    }

    assertThat(letters()).hasSize(297);
  }

  @Test
  void aReportDoesNotCountVectorsThatChromaDoesNotTake() throws Exception {
    refuse(word(2).id());
    write(batch("words/1", upsert(1, 1), upsert(2, 1), upsert(3, 1)));
    RunReport report =
        new RunReport("img", 1, "run", Collection.WORDS, 3, null, upsert(1, 1).version(), null);
    RunReport other =
        new RunReport("img", 1, "other", Collection.WORDS, 3, null, new Version(5, "5"), null);
    write(new Batch("words/1", Collection.WORDS, List.of(), 1, List.of(report, other)));

    assertThat(writer.prepareCommit())
        .filteredOn(notice -> notice.report() != null)
        .extracting(notice -> notice.report().run(), notice -> notice.report().merged())
        .containsExactly(tuple("run", 2), tuple("other", 3));
  }

  @Test
  void aLaneRestsAfterALostConnectionWhileOthersGoOn() throws Exception {
    chroma.breakConnection();
    write(batch("words/1", update(1, "a", 1)));
    for (int i = 0; i < 5; i++) {
      write(batch("words/2", update(2, "b", i)));
    }
    writer.flush(false);

    List<Exchange> exchanges = chroma.exchanges();
    assertThat(exchanges.get(6).body()).isEqualTo(exchanges.get(0).body());
    assertThat(exchanges.get(6).at() - exchanges.get(0).at())
        .as("the rest, a heartbeat, and the latency of both")
        .isEqualTo(2_000 + 2 * SimulatedChroma.LATENCY);
    assertThat(exchanges.get(5).at() - exchanges.get(0).at()).isLessThan(100);
  }

  @Test
  void aLaneDoesNotRestIfNothingWasSent() throws Exception {
    chroma.refuseConnection();
    write(batch("words/1", delete(1)));
    writer.flush(false);

    assertThat(waits().get(0)).isLessThan(300);
    assertThat(chroma.heartbeats()).isZero();
  }

  @Test
  void aLargeBodyThatIsCutOffIsHalvedUntilItPasses() throws Exception {
    chroma.cutBeyond(2 << 20);
    String text = "x".repeat(900_000);
    write(batch("words/1", IntStream.range(0, 8).mapToObj(i -> update(i, "text", text)).toList()));
    writer.flush(false);

    assertThat(chroma.acknowledged()).isEqualTo(4);
    assertThat(letters()).isEmpty();
  }

  @Test
  void whatTheServerCallsTooLargeIsHalvedAtOnce() throws Exception {
    chroma.answer(1, 413, Duration.ZERO);
    write(batch("words/1", update(1, "a", 1), update(2, "a", 1)));
    writer.flush(false);

    assertThat(chroma.acknowledged()).isEqualTo(2);
    assertThat(waits()).allMatch(wait -> wait == SimulatedChroma.LATENCY);
  }

  @Test
  void aRecordThatIsAlwaysCutOffIsALetterAndTheNextGoesOn() throws Exception {
    chroma.cutBeyond(2 << 20);
    write(batch("words/1", update(1, "text", "x".repeat(3 << 20)), update(2, "a", 1)));

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
    write(batch("words/1", update(1, "text", "x".repeat(300)), update(2, "a", 1)));

    assertThat(letters())
        .extracting(DeadLetter::detail)
        .singleElement()
        .asString()
        .contains(word(1).id(), "closed the connection 20 times");
    assertThat(chroma.acknowledged()).isEqualTo(1);
  }

  @Test
  void lossesOfALargerRequestDoNotCountAgainstItsParts() throws Exception {
    for (int i = 0; i < Loss.MOST - 1; i++) {
      chroma.breakConnection();
    }
    chroma.answer(1, 429, Duration.ZERO);
    for (int i = 0; i < Loss.MOST_IF_SMALL - 1; i++) {
      chroma.breakConnection();
    }
    write(batch("words/1", update(1, "a", 1), update(2, "a", 1)));

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
    write(batch("words/1", update(1, "text", text), update(2, "text", text)));
    task.runUntil(SimulatedTask.START + 59_000);

    assertThat(chroma.exchanges()).hasSize(1);
    assertThat(chroma.heartbeats()).isGreaterThan(3);
  }

  @Test
  void requestsAreSmallerWhileTheServerIsSlow() throws Exception {
    List<Mutation> many = IntStream.range(0, 1_000).mapToObj(i -> update(i, "a", 1)).toList();
    chroma.answer(2, 429, Duration.ZERO);
    write(batch("words/1", many));
    writer.flush(false);

    assertThat(sizes()).containsExactly(1_000, 500, 250, 250, 300, 200);
  }

  @Test
  void whileChromaIsAwayNoMoreThanTheBoundIsHeld() throws Exception {
    chroma.answer(10_000, 503, Duration.ZERO);
    int written = 0;
    try {
      while (written < 1_000) {
        write(
            batch(
                "words/" + written % 50,
                IntStream.range(0, 500).mapToObj(Mutations::delete).toList()));
        written++;
      }
    } catch (WrappingRuntimeException budgetSpent) {
      assertThat(budgetSpent).rootCause().isInstanceOf(ChromaFailure.class);
    }

    assertThat(written).as("batches accepted, of one group each").isEqualTo(Backlog.MAX_GROUPS);
  }

  @Test
  void onlyWhatIsWrittenToTheCloudIsCutToItsLimits() throws Exception {
    String text = "x".repeat(CloudLimits.VALUE_BYTES + 1);
    write(batch("words/1", update(1, "text", text)));
    writer.flush(false);
    assertThat(chroma.bodies().get(0)).contains(text);

    ChromaWriter cloud =
        new ChromaWriter(
            new Destination(
                chroma,
                Settings.of(URI.create("http://chroma:8000"), Map.of("limits", "cloud")),
                PROFILE),
            new Retries(BUDGET, new Random(7)),
            task,
            metrics -> new NoGuard());
    SinkWriter.Context unused = null;
    cloud.write(batch("words/1", update(1, "text", text)), unused);
    cloud.flush(false);
    assertThat(chroma.bodies().get(1)).contains(text.substring(1)).doesNotContain(text);
  }

  @Test
  void aClosedWriterWritesNothingMore() throws Exception {
    chroma.answer(1, 503, Duration.ZERO).hang();
    write(batch("words/1", delete(1)));
    write(batch("words/2", delete(2)));
    for (int lane = 3; lane < 12; lane++) {
      write(batch("words/" + lane, delete(lane)));
    }

    writer.close();
    task.runAll();

    assertThat(chroma.exchanges()).hasSize(Delivery.MAX_IN_FLIGHT);
    assertThat(chroma.exchanges()).allMatch(each -> each.answer().isCancelled());
  }

  @Test
  void aClosedWriterForgetsItsRetries() throws Exception {
    chroma.answer(1, 503, Duration.ZERO);
    write(batch("words/1", delete(1)));
    task.yield();
    task.yield();

    writer.close();
    task.runAll();

    assertThat(chroma.exchanges()).hasSize(1);
  }

  private void write(Batch batch) throws Exception {
    SinkWriter.Context unused = null;
    writer.write(batch, unused);
  }

  private void refuse(String inBody) {
    chroma.refuse(
        body -> body.contains(inBody),
        Answers.json(422, "{\"error\":\"ChromaError\",\"message\":\"poison\"}"));
  }

  private List<DeadLetter> letters() throws Exception {
    return writer.prepareCommit().stream()
        .filter(notice -> notice.letters() != null)
        .flatMap(notice -> notice.letters().stream())
        .toList();
  }

  /** How many records each request names. */
  private List<Integer> sizes() {
    return chroma.bodies().stream().map(body -> body.split("IMAGE#", -1).length - 1).toList();
  }

  /** Milliseconds from each attempt to the next. */
  private List<Long> waits() {
    List<Exchange> attempts = chroma.exchanges();
    return IntStream.range(1, attempts.size())
        .mapToObj(i -> attempts.get(i).at() - attempts.get(i - 1).at())
        .toList();
  }
}
