package io.chromasync;

import io.chromasync.config.FolderUri;
import io.chromasync.config.InvalidSettings;
import io.chromasync.runtime.WatchedFolder;
import io.chromasync.snapshot.SnapshotSettings;
import io.chromasync.start.FileErrors;
import io.chromasync.start.StartChecks;
import io.chromasync.start.Unready;
import java.io.IOException;
import org.apache.flink.client.deployment.executors.RemoteExecutor;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.ReadableConfig;

/**
 * Checks the folders of the job before it is submitted: each folder is created, or reported as a
 * problem with its setting. The job creates each folder again at its first use; the check only
 * reports errors earlier.
 *
 * <p>A client in a separate process, such as {@code flink run} against a session cluster, may run
 * on another machine than the cluster. It sees the cluster's file system only if that is
 * distributed, so it neither creates nor rejects a {@code file:} folder.
 */
final class Folders {

  /** Suffix in the names of Flink's session-cluster executors on YARN and Kubernetes. */
  private static final String SESSION = "-session";

  private final boolean local;

  private Folders(boolean local) {
    this.local = local;
  }

  /**
   * Returns the folders visible to a client.
   *
   * @param client configuration of the environment that submits the job
   */
  static Folders seenBy(ReadableConfig client) {
    String target = client.getOptional(DeploymentOptions.TARGET).orElse("");
    return new Folders(!target.equals(RemoteExecutor.NAME) && !target.endsWith(SESSION));
  }

  /** Adds a check for each folder; the check creates the folder if the client can see it. */
  void addTo(StartChecks checks, JobSettings settings) {
    String letters = settings.deadLetters().uri();
    checks.add(() -> make(letters, "uri", "dead-letters"));
    String redrive = settings.deadLetters().redriveUri();
    checks.add(() -> make(redrive, "redrive-uri", "dead-letters"));
    String requests = settings.snapshot().requestsUri();
    checks.add(
        () -> {
          make(requests, "requests-uri", "snapshot");
          make(SnapshotSettings.resultsUriOf(requests), "requests-uri", "snapshot");
        });
  }

  private void make(String uri, String key, String group) {
    try {
      if (local || FolderUri.path(uri).getFileSystem().isDistributedFS()) {
        WatchedFolder.make(uri);
      }
    } catch (IOException e) {
      String sentence =
          "Property '%s' in group '%s' must be a folder that can be made but was '%s': %s"
              .formatted(key, group, uri, e.getMessage());
      throw FileErrors.isTransient(uri, e) ? new Unready(sentence) : new InvalidSettings(sentence);
    }
  }
}
