package io.chromasync.delta;

import io.chromasync.model.DeltaStep;
import io.chromasync.model.RunDelta;
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
 * Loads deltas on threads of its own, a bounded number at once. A permit is held from the beginning
 * of an attempt until it failed or, if it did not, until all its steps were emitted: as long as the
 * delta takes memory. Between two attempts a delta holds nothing.
 *
 * <p>What is wrong with a delta ends as its failure: at once, or when it did not change within its
 * {@linkplain LoadBudgets budget}. Everything else that goes wrong is ours, and fails the job.
 *
 * <p>{@link #load} is called by one thread.
 */
final class DeltaLoader implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(DeltaLoader.class);

  /** How long threads may take to end once they were interrupted. */
  private static final long END_SECONDS = 10;

  /**
   * How a delta is loaded.
   *
   * @param dimension how many numbers each vector must have
   * @param patience between attempts
   * @param begins told of each delta when its loading begins
   */
  record Way(
      DeltaStore store,
      DeltaReader reader,
      int dimension,
      LoadBudgets budgets,
      Patience patience,
      Begins begins) {}

  /** Is told of each delta when its loading begins, and closed with the loader. */
  interface Begins {

    /** Must not block. */
    void begins(RunDelta delta);

    default void close() {}
  }

  private final Way way;
  private final InstantSource clock;
  private final DeltaMetrics metrics;
  private final Permits permits;
  private final ScheduledThreadPoolExecutor threads;
  private volatile boolean closed;

  /**
   * @param concurrency how many deltas are held at once
   */
  DeltaLoader(Way way, int concurrency, InstantSource clock, DeltaMetrics metrics) {
    this.way = way;
    this.clock = clock;
    this.metrics = metrics;
    this.permits = new Permits(concurrency);
    this.threads =
        new ScheduledThreadPoolExecutor(
            concurrency,
            new ExecutorThreadFactory("delta"),
            // What comes after close is of no use to anybody.
            new ThreadPoolExecutor.DiscardPolicy());
  }

  /** Loads a delta, now or when it is its turn, and completes the future in any case. */
  void load(RunDelta delta, ResultFuture<DeltaStep> result) {
    metrics.given();
    submit(new Attempt(delta, result, clock.instant()));
  }

  /** Ends all attempts; futures of those are not completed. */
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

  /** One delta on its way; used by one thread after the other. */
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
        complete(Steps.of(delta, content, this::emittedWhole));
      } catch (BadDelta e) {
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
        LOG.error("Loading the delta of run {} broke", delta.run(), e);
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

    private DeltaContent content() throws BadDelta, Unavailable {
      Path folder = createFolder();
      try {
        way.store().fetch(delta, folder);
        return way.reader().read(folder, delta, way.dimension());
      } finally {
        delete(folder);
      }
    }

    // What it throws is answered by submit; its future is only good for cancelling.
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
      Duration pause = way.patience().pause(failures, ThreadLocalRandom.current());
      pause = pause.compareTo(left) < 0 ? pause : left;
      tellOfRetry(e, pause);
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

    /** That a delta comes later than its run is no reason for a stack trace. */
    private void tellOfRetry(Exception e, Duration pause) {
      if (e instanceof BadDelta) {
        LOG.info(
            "A delta is not there yet, or not whole; it is tried again. run={} collection={} pause={} detail={}",
            delta.run(),
            delta.collection(),
            pause,
            e.getMessage());
      } else {
        LOG.warn("The delta of run {} will be tried again in {}", delta.run(), pause, e);
      }
    }

    private void fail(String error, Exception cause) {
      if (closed) {
        // An interrupt ends reading as if the bytes were bad.
        return;
      }
      String told = Excerpt.of(error, RunStates.LONGEST_ERROR);
      LOG.warn(
          "A run fails; its item and its dead letter say why. run={} collection={} cause={}",
          delta.run(),
          delta.collection(),
          cause.getClass().getSimpleName());
      metrics.failed(delta);
      result.complete(Steps.failure(delta, told, metrics::emitted));
    }

    private void complete(Steps steps) {
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
