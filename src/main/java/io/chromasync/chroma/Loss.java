package io.chromasync.chroma;

/**
 * A request whose connection was lost after sending began, and what to do about it once the server
 * is seen to answer others. The one place that tells a body that is too large from a server that is
 * away: a server that is away answers nothing, so nothing is decided until a heartbeat is answered.
 *
 * <p>Chroma answers a body beyond 40 MB with 413 and closes the connection, of which a client that
 * still sends may see only the latter; proxies have limits of their own, from 1 MB on (nginx,
 * {@code client_max_body_size}).
 *
 * @param records of the request
 * @param bytes of its body
 * @param times how often it was lost, from 1
 * @param reason the last time
 */
record Loss(int records, long bytes, int times, String reason) {

  /** No server we know of finds less too large. */
  static final long SUSPECT_BYTES = 1 << 20;

  /** So often is no accident any more. */
  static final int MOST = 5;

  /** A small body is not to be suspected before minutes have passed. */
  static final int MOST_IF_SMALL = 20;

  /** What to do with the request. */
  enum Remedy {
    AGAIN,
    IN_HALVES,
    REJECT
  }

  /** The loss of a request, after an earlier one of the same group or null. */
  static Loss of(WriteRequest request, Loss before, String reason) {
    return new Loss(
        request.group().size(),
        request.body().length,
        before == null ? 1 : before.times + 1,
        reason);
  }

  /** What to do, now that the server answers others. */
  Remedy remedy() {
    boolean large = bytes > SUSPECT_BYTES;
    if (records > 1) {
      return large || times >= MOST ? Remedy.IN_HALVES : Remedy.AGAIN;
    }
    return times >= (large ? MOST : MOST_IF_SMALL) ? Remedy.REJECT : Remedy.AGAIN;
  }
}
