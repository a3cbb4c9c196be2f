package io.chromasync.chroma;

import static io.chromasync.chroma.Mutations.batch;
import static io.chromasync.chroma.Mutations.delete;
import static io.chromasync.chroma.Mutations.report;
import static io.chromasync.chroma.Mutations.reports;
import static io.chromasync.chroma.Mutations.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chromasync.chroma.SimulatedChroma.Exchange;
import io.chromasync.model.Batch;
import io.chromasync.model.Collection;
import io.chromasync.model.RunReport;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The writer in simulated time; every wait here is one of the simulation. */
class ChromaWriterTest {

  private static final Duration BUDGET = Duration.ofMinutes(5);
  private static final ServerProfile PROFILE =
      new ServerProfile(
          true, true, 5_461, Map.of(Collection.WORDS, "w-id", Collection.LINES, "l-id"));

  private final SimulatedTask task = new SimulatedTask();
  private final SimulatedChroma chroma = new SimulatedChroma(task);
  private final ChromaWriter writer =
      new ChromaWriter(
          new Destination(chroma, Settings.of(URI.create("http://chroma:8000")), PROFILE),
          new Retries(BUDGET, new Random(7)),
          task);

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

    assertThat(chroma.mostInFlight()).isEqualTo(ChromaWriter.MAX_IN_FLIGHT);
    assertThat(chroma.acknowledged()).isEqualTo(10);
  }

  @Test
  void aWriteWaitsWhileTooManyRequestsArePending() throws Exception {
    for (int written = 1; written <= 100; written++) {
      write(batch("words/" + written % 3, delete(written)));

      assertThat(written - chroma.acknowledged())
          .isLessThanOrEqualTo(ChromaWriter.MAX_PENDING_REQUESTS);
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
        .isLessThanOrEqualTo(ChromaWriter.MAX_PENDING_BYTES);
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
    assertThat(waits().get(0)).isBetween(30_100L, 30_200L);
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
    "400, HTTP 400: told to",
    "401, check 'chroma.token'",
    "403, check 'chroma.token'",
    "404, check that the collection still exists",
    "422, HTTP 422: told to",
  })
  void aRefusalFailsTheTaskAtOnce(int status, String reason) throws Exception {
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
  void aRefusalFailsTheTaskEvenIfNobodyWritesOrFlushes() throws Exception {
    chroma.answer(1, 422, Duration.ZERO);
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
        .extracting(RunReport::run)
        .containsExactlyInAnyOrder(
            "run-0", "run-1", "run-2", "run-3", "run-4", "run-5", "run-6", "run-7");

    assertThat(chroma.acknowledged()).isEqualTo(8);
    assertThat(task.isIdle()).isTrue();
  }

  @Test
  void aReportIsHandedOnOnceAndNeverBeforeItIsWritten() throws Exception {
    write(reports("words/1", "a", "b"));
    assertThat(writer.prepareCommit()).containsExactly(report("a"), report("b"));

    write(batch("words/1", delete(1)));
    assertThat(writer.prepareCommit()).isEmpty();

    write(reports("words/1", "c"));
    assertThat(writer.prepareCommit()).containsExactly(report("c"));
  }

  @Test
  void aBatchOfReportsAloneMakesNoRequest() throws Exception {
    write(reports("words/1", "a"));
    writer.flush(true);

    assertThat(chroma.exchanges()).isEmpty();
    assertThat(writer.prepareCommit()).hasSize(1);
  }

  @Test
  void noReportIsHandedOnIfWhatIsBeforeItIsRefused() throws Exception {
    chroma.answer(1, 422, Duration.ZERO);
    write(batch("words/1", delete(1)));
    write(reports("words/1", "a"));

    assertThatThrownBy(writer::prepareCommit).rootCause().isInstanceOf(ChromaFailure.class);
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
            task);
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

    assertThat(chroma.exchanges()).hasSize(ChromaWriter.MAX_IN_FLIGHT);
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

  /** Milliseconds from each attempt to the next. */
  private List<Long> waits() {
    List<Exchange> attempts = chroma.exchanges();
    return IntStream.range(1, attempts.size())
        .mapToObj(i -> attempts.get(i).at() - attempts.get(i - 1).at())
        .toList();
  }
}
