package io.chromasync.chroma.delivery;

import io.chromasync.chroma.ChromaTarget;
import io.chromasync.chroma.SinkMetrics;
import io.chromasync.chroma.delivery.RequestOutcome.Kind;
import io.chromasync.chroma.window.WriteGroup;
import io.chromasync.chroma.window.WriteKind;
import io.chromasync.chroma.window.WriteQueue;
import io.chromasync.model.CollectionName;
import io.chromasync.model.Mutation.Verb;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Request sizes of one writer, by collection and verb. A vector costs Chroma ten times as much as
 * an update, so a limit for one verb does not apply to another verb. Owned by the task's thread.
 */
public final class RequestSizes implements WriteQueue.Limits {

  /** Verbs whose requests contain many records. */
  private static final Set<Verb> OF_RECORDS = EnumSet.of(Verb.DELETE, Verb.UPDATE, Verb.UPSERT);

  private final long maxBytes;
  private final SinkMetrics metrics;
  private final Map<WriteKind, RequestSize> sizes = new HashMap<>();

  RequestSizes(ChromaTarget destination, SinkMetrics metrics) {
    this.maxBytes = destination.settings().maxBytesPerRequest();
    this.metrics = metrics;
    for (CollectionName collection : destination.profile().collections().keySet()) {
      for (Verb verb : Verb.values()) {
        sizes.put(
            new WriteKind(collection, verb), RequestSize.first(verb, destination.mostRecords()));
      }
      report(collection);
    }
  }

  @Override
  public int records(CollectionName collection, Verb verb) {
    return sizes.get(new WriteKind(collection, verb)).limit();
  }

  @Override
  public long bytes() {
    return maxBytes;
  }

  /**
   * Adapts the size of a collection and verb after a request has ended.
   *
   * @param records number of mutations in the request
   */
  void after(Kind kind, WriteGroup group, int records, long millis) {
    sizes.computeIfPresent(group.kind(), (same, size) -> size.after(kind, records, millis));
    report(group.collection());
  }

  private void report(CollectionName collection) {
    metrics.requestSize(
        collection,
        OF_RECORDS.stream().mapToInt(verb -> records(collection, verb)).min().orElse(0));
  }
}
