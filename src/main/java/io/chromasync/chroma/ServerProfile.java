package io.chromasync.chroma;

import io.chromasync.chroma.ChromaSettings.Limits;
import io.chromasync.model.CollectionName;
import io.chromasync.model.TargetCollections;
import java.io.Serializable;
import java.util.Map;

/**
 * Capabilities and collections of the server, as determined by {@link Preflight}.
 *
 * <p>The ids of the collections are fixed at the start instead of being looked up by each writer.
 * If a collection is deleted while the job runs, writes to its id fail with an error. A new
 * collection of the same name would be empty, and updates of missing records would be lost
 * silently.
 *
 * @param arrays true if metadata values may be arrays
 * @param base64 true if vectors may be sent as base64 of little-endian floats
 * @param maxBatch maximum number of records per request
 * @param target the existing collections
 * @param marks the server's id of the collection of marks
 * @param fresh the server's id of the collection that says how fresh the others are
 */
public record ServerProfile(
    boolean arrays,
    boolean base64,
    int maxBatch,
    TargetCollections target,
    String marks,
    String fresh)
    implements Serializable {

  /** Records per request beyond which a local server's throughput no longer rises. */
  private static final int FASTEST = 1_000;

  /** Creates the profile of a server whose collections are not copies. */
  public ServerProfile(
      boolean arrays,
      boolean base64,
      int maxBatch,
      Map<CollectionName, String> collections,
      String marks,
      String fresh) {
    this(arrays, base64, maxBatch, new TargetCollections(collections, Map.of()), marks, fresh);
  }

  /** Returns the server's id of each collection. */
  public Map<CollectionName, String> collections() {
    return target.ids();
  }

  /** Returns the maximum number of records per request of this job. */
  int recordsPerRequest(ChromaSettings settings) {
    int wanted =
        settings.maxRecordsPerRequest() == null ? FASTEST : settings.maxRecordsPerRequest();
    int most = Math.min(wanted, maxBatch);
    return settings.limits() == Limits.CLOUD
        ? Math.min(most, CloudLimits.RECORDS_PER_REQUEST)
        : most;
  }
}
