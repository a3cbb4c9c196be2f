package io.chromasync.chroma.delivery;

import io.chromasync.chroma.ChromaTarget;
import io.chromasync.chroma.window.WriteGroup;
import io.chromasync.chroma.window.WriteKind;
import io.chromasync.model.Mutation.Verb;
import java.util.HashMap;
import java.util.Map;

/**
 * Adaptive limit of requests in flight. It grows while throughput grows with it, and shrinks when
 * only latency grows. The signal is the same as in TCP Vegas (Brakmo, Peterson: TCP Vegas, 1995).
 * If {@code n} requests in flight take {@code n} times as long as a single request, the server
 * processes them sequentially and {@code n - 1} of them are only queued.
 *
 * <p>Latency is measured per mutation, separately for each collection and verb, and only for
 * requests large enough that fixed costs matter little. The latency of a single request changes as
 * a collection grows, so from time to time a few requests are sent alone. Failed requests give no
 * signal: the request size and the retry policy respond to them.
 *
 * <p>Tasks that share a server cannot observe other tasks. Each task mistakes the queueing of other
 * tasks for the cost of a request, and a task with more requests in flight takes throughput from
 * the other tasks. Each task is therefore limited to its share ({@link ChromaTarget#maxInFlight}).
 * Owned by the task's thread.
 */
public final class InFlightLimit {

  /** Minimum records of a measured request; smaller requests are mostly fixed cost. */
  static final int LEAST_RECORDS = 50;

  /** Requests at the limit that are averaged before the limit changes. */
  static final int SAMPLES = 8;

  /** Averages to wait after a limit was reduced, before a higher limit is tried again. */
  static final int PAUSE = 16;

  /** Averages after which requests are sent alone for one average. */
  static final int REFRESH = 64;

  /**
   * Minimum share of the last added request that must become throughput; otherwise the limit
   * shrinks.
   */
  private static final double WORTH = 0.1;

  /**
   * Minimum share of the requests in flight that the server processes in parallel before the limit
   * grows.
   */
  private static final double PROMISING = 0.6;

  /** Weight of the newest measurement in the average latency of a single request. */
  private static final double NEWEST = 1.0 / 8;

  private final int most;
  private final Map<WriteKind, Double> alone = new HashMap<>();
  private int limit = 1;
  private int samples;
  private double atWork;
  private int pause;
  private int sinceAlone;

  /** Limit to restore after the phase in which requests are sent alone; 0 outside that phase. */
  private int resumed;

  InFlightLimit(int most) {
    this.most = most;
  }

  int limit() {
    return limit;
  }

  /**
   * Updates the limit after an acknowledged request.
   *
   * @param inFlight requests in flight when it was sent, itself included
   * @param millis time from sending to the response
   */
  void written(WriteGroup group, int inFlight, long millis) {
    if (group.verb() == Verb.DELETE_BY_FILTER || group.size() < LEAST_RECORDS) {
      return;
    }
    double each = Math.max(1, millis) / (double) group.size();
    WriteKind kind = group.kind();
    if (inFlight == 1) {
      alone.merge(kind, each, (before, now) -> before + (now - before) * NEWEST);
    }
    Double eachAlone = alone.get(kind);
    if (eachAlone != null && inFlight >= limit) {
      sample(Math.min(inFlight, limit) * eachAlone / each);
    }
  }

  private void sample(double requestsAtWork) {
    atWork += requestsAtWork;
    samples++;
    if (samples == SAMPLES) {
      adapt(atWork / SAMPLES);
      atWork = 0;
      samples = 0;
    }
  }

  private void adapt(double requestsAtWork) {
    sinceAlone = limit == 1 ? 0 : sinceAlone + 1;
    if (resumed > 0) {
      limit = resumed;
      resumed = 0;
    } else if (sinceAlone == REFRESH) {
      resumed = limit;
      limit = 1;
    } else if (limit > 1 && requestsAtWork < limit - 1 + WORTH) {
      limit--;
      pause = PAUSE;
    } else if (pause > 0) {
      pause--;
    } else if (limit < most && requestsAtWork >= limit * PROMISING) {
      limit++;
    }
  }
}
