package io.chromasync.delta;

import io.chromasync.delta.format.UnusableDelta;
import io.chromasync.delta.runs.RunStates;
import io.chromasync.model.DeltaStep;
import io.chromasync.model.Excerpt;
import io.chromasync.model.RunDelta;
import io.chromasync.runtime.RetryPolicy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.util.concurrent.ExecutorThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads deltas on its own threads, a bounded number at once. A permit is held from the beginning of
 * an attempt until the attempt fails or all steps of the delta are emitted: as long as the delta
 * takes memory. A delta that waits for a retry has no permit.
 *
 * <p>A defect of a delta fails its run: immediately, or when the delta does not change within its
 * {@linkplain LoadBudgets budget}. Any other error is a defect of the job, and fails the job.
 *
 * <p>{@link #load} is called by one thread.
 */
final class DeltaLoader implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(DeltaLoader.class);

  /** Maximum time for interrupted threads to end. */
  private static final long END_SECONDS = 10;

  /**
   * Configuration of a loader.
   *
   * @param dimension dimension of each vector
   * @param retries delays between attempts; budgets limit them
   * @param begins listener, notified of each delta when its loading begins
   */
  record Way(
      DeltaStore store,
      DeltaReader reader,
      int dimension,
      LoadBudgets budgets,
      RetryPolicy retries,
      Begins begins) {}

  /** Listener that is notified when the loading of a delta begins, and closed with the loader. */
  interface Begins {

    /** Handles the notification; must not block. */
    void begins(RunDelta delta);

    default void close() {}
  }

  private final Way way;
  private final InstantSource clock;
  private final DeltaMetrics metrics;
  private final LoadPermits permits;
  private final ScheduledThreadPoolExecutor threads;
  private volatile boolean closed;

  /**
   * @param concurrency maximum number of deltas in memory at once
   */
  DeltaLoader(Way way, int concurrency, InstantSource clock, DeltaMetrics metrics) {
    this.way = way;
    this.clock = clock;
    this.metrics = metrics;
    this.permits = new LoadPermits(concurrency);
    this.threads =
        new ScheduledThreadPoolExecutor(
            concurrency,
            new ExecutorThreadFactory("delta"),
            // Attempts submitted after close are discarded.
            new ThreadPoolExecutor.DiscardPolicy());
  }

  /** Loads a delta once a permit is free, and completes the future in any case. */
  void load(RunDelta delta, ResultFuture<DeltaStep> result) {
    metrics.given();
    submit(new Attempt(delta, result, clock.instant()));
  }

  /** Ends all attempts, without completing their futures. */
  @Override
  public void close() {
    closed = true;
    threads.shutdownNow();
    try {
      if (!threads.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("A thread that loads a delta did not end within {} s", END_SECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      way.store().close();
      way.begins().close();
    }
  }

  private void submit(Attempt attempt) {
    permits.acquire(() -> threads.execute(attempt));
  }

  /** Loading of one delta, including retries. Used by one thread at a time. */
  private final class Attempt implements Runnable {

    private final RunDelta delta;
    private final ResultFuture<DeltaStep> result;
    private final Instant arrived;
    private int failures;
    private Instant firstUnavailable;

    Attempt(RunDelta delta, ResultFuture<DeltaStep> result, Instant arrived) {
      this.delta = delta;
      this.result = result;
      this.arrived = arrived;
    }

    @Override
    public void run() {
      metrics.begins();
      try {
        begin();
        DeltaContent content = content();
        metrics.loaded(delta, content.embeddings().size());
        complete(DeltaSteps.of(delta, content, this::emittedWhole));
      } catch (UnusableDelta e) {
        permits.release();
        if (e.isIncomplete()) {
          again(e);
        } else {
          fail(e.getMessage(), e);
        }
      } catch (Unavailable e) {
        permits.release();
        again(e);
      } catch (Throwable e) {
        permits.release();
        LOG.error("Loading the delta of run {} failed", delta.run(), e);
        result.completeExceptionally(e);
      } finally {
        metrics.ends();
      }
    }

    private void begin() {
      if (failures == 0) {
        way.begins().begins(delta);
      }
    }

    private DeltaContent content() throws UnusableDelta, Unavailable {
      Path folder = createFolder();
      try {
        way.store().fetch(delta, folder);
        return way.reader().read(folder, delta, way.dimension());
      } finally {
        delete(folder);
      }
    }

    // Exceptions of the task reach submit; the future is needed only for cancelling.
    @SuppressWarnings("FutureReturnValueIgnored")
    private void again(Exception e) {
      if (closed) {
        return;
      }
      failures++;
      Instant now = clock.instant();
      Instant deadline = way.budgets().deadline(e, arrived, firstUnavailable, now);
      if (e instanceof Unavailable && firstUnavailable == null) {
        firstUnavailable = now;
      }
      Duration left = Duration.between(now, deadline);
      if (left.isNegative() || left.isZero()) {
        fail(spent(e), e);
        return;
      }
      Duration pause = way.retries().delay(failures, ThreadLocalRandom.current());
      pause = pause.compareTo(left) < 0 ? pause : left;
      logRetry(e, pause);
      metrics.retried(delta);
      threads.schedule(() -> submit(this), pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    private String spent(Exception e) {
      return "%s (tried %s within the '%s')"
          .formatted(
              Excerpt.of(e.getMessage(), RunStates.LONGEST_ERROR / 2),
              failures == 1 ? "once" : failures + " times",
              LoadBudgets.setting(e));
    }

    /**
     * A delta that arrives later than its run is expected, so it is logged without a stack trace.
     */
    private void logRetry(Exception e, Duration pause) {
      if (e instanceof UnusableDelta) {
        LOG.info(
            "A delta is missing or incomplete; loading is retried. run={} collection={} pause={}"
                + " detail={}",
            delta.run(),
            delta.collection(),
            pause,
            e.getMessage());
      } else {
        LOG.warn("Loading the delta of run {} is retried in {}", delta.run(), pause, e);
      }
    }

    private void fail(String error, Exception cause) {
      if (closed) {
        // An interrupt makes reading fail as if the bytes were bad.
        return;
      }
      String excerpt = Excerpt.of(error, RunStates.LONGEST_ERROR);
      LOG.warn(
          "A run failed; its item and its dead letter name the error. run={} collection={}"
              + " cause={}",
          delta.run(),
          delta.collection(),
          cause.getClass().getSimpleName());
      metrics.failed(delta);
      result.complete(DeltaSteps.failure(delta, excerpt, metrics::emitted));
    }

    private void complete(DeltaSteps steps) {
      if (closed) {
        permits.release();
      } else {
        result.complete(steps);
      }
    }

    private void emittedWhole() {
      permits.release();
      metrics.emitted();
    }
  }

  private static Path createFolder() throws Unavailable {
    try {
      return Files.createTempDirectory("chromasync-delta-");
    } catch (IOException e) {
      throw new Unavailable(
          "No folder can be made to unpack a delta (%s); check the disk of the task"
              .formatted(e.getMessage()),
          e);
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
      for (Path path : deepestFirst) {
        Files.delete(path);
      }
    } catch (IOException | UncheckedIOException e) {
      LOG.warn("The unpacked delta {} cannot be deleted", folder, e);
    }
  }
}
