package io.chromasync.config;

import java.util.List;

/** The application properties cannot be used as they are; the message lists every problem. */
public final class InvalidSettings extends RuntimeException {

  private final List<String> problems;

  public InvalidSettings(List<String> problems) {
    super(String.join(System.lineSeparator(), problems));
    this.problems = List.copyOf(problems);
  }

  public InvalidSettings(String problem) {
    this(List.of(problem));
  }

  public List<String> problems() {
    return problems;
  }
}
