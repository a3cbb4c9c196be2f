package io.chromasync.ops;

import io.chromasync.config.FolderUri;
import io.chromasync.snapshot.export.Exports;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongConsumer;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.fs.Path;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a {@link BootstrapJob} to its end: a savepoint of every resolved partition, or an exception
 * and no savepoint.
 */
final class BootstrapRun {

  private static final Logger LOG = LoggerFactory.getLogger(BootstrapRun.class);
  private static final long REPORT_INTERVAL_SECONDS = 10;
  private static final long CANCELLED_WITHIN_SECONDS = 60;

  private final String path;
  private final JobClient client;
  private final WriterWatch watch;

  private BootstrapRun(String path, JobClient client, WriterWatch watch) {
    this.path = path;
    this.client = client;
    this.watch = watch;
  }

  /**
   * Executes the job and returns its accumulators.
   *
   * @param read periodically receives the number of items read
   */
  static Map<String, Object> execute(
      BootstrapJob job, StreamExecutionEnvironment env, LongConsumer read) throws Exception {
    try (WriterWatch watch = WriterWatch.open()) {
      job.define(env, watch);
      return new BootstrapRun(job.path(), env.executeAsync("bootstrap"), watch).await(read);
    }
  }

  private Map<String, Object> await(LongConsumer read) throws Exception {
    CompletableFuture<JobExecutionResult> result = client.getJobExecutionResult();
    CompletableFuture<Object> first = CompletableFuture.anyOf(result, watch.failure());
    while (true) {
      try {
        first.get(REPORT_INTERVAL_SECONDS, TimeUnit.SECONDS);
        break;
      } catch (TimeoutException notYet) {
        report(read);
      } catch (ExecutionException e) {
        throw noSavepoint(reason(e).getMessage(), e);
      }
    }
    if (watch.failure().isDone()) {
      throw cancelled(watch.failure().get());
    }
    Map<String, Object> counts = result.get().getAllAccumulatorResults();
    checkWritten(path, (Long) counts.get(BootstrapJob.PARTITIONS), watch.written());
    return counts;
  }

  /**
   * Reports the progress. A job that ends during the request is not requested again: its end is
   * seen next.
   */
  private void report(LongConsumer read) throws InterruptedException {
    try {
      read.accept((Long) client.getAccumulators().get().getOrDefault(Exports.ITEMS, 0L));
    } catch (ExecutionException e) {
      LOG.debug("The progress of the job cannot be read", e);
    }
  }

  /**
   * Cancels the job before its writer ends, so that the end of the writer is not taken for success.
   */
  private IOException cancelled(Throwable reason) throws Exception {
    long resolved = (Long) client.getAccumulators().get().getOrDefault(BootstrapJob.PARTITIONS, 0L);
    client.cancel().get(CANCELLED_WITHIN_SECONDS, TimeUnit.SECONDS);
    client
        .getJobExecutionResult()
        .handle((result, cancelled) -> result)
        .get(CANCELLED_WITHIN_SECONDS, TimeUnit.SECONDS);
    return noSavepoint(
        String.format(
            Locale.ROOT,
            "a task that writes state failed: %s. Of %,d resolved partitions, the state of %,d is"
                + " written. Fix the cause and retry, with the same --out if you like",
            rootMessage(reason),
            resolved,
            watch.written()),
        reason);
  }

  /** Deletes the savepoint's metadata unless every resolved partition is written. */
  static void checkWritten(String path, long resolved, long written) throws IOException {
    if (written == resolved) {
      return;
    }
    Path metadata = new Path(FolderUri.path(path), "_metadata");
    metadata.getFileSystem().delete(metadata, false);
    throw new IOException(
        String.format(
            Locale.ROOT,
            "There is no savepoint at %s: of %,d resolved partitions, the state of %,d is written."
                + " Retry, with the same --out if you like; the log names the failure",
            path,
            resolved,
            written));
  }

  private IOException noSavepoint(String reason, Throwable cause) {
    return new IOException("There is no savepoint at %s: %s".formatted(path, reason), cause);
  }

  /** Cause of a failure, without the wrapping exceptions of Flink. */
  private static Throwable reason(Throwable failure) {
    Throwable reason = failure;
    while (reason.getCause() != null && isOfFlink(reason)) {
      reason = reason.getCause();
    }
    return reason;
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.toString() : root.getMessage();
  }

  private static boolean isOfFlink(Throwable failure) {
    String name = failure.getClass().getName();
    return name.startsWith("org.apache.flink.") || name.startsWith("java.util.concurrent.");
  }
}
