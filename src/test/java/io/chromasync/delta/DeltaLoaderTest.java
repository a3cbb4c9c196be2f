package io.chromasync.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.chromasync.delta.format.UnusableDelta;
import io.chromasync.delta.runs.RunStates;
import io.chromasync.model.DeltaStep;
import io.chromasync.model.RunDelta;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.runtime.RetryPolicy;
import io.chromasync.testing.Deltas;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeltaLoaderTest {

  private static final Duration BUDGET = Duration.ofMinutes(15);
  private static final Duration MISSING_BUDGET = Duration.ofMinutes(1);

  private final FakeStore store = new FakeStore();
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-11-23T16:00:00Z"));
  private final List<String> begun = new CopyOnWriteArrayList<>();
  private final NamedMetrics metrics = new NamedMetrics();
  private DeltaReader reader = (folder, delta, dimension) -> SampleRuns.content(2);
  private DeltaLoader loader;

  /** What passes between two looks at the clock. */
  private Duration step = Duration.ZERO;

  @AfterEach
  void close() {
    if (loader != null) {
      loader.close();
    }
  }

  @Test
  void aDeltaBecomesItsStepsInOrder() throws Exception {
    RunDelta delta = SampleRuns.words("1", "p");

    List<DeltaStep> steps = load(delta, 1).emit();

    DeltaContent content = SampleRuns.content(2);
    assertThat(steps)
        .usingRecursiveComparison()
        .isEqualTo(
            List.of(
                Deltas.opens(delta, List.of()),
                DeltaStep.brings(delta, content.embeddings().get(0)),
                DeltaStep.brings(delta, content.embeddings().get(1)),
                DeltaStep.ends(delta)));
    assertThat(metrics.count("deltas_loaded")).isEqualTo(1);
    assertThat(metrics.count("vectors_loaded")).isEqualTo(2);
    assertNothingIsLeft();
  }

  @Test
  void theReaderIsGivenTheFolderAndTheDimension() throws Exception {
    List<String> read = new CopyOnWriteArrayList<>();
    reader =
        (folder, delta, dimension) -> {
          read.add(delta.run() + " " + dimension + " " + Files.exists(folder.resolve("segment")));
          return SampleRuns.content(0);
        };

    assertThat(load(SampleRuns.words("1", "p"), 1).emit()).hasSize(2);
    assertThat(read).containsExactly("1 2 true");
    assertNothingIsLeft();
  }

  @Test
  void aBadDeltaFailsAtOnce() throws Exception {
    store.fail("1", new UnusableDelta("it is bad"));
    RunDelta delta = SampleRuns.words("1", "p");

    assertThat(load(delta, 1).emit()).containsExactly(DeltaStep.fails(delta, "it is bad"));
    assertThat(metrics.count("deltas_failed")).isEqualTo(1);
    assertThat(metrics.count("deltas_retried")).isZero();
    assertNothingIsLeft();
  }

  @Test
  void aLongErrorTravelsCut() throws Exception {
    store.fail("1", new UnusableDelta("x".repeat(100_000)));

    String error = load(SampleRuns.words("1", "p"), 1).emit().get(0).error();

    assertThat(error).hasSize(RunStates.LONGEST_ERROR).endsWith("x…");
  }

  @Test
  void whatBreaksBecauseTheTaskEndsIsNoFailureOfTheRun() {
    CountDownLatch reading = new CountDownLatch(1);
    reader =
        (folder, delta, dimension) -> {
          reading.countDown();
          try {
            TimeUnit.HOURS.sleep(1);
            return SampleRuns.content(0);
          } catch (InterruptedException e) {
            throw new UnusableDelta("interrupted", e);
          }
        };
    Result result = load(SampleRuns.words("1", "p"), 1);
    await().until(() -> reading.getCount() == 0);

    loader.close();

    assertThat(result.isDone()).isFalse();
    assertThat(metrics.count("deltas_failed")).isZero();
  }

  @Test
  void aDeltaThatIsUnavailableIsTriedAgain() throws Exception {
    store.fail("1", new Unavailable("away", null)).fail("1", new Unavailable("away", null));

    assertThat(load(SampleRuns.words("1", "p"), 1).emit()).hasSize(4);
    assertThat(metrics.count("deltas_retried")).isEqualTo(2);
    assertThat(begun).as("told once").containsExactly("1");
    assertThat(store.folders).as("each attempt begins anew").hasSize(3);
    assertNothingIsLeft();
  }

  @Test
  void aSpentBudgetFailsTheRunWithTheReason() throws Exception {
    store.fail("1", new Unavailable("S3 is away", null));
    store.fail("1", new Unavailable("S3 is still away", null));
    store.fail("1", new Unavailable("S3 is away for good", null));
    step = BUDGET.dividedBy(2);

    List<DeltaStep> steps = load(SampleRuns.words("1", "p"), 1).emit();

    assertThat(steps).hasSize(1);
    assertThat(steps.get(0).error())
        .isEqualTo("S3 is away for good (tried 3 times within the 'delta.retry-budget')");
    assertNothingIsLeft();
  }

  @Test
  void c14ADeltaThatComesAfterItsRunIsTriedAgain() throws Exception {
    store
        .fail("1", UnusableDelta.incomplete("not there"))
        .fail("1", UnusableDelta.incomplete("cut"));
    step = MISSING_BUDGET.dividedBy(4);

    assertThat(load(SampleRuns.words("1", "p"), 1).emit()).hasSize(4);
    assertThat(metrics.count("deltas_retried")).isEqualTo(2);
    assertNothingIsLeft();
  }

  @Test
  void c14ADeltaThatDoesNotAddUpYetIsFetchedAgain() throws Exception {
    AtomicInteger reads = new AtomicInteger();
    reader =
        (folder, delta, dimension) -> {
          if (reads.incrementAndGet() == 1) {
            throw UnusableDelta.incomplete("the delta has no chroma.sqlite3");
          }
          return SampleRuns.content(2);
        };

    assertThat(load(SampleRuns.words("1", "p"), 1).emit()).hasSize(4);
    assertThat(store.folders).as("each attempt begins anew").hasSize(2);
  }

  @Test
  void c14ADeltaThatNeverComesFailsItsRunWhenItsBudgetIsSpent() throws Exception {
    for (int i = 0; i < 5; i++) {
      store.fail("1", UnusableDelta.incomplete("There is no delta"));
    }
    step = MISSING_BUDGET.dividedBy(2);

    List<DeltaStep> steps = load(SampleRuns.words("1", "p"), 1).emit();

    assertThat(steps).hasSize(1);
    assertThat(steps.get(0).error())
        .isEqualTo("There is no delta (tried 2 times within the 'delta.missing-budget')");
    assertNothingIsLeft();
  }

  @Test
  void whatIsOursToMendFailsTheJob() {
    store.fail("1", new IllegalStateException("a bug"));

    Result result = load(SampleRuns.words("1", "p"), 1);

    assertThatThrownBy(result::emit).hasRootCauseMessage("a bug");
    assertNothingIsLeftBut(1);
  }

  @Test
  void anErrorOfTheReaderFailsTheJobToo() {
    reader =
        (folder, delta, dimension) -> {
          throw new OutOfMemoryError("no room");
        };

    assertThatThrownBy(load(SampleRuns.words("1", "p"), 1)::emit)
        .hasRootCauseInstanceOf(OutOfMemoryError.class);
  }

  @Test
  void aLoadedDeltaHoldsItsPermitUntilItIsEmitted() throws Exception {
    Result first = load(SampleRuns.words("1", "p"), 1);
    Result second = load(SampleRuns.words("2", "p"), 1);

    assertThat(first.await()).hasSize(4);
    assertThat(first.await().toString()).isEqualTo("4 steps of run 1");
    assertThat(store.hasArrived("2")).isFalse();

    first.emit();
    assertThat(second.emit()).hasSize(4);
  }

  @Test
  void emittingTwiceGivesOnePermitBack() throws Exception {
    Result first = load(SampleRuns.words("1", "p"), 1);
    first.emit();
    first.emit();
    Result second = load(SampleRuns.words("2", "p"), 1);
    second.await();
    load(SampleRuns.words("3", "p"), 1);

    assertThat(store.hasArrived("3")).isFalse();
  }

  @Test
  void aDeltaThatWaitsToBeTriedAgainHoldsNothing() throws Exception {
    store.fail("1", new Unavailable("away", null));
    open(1, RetryPolicy.between(Duration.ofMinutes(5), Duration.ofMinutes(5)));
    Result stuck = load(SampleRuns.words("1", "p"), 1);
    await().until(() -> metrics.count("deltas_retried") == 1);

    for (int run = 2; run < 10; run++) {
      assertThat(load(SampleRuns.words(Integer.toString(run), "p"), 1).emit()).hasSize(4);
    }
    assertThat(stuck.isDone()).isFalse();
    assertThat(metrics.gauge("deltas_pending")).isEqualTo(1);
    await().until(() -> metrics.gauge("deltas_loading").equals(0));
  }

  @Test
  void noPermitIsLostHoweverDeltasEnd() throws Exception {
    store.fail("1", new UnusableDelta("bad"));
    store.fail("2", new Unavailable("away", null));
    store.fail("3", new IllegalStateException("a bug"));
    List<Result> results =
        IntStream.range(1, 8)
            .mapToObj(run -> load(SampleRuns.words("" + run, "p"), 2, Result.emitted()))
            .toList();
    await().until(() -> results.stream().allMatch(Result::isDone));
    assertThatThrownBy(results.get(2)::await).hasRootCauseMessage("a bug");

    // Both permits are there: two at once hang, a third waits.
    store.hang("8").hang("9");
    Result eight = load(SampleRuns.words("8", "p"), 2);
    Result nine = load(SampleRuns.words("9", "p"), 2);
    await().until(() -> store.hasArrived("8") && store.hasArrived("9"));
    load(SampleRuns.words("10", "p"), 2);
    assertThat(store.hasArrived("10")).isFalse();
    store.letGo("8");
    store.letGo("9");
    assertThat(eight.emit()).hasSize(4);
    assertThat(nine.emit()).hasSize(4);
  }

  @Test
  void closingEndsWhatHangsAndLeavesNoFolder() {
    store.hang("1");
    Result hanging = load(SampleRuns.words("1", "p"), 1);
    Result waiting = load(SampleRuns.words("2", "p"), 1);
    await().until(() -> store.hasArrived("1"));

    loader.close();

    assertThat(store.isClosed()).isTrue();
    assertThat(store.folders).hasSize(1).allMatch(Files::notExists);
    assertThat(hanging.isDone()).isFalse();
    assertThat(waiting.isDone()).isFalse();
  }

  private Result load(RunDelta delta, int concurrency) {
    return load(delta, concurrency, Result.held());
  }

  private Result load(RunDelta delta, int concurrency, Result result) {
    if (loader == null) {
      open(concurrency, RetryPolicy.between(Duration.ofMillis(50), Duration.ofMillis(50)));
    }
    loader.load(delta, result);
    return result;
  }

  private void open(int concurrency, RetryPolicy retries) {
    DeltaLoader.Way way =
        new DeltaLoader.Way(
            store,
            reader,
            2,
            new LoadBudgets(MISSING_BUDGET, BUDGET),
            retries,
            delta -> begun.add(delta.run()));
    loader =
        new DeltaLoader(
            way,
            concurrency,
            () -> now.getAndUpdate(instant -> instant.plus(step)),
            new DeltaMetrics(metrics, List.of(ReceiptTree.WORDS, ReceiptTree.LINES)));
  }

  private void assertNothingIsLeft() {
    assertNothingIsLeftBut(0);
  }

  private void assertNothingIsLeftBut(int pending) {
    assertThat(store.folders).isNotEmpty().allMatch(Files::notExists);
    assertThat(metrics.gauge("deltas_pending")).isEqualTo(pending);
    await().until(() -> metrics.gauge("deltas_loading").equals(0));
  }

  /** Counters and gauges by name alone. */
  private static final class NamedMetrics extends UnregisteredMetricsGroup {
    private final Map<String, List<Counter>> counters = new ConcurrentHashMap<>();
    private final Map<String, Gauge<?>> gauges = new ConcurrentHashMap<>();

    long count(String name) {
      return counters.get(name).stream().mapToLong(Counter::getCount).sum();
    }

    Object gauge(String name) {
      return gauges.get(name).getValue();
    }

    @Override
    public <C extends Counter> C counter(String name, C counter) {
      counters.computeIfAbsent(name, n -> new CopyOnWriteArrayList<>()).add(counter);
      return counter;
    }

    @Override
    public <T, G extends Gauge<T>> G gauge(String name, G gauge) {
      gauges.put(name, gauge);
      return gauge;
    }

    @Override
    public MetricGroup addGroup(String name) {
      return this;
    }

    @Override
    public MetricGroup addGroup(String key, String value) {
      return this;
    }
  }
}
