package io.chromasync.start;

import java.time.Duration;
import java.util.List;

/**
 * A condition at start that may pass by itself: a server that is away, throttles, or stands behind
 * a gateway that answers in its place. {@link StartWait} asks again.
 */
public final class Unready extends RuntimeException {

  private final List<String> reasons;
  private final Duration atLeast;

  /**
   * @param reasons sentences that name setting, value, cause and remedy
   * @param atLeast how long the server asks us to wait; zero if it does not ask
   */
  public Unready(List<String> reasons, Duration atLeast) {
    super(String.join(System.lineSeparator(), reasons));
    this.reasons = List.copyOf(reasons);
    this.atLeast = atLeast;
  }

  public Unready(String reason) {
    this(List.of(reason), Duration.ZERO);
  }

  public List<String> reasons() {
    return reasons;
  }

  public Duration atLeast() {
    return atLeast;
  }
}
