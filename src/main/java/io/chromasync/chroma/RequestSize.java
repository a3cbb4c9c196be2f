package io.chromasync.chroma;

import io.chromasync.chroma.Outcome.Kind;
import io.chromasync.model.Mutation.Verb;
import java.time.Duration;

/**
 * Number of records that a request of one collection and verb may have: fewer when the server is
 * too slow or asks for less, slowly more again when it keeps up. It grows by addition and shrinks
 * by half, so that several writers of one server come to share it.
 *
 * <p>A request should not take longer than {@link #LONGEST}, because a cheap write may have to wait
 * for a dear one that is under way. Larger requests gain little: 500 re-embedded vectors take about
 * a second and a quarter, and are 11 % faster each than 100.
 *
 * <p>After a failure it is half of what was <i>sent</i>, so that requests which were under way
 * together and failed together halve it once; after a slow success what fits the time, at least
 * half and {@link #SMALL}. It grows only if a request was as large as it may be, because others
 * prove nothing. A small one that is slow waited for another writer's, so it counts as any other.
 *
 * @param limit from 1 to {@code most}
 * @param most what the server and the settings allow
 */
record RequestSize(int limit, int most) {

  /** So many full requests bring it from nothing to the most. */
  static final int STEPS = 20;

  static final Duration LONGEST = Duration.ofMillis(500);

  /** Of fewer, the time says nothing of the size: it is mostly the fixed cost. */
  static final int SMALL = 50;

  /** Of vectors, whose cost the server has yet to show: it may have few cores, and other work. */
  static final int FIRST_VECTORS = 100;

  static RequestSize of(int most) {
    return new RequestSize(most, most);
  }

  /** The size that a writer begins with. */
  static RequestSize first(Verb verb, int most) {
    return verb == Verb.UPSERT ? new RequestSize(Math.min(FIRST_VECTORS, most), most) : of(most);
  }

  /**
   * The size after a request with so many records ended so.
   *
   * @param millis from sending to the response
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
