package io.chromasync.chroma;

import io.chromasync.chroma.ChromaSettings.Limits;
import io.chromasync.model.Collection;
import io.chromasync.model.Target;
import java.io.Serializable;
import java.util.Map;

/**
 * What {@link Preflight} found out about the server.
 *
 * <p>The ids of the collections are kept rather than looked up again by each writer: should a
 * collection be deleted while the job runs, its writes fail and say so. A new one of the same name
 * would be empty, and updates of records it does not have would be lost without a word.
 *
 * @param arrays whether metadata values may be arrays
 * @param base64 whether vectors may be sent as base64 of little-endian floats
 * @param maxBatch most records of one request
 * @param target the collections, which are there
 * @param marks the server's id of the collection of marks
 */
public record ServerProfile(
    boolean arrays, boolean base64, int maxBatch, Target target, String marks)
    implements Serializable {

  /** Where a local server's throughput stops rising. */
  private static final int FASTEST = 1_000;

  /** A server whose collections are no copies. */
  public ServerProfile(
      boolean arrays,
      boolean base64,
      int maxBatch,
      Map<Collection, String> collections,
      String marks) {
    this(arrays, base64, maxBatch, new Target(collections, Map.of()), marks);
  }

  /** The server's id of each collection. */
  public Map<Collection, String> collections() {
    return target.ids();
  }

  /** Most records that one of our requests holds. */
  int recordsPerRequest(ChromaSettings settings) {
    int wanted =
        settings.maxRecordsPerRequest() == null ? FASTEST : settings.maxRecordsPerRequest();
    int most = Math.min(wanted, maxBatch);
    return settings.limits() == Limits.CLOUD
        ? Math.min(most, CloudLimits.RECORDS_PER_REQUEST)
        : most;
  }
}
