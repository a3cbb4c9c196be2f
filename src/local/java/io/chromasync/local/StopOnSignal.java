package io.chromasync.local;

import io.chromasync.config.FolderUri;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * On the first SIGTERM or SIGINT stops the job with a savepoint and prints its path; on the second
 * ends the process at once.
 */
final class StopOnSignal {

  private final LocalCluster cluster;
  private final AtomicBoolean requested = new AtomicBoolean();
  private final CountDownLatch stopped = new CountDownLatch(1);

  private StopOnSignal(LocalCluster cluster) {
    this.cluster = cluster;
  }

  static StopOnSignal install(LocalCluster cluster) {
    StopOnSignal stop = new StopOnSignal(cluster);
    Signals.handle("TERM", stop::onSignal);
    Signals.handle("INT", stop::onSignal);
    return stop;
  }

  /** Lets the savepoint's path be printed before the process ends. */
  void awaitIfRequested() throws InterruptedException {
    if (requested.get()) {
      stopped.await();
    }
  }

  private void onSignal() {
    if (!requested.compareAndSet(false, true)) {
      System.err.println("Killed; the newest checkpoint is found by --from latest.");
      Runtime.getRuntime().halt(1);
    }
    new Thread(this::stop, "stop-with-savepoint").start();
  }

  private void stop() {
    System.out.println("Stopping with a savepoint …");
    try {
      String savepoint = cluster.stopWithSavepoint().orElse(null);
      if (savepoint == null) {
        System.out.println("No job runs, so there is no savepoint.");
        System.exit(0);
      }
      System.out.println("savepoint     " + FolderUri.shown(savepoint));
      stopped.countDown();
    } catch (Exception failed) {
      System.err.println("The job could not stop with a savepoint: " + RootCause.sentence(failed));
      System.err.println("The newest checkpoint is found by --from latest.");
      System.exit(1);
    }
  }
}
