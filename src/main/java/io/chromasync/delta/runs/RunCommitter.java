package io.chromasync.delta.runs;

import io.chromasync.model.RunReport;
import io.chromasync.runtime.RetryPolicy;
import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.flink.api.connector.sink2.Committer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Marks runs COMPLETED or FAILED in their items, once a checkpoint contains that Chroma has all
 * their vectors.
 *
 * <p>Flink commits in the thread of the task, whose writes to Chroma wait meanwhile. Flink retries
 * a commit immediately instead of with the next checkpoint, and fails the job when retries are
 * exhausted ({@code CheckpointCommittableManagerImpl}, {@code sink.committer.retries}: 10). The
 * committer therefore pauses before a retry, and no call or pause is long; {@link
 * RunStatesCommitters} has the bound. A job that failed this way commits after its restart, from
 * the checkpoint.
 *
 * <p>A run whose own item rejects the update is left unchanged; Flink counts it ({@code
 * failedCommittables}).
 */
public final class RunCommitter implements Committer<RunReport> {

  private static final Logger LOG = LoggerFactory.getLogger(RunCommitter.class);

  private final RunSettings settings;
  private final RunStates states;
  private final RetryPolicy retries;

  /**
   * @param states closed with this committer; null if states are not written
   */
  RunCommitter(RunSettings settings, RunStates states, RetryPolicy retries) {
    this.settings = settings;
    this.states = states;
    this.retries = retries;
  }

  @Override
  public void commit(Collection<CommitRequest<RunReport>> requests)
      throws IOException, InterruptedException {
    if (states == null) {
      return;
    }
    pause(requests);
    Map<CommitRequest<RunReport>, CompletableFuture<Boolean>> written = new LinkedHashMap<>();
    requests.forEach(request -> written.put(request, states.ended(request.getCommittable())));
    for (Map.Entry<CommitRequest<RunReport>, CompletableFuture<Boolean>> entry :
        written.entrySet()) {
      settle(entry.getKey(), entry.getValue());
    }
  }

  @Override
  public void close() {
    if (states != null) {
      states.close();
    }
  }

  private void settle(CommitRequest<RunReport> request, CompletableFuture<Boolean> written)
      throws IOException, InterruptedException {
    try {
      if (!written.get()) {
        request.signalAlreadyCommitted();
      }
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (RunErrors.isOfOneRun(cause)) {
        LOG.error(
            "The final state of run {} cannot be written", request.getCommittable().item(), cause);
        request.signalFailedWithKnownReason(cause);
        return;
      }
      if (!RunErrors.isRetried(cause)) {
        throw new IOException(RunErrors.sentence(cause, settings), cause);
      }
      LOG.warn(
          "Writing the final state of run {} is retried", request.getCommittable().item(), cause);
      request.retryLater();
    }
  }

  private void pause(Collection<CommitRequest<RunReport>> requests) throws InterruptedException {
    int earlier = requests.stream().mapToInt(CommitRequest::getNumberOfRetries).max().orElse(0);
    if (earlier > 0) {
      Thread.sleep(retries.delay(earlier, ThreadLocalRandom.current()).toMillis());
    }
  }
}
