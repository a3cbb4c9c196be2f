package io.chromasync.delta;

import io.chromasync.model.RunReport;
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
 * Tells in the items of runs how they ended, once a checkpoint holds that Chroma has all of them.
 *
 * <p>Flink commits in the thread of the task, whose writes to Chroma wait meanwhile. It asks again
 * at once for what is to be retried, not with the next checkpoint, and fails the job when that did
 * not help ({@code CheckpointCommittableManagerImpl}, {@code sink.committer.retries}: 10). So this
 * pauses before it tries again, and no call or pause is long; see {@link RunStatesCommitters} for
 * the bound. A job that fails so tells after its restart, from the checkpoint.
 *
 * <p>A run whose own item does not take its end is left as it is; Flink counts it ({@code
 * failedCommittables}).
 */
final class RunCommitter implements Committer<RunReport> {

  private static final Logger LOG = LoggerFactory.getLogger(RunCommitter.class);

  private final RunSettings settings;
  private final RunStates states;
  private final Patience patience;

  /**
   * @param states closed with this; null if states are not written
   */
  RunCommitter(RunSettings settings, RunStates states, Patience patience) {
    this.settings = settings;
    this.states = states;
    this.patience = patience;
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
      if (RunRefusal.isOfOneRun(cause)) {
        LOG.error("The end of run {} cannot be told", request.getCommittable().run(), cause);
        request.signalFailedWithKnownReason(cause);
        return;
      }
      if (!RunRefusal.passes(cause)) {
        throw new IOException(RunRefusal.sentence(cause, settings), cause);
      }
      LOG.warn("The end of run {} is told later", request.getCommittable().run(), cause);
      request.retryLater();
    }
  }

  private void pause(Collection<CommitRequest<RunReport>> requests) throws InterruptedException {
    int retries = requests.stream().mapToInt(CommitRequest::getNumberOfRetries).max().orElse(0);
    if (retries > 0) {
      Thread.sleep(patience.pause(retries, ThreadLocalRandom.current()).toMillis());
    }
  }
}
