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
 * enough that their fixed cost matters little. The latency alone changes, because a collection
 * grows: so now and then a few requests are sent alone. Requests that fail say nothing: the request
 * size and the retry policy respond to them.
 *
 * <p>Tasks that share a server cannot see one another: each takes the others' queueing for the cost
 * of a request, and one that has more in flight gains what the others lose. So each may have its
 * share only ({@link Destination#maxInFlight}). Owned by the task's thread.
 */
final class InFlightLimit {

  /** Smaller requests are mostly fixed cost. */
  static final int LEAST_RECORDS = 50;

  /** So many requests at the limit are averaged before it changes. */
  static final int SAMPLES = 8;

  /** After a limit did not pay, so many averages pass before it is tried again. */
  static final int PAUSE = 16;

  /** After so many averages, requests are sent alone for one. */
  static final int REFRESH = 64;

  /** Of one more request at once, this share must become throughput, or it is taken back. */
  private static final double WORTH = 0.1;

  /** With this share of all at work, another one is tried. */
  private static final double PROMISING = 0.6;

  /** Weight of the newest latency alone. */
  private static final double NEWEST = 1.0 / 8;

  private final int most;
  private final Map<Collection, Map<Verb, Double>> alone = new EnumMap<>(Collection.class);
  private int limit = 1;
  private int samples;
  private double atWork;
  private int pause;
  private int sinceAlone;

  /** The limit after the requests that are sent alone; 0 if they are not sent now. */
  private int resumed;

  InFlightLimit(int most) {
    this.most = most;
    for (Collection collection : Collection.values()) {
      alone.put(collection, new EnumMap<>(Verb.class));
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
    Map<Verb, Double> known = alone.get(group.collection());
    if (inFlight == 1) {
      known.merge(group.verb(), each, (before, now) -> before + (now - before) * NEWEST);
    }
    Double eachAlone = known.get(group.verb());
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
