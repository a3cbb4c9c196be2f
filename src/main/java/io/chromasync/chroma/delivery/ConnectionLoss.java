package io.chromasync.chroma.delivery;

/**
 * Loss of a request's connection after sending began, and the choice of a remedy once the server is
 * known to respond. Only this class distinguishes a body that is too large from an unavailable
 * server. An unavailable server responds to nothing, so the remedy is chosen only after a
 * successful heartbeat.
 *
 * <p>Chroma responds to a body beyond 40 MB with 413 and closes the connection. A client that is
 * still sending may see only the closed connection. Proxies have limits of their own, from 1 MB on
 * (nginx, {@code client_max_body_size}).
 *
 * @param records number of records in the request
 * @param bytes size of its body
 * @param times number of losses so far, from 1
 * @param reason reason of the last loss
 */
record ConnectionLoss(int records, long bytes, int times, String reason) {

  /** Body size in bytes that no known server considers too large. */
  static final long SUSPECT_BYTES = 1 << 20;

  /** Number of losses that is no longer considered a coincidence. */
  static final int MOST = 5;

  /** Number of losses after which a small body is rejected, so that minutes pass before. */
  static final int MOST_IF_SMALL = 20;

  /** Remedy for a request whose connection was lost. */
  enum Remedy {
    AGAIN,
    IN_HALVES,
    REJECT
  }

  /**
   * Records the loss of a request.
   *
   * @param before the previous loss of the same group, or null
   */
  static ConnectionLoss of(WriteRequest request, ConnectionLoss before, String reason) {
    return new ConnectionLoss(
        request.group().size(),
        request.body().length,
        before == null ? 1 : before.times + 1,
        reason);
  }

  /** Chooses the remedy; call only after the server has responded to a heartbeat. */
  Remedy remedy() {
    boolean large = bytes > SUSPECT_BYTES;
    if (records > 1) {
      return large || times >= MOST ? Remedy.IN_HALVES : Remedy.AGAIN;
    }
    return times >= (large ? MOST : MOST_IF_SMALL) ? Remedy.REJECT : Remedy.AGAIN;
  }
}
