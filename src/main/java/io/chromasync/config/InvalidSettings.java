package io.chromasync.config;

import java.util.List;

/** Signals that the application properties are unusable; the message lists every problem. */
public final class InvalidSettings extends RuntimeException {

  private final List<String> problems;

  /**
   * Creates the exception.
   *
   * @param problems sentences that each describe a problem
   */
  public InvalidSettings(List<String> problems) {
    super(String.join(System.lineSeparator(), problems));
    this.problems = List.copyOf(problems);
  }

  /**
   * Creates the exception for a single problem.
   *
   * @param problem sentence that describes the problem
   */
  public InvalidSettings(String problem) {
    this(List.of(problem));
  }

  /** Returns the problems, as sentences. */
  public List<String> problems() {
    return problems;
  }
}
