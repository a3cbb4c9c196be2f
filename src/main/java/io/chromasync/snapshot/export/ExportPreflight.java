package io.chromasync.snapshot.export;

import io.chromasync.aws.AwsError;
import io.chromasync.config.InvalidSettings;
import io.chromasync.snapshot.AgeLimit;
import io.chromasync.snapshot.SnapshotFailure;
import io.chromasync.snapshot.SnapshotSettings;
import io.chromasync.start.Unready;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the manifests of the exports before the job is submitted. Their age is not checked: the job
 * does that when it begins to read.
 */
public final class ExportPreflight {

  private static final Logger LOG = LoggerFactory.getLogger(ExportPreflight.class);

  private ExportPreflight() {}

  /**
   * Runs the check. An export that a job has read may be deleted when the job restores from its
   * state, which records that. So a problem is then only logged.
   *
   * @throws InvalidSettings in one sentence
   * @throws Unready if S3 gives no definite response for now
   */
  public static void run(SnapshotSettings settings, boolean restored) {
    try {
      plan(settings).list();
    } catch (IOException | SnapshotFailure e) {
      String problem = sentence(settings.export().uris(), e.getMessage());
      if (isTransient(e)) {
        throw new Unready(problem);
      }
      if (!restored) {
        throw new InvalidSettings(problem);
      }
      LOG.warn("{} The job's state may record that the export was already read.", problem);
    }
  }

  private static boolean isTransient(Throwable error) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (AwsError.of(cause).mayPassAtStart()) {
        return true;
      }
    }
    return false;
  }

  private static ExportPlan plan(SnapshotSettings settings) {
    return new ExportPlan(
        settings.id(),
        settings.export(),
        settings.table(),
        settings.margin(),
        AgeLimit.none(),
        rules -> S3Objects.open(rules.access()));
  }

  private static String sentence(List<String> uris, String problem) {
    return ("Property 'export-uri' in group 'snapshot' ('%s') must name an export that can be read."
            + " %s; if the job has already read the export, set 'snapshot.mode' to none")
        .formatted(String.join(", ", uris), problem);
  }
}
