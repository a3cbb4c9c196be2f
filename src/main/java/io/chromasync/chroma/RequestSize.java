package io.chromasync.chroma;

import io.chromasync.chroma.Outcome.Kind;

/**
 * How many records a request of one collection may have: fewer when the server is too slow or asks
 * for less, slowly more again when it keeps up. It grows by addition and shrinks by half, so that
 * several writers of one server come to share it.
 *
 * <p>It shrinks to half of what was <i>sent</i>, so that requests which were under way together and
 * failed together halve it once. It grows only if a request was as large as it may be, because
 * others prove nothing.
 *
 * @param limit from 1 to {@code most}
 * @param most what the server and the settings allow
 */
record RequestSize(int limit, int most) {

  /** So many full requests bring it from nothing to the most. */
  static final int STEPS = 20;

  static RequestSize of(int most) {
    return new RequestSize(most, most);
  }

  /** After a request with so many records ended so. */
  RequestSize after(Kind kind, int records) {
    return switch (kind) {
      case WRITTEN -> records < limit ? this : new RequestSize(grown(), most);
      case THROTTLED, UNANSWERED, TOO_LARGE ->
          new RequestSize(Math.min(limit, Math.max(1, records / 2)), most);
      case BUSY, LOST, FOREIGN, REJECTED, DENIED, MISSING, MISCONFIGURED -> this;
    };
  }

  private int grown() {
    return Math.min(most, limit + Math.max(1, most / STEPS));
  }
}
