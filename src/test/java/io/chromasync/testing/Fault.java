package io.chromasync.testing;

/** What {@link FaultProxy} does to one request. */
public enum Fault {
  /** Nothing: it passes. */
  NONE,
  /** It waits before it is forwarded, for less time than any client does. */
  DELAY,
  /** The connection is closed and the server never sees it. */
  DROP_BEFORE,
  /** The server applies it, and the connection is closed without an answer. */
  DROP_AFTER,
  /** The server applies it, and the connection is closed in the middle of the answer. */
  CUT,
  /** It is answered with 429 and a Retry-After of a second; the server never sees it. */
  THROTTLE,
  /** It is answered with 500 in the server's own form; the server never sees it. */
  ERROR,
  /** It is answered with 200 and a page, as by what stands in front of a server that is away. */
  PAGE,
  /** The server applies it, but it is answered with 200 and a page. */
  PAGE_AFTER,
  /** It is answered with 200 and nothing more; the server never sees it. */
  EMPTY,
  /** The server gets it twice, one after the other, before the client has its answer. */
  DUPLICATE,
  /**
   * The connection is closed, and the server applies it up to {@link FaultProxy#LATEST} later, be
   * it after the attempt that follows it.
   */
  LATE,
  /** It came while the proxy stalled. No plan says so: see {@link FaultProxy#stall}. */
  STALL
}
