package io.chromasync.start;

import io.chromasync.aws.AwsError;
import io.chromasync.config.InvalidSettings;
import java.time.Duration;
import java.util.List;

/**
 * Transient error at start: a server that is unavailable, throttles, or is behind a gateway that
 * responds in its place. {@link StartRetries} retries.
 */
public final class Unready extends RuntimeException {

  private final List<String> reasons;
  private final Duration atLeast;

  /**
   * @param reasons sentences that name setting, value, cause and remedy
   * @param atLeast minimum wait that the server requests; zero if it requests none
   */
  public Unready(List<String> reasons, Duration atLeast) {
    super(String.join(System.lineSeparator(), reasons));
    this.reasons = List.copyOf(reasons);
    this.atLeast = atLeast;
  }

  /** Creates the exception for a single reason, without a minimum wait. */
  public Unready(String reason) {
    this(List.of(reason), Duration.ZERO);
  }

  /**
   * Returns the exception for a failed call of AWS: this exception after a transient error,
   * otherwise {@link InvalidSettings}.
   *
   * @param problem sentence that names setting, value, cause and remedy
   */
  public static RuntimeException orInvalid(Throwable error, String problem) {
    if (AwsError.of(error).mayPassAtStart()) {
      return new Unready(problem);
    }
    InvalidSettings invalid = new InvalidSettings(problem);
    invalid.initCause(error);
    return invalid;
  }

  /** Returns the reasons, as sentences. */
  public List<String> reasons() {
    return reasons;
  }

  /** Returns the minimum wait that the server requests; zero if it requests none. */
  public Duration atLeast() {
    return atLeast;
  }
}
