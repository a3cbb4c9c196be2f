package io.chromasync.chroma.delivery;

import io.chromasync.chroma.window.WriteQueue;
import io.chromasync.model.Mutation;
import io.chromasync.model.Mutation.Verb;
import io.chromasync.runtime.VectorRoom;

/**
 * Bounds of the unsettled mutations of a writer: they follow the number of requests in flight, so
 * that a checkpoint flushes soon.
 */
final class Backlog {

  /**
   * Full requests that may be queued behind the requests in flight, so that the next request is not
   * late or small.
   */
  static final int AHEAD = 1;

  /**
   * Full requests of vectors that may still arrive after the writer reports that it is full ({@link
   * VectorRoom}). The writer accepts them, so that they block no other change.
   */
  private static final int VECTORS_COMING = 4;

  /**
   * Estimated size of the unsettled mutations above which the writer is full, in bytes as in {@link
   * Mutation#estimatedBytes}.
   */
  static final long MOST_BYTES = 64L << 20;

  private final WriteQueue queue;
  private final RequestSizes sizes;
  private final InFlightLimit limit;

  Backlog(WriteQueue queue, RequestSizes sizes, InFlightLimit limit) {
    this.queue = queue;
    this.sizes = sizes;
    this.limit = limit;
  }

  /** Returns true if more mutations would only wait and delay a checkpoint. */
  boolean isFull() {
    return queue.requests(Verb.UPSERT, sizes) > limit.limit() + AHEAD + VECTORS_COMING
        || cheapRequests() > limit.limit() + AHEAD
        || queue.bytes() > MOST_BYTES;
  }

  /** Returns true if no more vectors should be loaded. */
  boolean isFullOfVectors() {
    return queue.requests(Verb.UPSERT, sizes) > limit.limit() + AHEAD;
  }

  private double cheapRequests() {
    return queue.requests(Verb.DELETE_BY_FILTER, sizes)
        + queue.requests(Verb.DELETE, sizes)
        + queue.requests(Verb.UPDATE, sizes);
  }
}
