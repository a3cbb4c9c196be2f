package io.chromasync.chroma;

import io.chromasync.chroma.client.ChromaResponse;
import java.time.Duration;

/** Responses for tests: Chroma's own, and those of what may stand in front of it. */
public final class Answers {

  static final ChromaResponse OK = json(200, "{}");

  /** What a single-page application answers whatever it is asked. */
  public static final ChromaResponse PAGE = page(200);

  private Answers() {}

  public static ChromaResponse json(int status, String body) {
    return new ChromaResponse(status, "application/json", body, Duration.ZERO);
  }

  public static ChromaResponse page(int status) {
    return new ChromaResponse(
        status,
        "text/html; charset=utf-8",
        "<!doctype html><html><body>An application</body></html>",
        Duration.ZERO);
  }

  /** An acknowledgement, or an error in Chroma's own form. */
  static ChromaResponse chromas(int status, Duration retryAfter) {
    return new ChromaResponse(
        status,
        "application/json",
        status < 300 ? "{}" : "{\"error\":\"Told\",\"message\":\"told to\"}",
        retryAfter);
  }

  static ChromaResponse chromas(int status) {
    return chromas(status, Duration.ZERO);
  }
}
