package io.chromasync.simulation;

/** What goes wrong with one request, or with the server. */
enum SimulatedFault {
  /** 429, with or without Retry-After. */
  THROTTLED,
  /** 500, and nothing was done. */
  FAILED_BEFORE,
  /** 500, but it was done. */
  FAILED_AFTER,
  /** The connection breaks before it was done. */
  CUT_BEFORE,
  /** The connection breaks after it was done. */
  CUT_AFTER,
  /** No answer, and nothing was done. */
  HUNG_BEFORE,
  /** No answer, but it was done. */
  HUNG_AFTER,
  /** 200, but not of Chroma's, and nothing was done. */
  FOREIGN_BEFORE,
  /** 200, but not of Chroma's, though it was done. */
  FOREIGN_AFTER,
  /** 401, which fails the job. */
  UNAUTHORIZED,
  /** The server goes away with what is on its way, and comes back with all it had done. */
  DOWN,
  /** The connection breaks, and later it is done, when its retry may be done already. */
  APPLIED_LATE
}
