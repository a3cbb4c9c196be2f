package io.chromasync.chroma;

import io.chromasync.chroma.window.WriteGroup;
import io.chromasync.model.Collection;
import io.chromasync.model.Mutation.Verb;
import java.util.EnumMap;
import java.util.Map;

/**
 * Number of requests at once that the server gains from: it grows while throughput grows with it,
 * and shrinks when only latency does. The signal is that of TCP Vegas (Brakmo, Peterson: TCP Vegas,
 * 1995): with {@code n} in flight, a request that takes {@code n} times as long as alone shows that
 * the server works off one after the other, and that {@code n - 1} of them only queue there.
 *
 * <p>Latency counts per mutation, apart for each collection and verb, and only of requests large
 * enough that their fixed cost matters little. The shortest is forgotten slowly, because a
 * collection grows. Requests that fail say nothing: the request size and the retry policy respond
 * to them. Owned by the task's thread.
 */
final class InFlightLimit {

  /** Smaller requests are mostly fixed cost. */
  static final int LEAST_RECORDS = 50;

  /** So many requests at the limit are averaged before it changes. */
  static final int SAMPLES = 8;

  /** After a limit did not pay, so many averages pass before it is tried again. */
  static final int PAUSE = 16;

  /** Of one more request at once, this share must become throughput, or it is taken back. */
  private static final double WORTH = 0.1;

  /** With this share of all, another one is tried. */
  private static final double PROMISING = 0.6;

  /** How fast the shortest latency is forgotten. */
  private static final double FORGETTING = 1.0 / 256;

  private final int most;
  private final Map<Collection, Map<Verb, Double>> shortest = new EnumMap<>(Collection.class);
  private int limit = 1;
  private int samples;
  private double parallelism;
  private int pause;

  InFlightLimit(int most) {
    this.most = most;
    for (Collection collection : Collection.values()) {
      shortest.put(collection, new EnumMap<>(Verb.class));
    }
  }

  int limit() {
    return limit;
  }

  /**
   * Chroma has acknowledged a request.
   *
   * @param inFlight requests under way when it was sent, itself included
   * @param millis from sending to the response
   */
  void written(WriteGroup group, int inFlight, long millis) {
    if (group.verb() == Verb.SWEEP || group.size() < LEAST_RECORDS) {
      return;
    }
    double each = Math.max(1, millis) / (double) group.size();
    double alone =
        shortest
            .get(group.collection())
            .merge(
                group.verb(),
                each,
                (before, now) -> Math.min(now, before + (now - before) * FORGETTING));
    if (inFlight >= limit) {
      sample(Math.min(inFlight, limit) * alone / each);
    }
  }

  private void sample(double requestsAtWork) {
    parallelism += requestsAtWork;
    samples++;
    if (samples == SAMPLES) {
      adapt(parallelism / SAMPLES);
      parallelism = 0;
      samples = 0;
    }
  }

  private void adapt(double atWork) {
    if (limit > 1 && atWork < limit - 1 + WORTH) {
      limit--;
      pause = PAUSE;
    } else if (pause > 0) {
      pause--;
    } else if (limit < most && atWork >= limit * PROMISING) {
      limit++;
    }
  }
}
