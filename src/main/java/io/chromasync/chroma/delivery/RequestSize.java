package io.chromasync.chroma.delivery;

import io.chromasync.chroma.delivery.RequestOutcome.Kind;
import io.chromasync.model.Mutation.Verb;
import java.time.Duration;

/**
 * Adaptive number of records per request of one collection and verb. It shrinks when the server is
 * too slow or throttles, and grows slowly when the server keeps up. It grows by addition and
 * shrinks by half, so that several writers of one server converge to equal shares.
 *
 * <p>A request should not take longer than {@link #LONGEST}, because a cheap write may have to wait
 * for an expensive write in flight. Larger requests gain little: 500 re-embedded vectors take about
 * 1.25 s, and are 11 % faster per vector than 100.
 *
 * <p>After a failure, the size is half of what was <i>sent</i>. Requests that were in flight
 * together and failed together therefore halve it once. After a slow success, it is the number of
 * records that fits the time, at least half and at least {@link #SMALL}. It grows only after a full
 * request, because a smaller request proves nothing. A slow small request probably waited for
 * another writer's request, so it counts like a fast request.
 *
 * @param limit from 1 to {@code most}
 * @param most maximum that the server and the settings allow
 */
record RequestSize(int limit, int most) {

  /** Number of full requests that raise the size from nothing to the maximum. */
  static final int STEPS = 20;

  static final Duration LONGEST = Duration.ofMillis(500);

  /**
   * Minimum number of records for which a long duration shrinks the size; below it, fixed costs
   * dominate.
   */
  static final int SMALL = 50;

  /**
   * Initial size for vectors, whose cost is not measured yet: the server may have few cores, or
   * other load.
   */
  static final int FIRST_VECTORS = 100;

  static RequestSize of(int most) {
    return new RequestSize(most, most);
  }

  /** Returns the initial size of a writer. */
  static RequestSize first(Verb verb, int most) {
    return verb == Verb.UPSERT ? new RequestSize(Math.min(FIRST_VECTORS, most), most) : of(most);
  }

  /**
   * Returns the size after a request has ended.
   *
   * @param records number of records in the request
   * @param millis time from sending to the response
   */
  RequestSize after(Kind kind, int records, long millis) {
    return switch (kind) {
      case WRITTEN -> written(records, millis);
      case THROTTLED, UNANSWERED, TOO_LARGE ->
          new RequestSize(Math.min(limit, Math.max(1, records / 2)), most);
      case BUSY, LOST, FOREIGN, REJECTED, DENIED, MISSING, MISCONFIGURED -> this;
    };
  }

  private RequestSize written(int records, long millis) {
    boolean isSlow = millis > LONGEST.toMillis();
    if (isSlow && records >= SMALL) {
      long fitting = Math.max(Math.max(records, limit) / 2, records * LONGEST.toMillis() / millis);
      return new RequestSize((int) Math.min(limit, Math.max(SMALL, fitting)), most);
    }
    return records < limit ? this : new RequestSize(grown(), most);
  }

  private int grown() {
    return Math.min(most, limit + Math.max(1, most / STEPS));
  }
}
