package io.chromasync;

import io.chromasync.fetching.WatchedFolder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.client.deployment.executors.RemoteExecutor;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.core.fs.Path;

/**
 * Folders of the job, checked before there is one: each is made, or is a problem with its setting.
 * The job makes each again where it uses it; the check only brings an error forward.
 *
 * <p>A client in a process of its own, as {@code flink run} against a session cluster, may be on
 * another machine than the cluster. It sees the cluster's file system only if that is distributed,
 * so it neither makes nor refuses a {@code file:} folder.
 */
final class Folders {

  /** How Flink's executors for session clusters on YARN and Kubernetes are named. */
  private static final String SESSION = "-session";

  private final boolean local;

  private Folders(boolean local) {
    this.local = local;
  }

  /**
   * The folders that a client sees.
   *
   * @param client configuration of the environment that the client submits with
   */
  static Folders seenBy(ReadableConfig client) {
    String target = client.getOptional(DeploymentOptions.TARGET).orElse("");
    return new Folders(!target.equals(RemoteExecutor.NAME) && !target.endsWith(SESSION));
  }

  /**
   * Makes all that the client sees.
   *
   * @return a sentence for each that cannot be made
   */
  List<String> make(JobSettings settings) {
    List<String> problems = new ArrayList<>();
    make(settings.deadLetters().uri(), "uri", "dead-letters", problems);
    make(settings.deadLetters().redriveUri(), "redrive-uri", "dead-letters", problems);
    make(settings.snapshot().requestsUri(), "requests-uri", "snapshot", problems);
    return problems;
  }

  private void make(String uri, String key, String group, List<String> problems) {
    try {
      if (local || new Path(uri).getFileSystem().isDistributedFS()) {
        WatchedFolder.make(uri);
      }
    } catch (IOException e) {
      problems.add(
          "'%s' in group '%s' must be a folder that can be made but was '%s': %s"
              .formatted(key, group, uri, e.getMessage()));
    }
  }
}
