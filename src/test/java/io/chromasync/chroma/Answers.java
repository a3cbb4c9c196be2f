package io.chromasync.chroma;

import java.time.Duration;

/** Responses for tests: Chroma's own, and those of what may stand in front of it. */
final class Answers {

  static final Answer OK = json(200, "{}");

  /** What a single-page application answers whatever it is asked. */
  static final Answer PAGE = page(200);

  private Answers() {}

  static Answer json(int status, String body) {
    return new Answer(status, "application/json", body, Duration.ZERO);
  }

  static Answer page(int status) {
    return new Answer(
        status,
        "text/html; charset=utf-8",
        "<!doctype html><html><body>An application</body></html>",
        Duration.ZERO);
  }

  /** An acknowledgement, or an error in Chroma's own form. */
  static Answer chromas(int status, Duration retryAfter) {
    return new Answer(
        status,
        "application/json",
        status < 300 ? "{}" : "{\"error\":\"Told\",\"message\":\"told to\"}",
        retryAfter);
  }

  static Answer chromas(int status) {
    return chromas(status, Duration.ZERO);
  }
}
