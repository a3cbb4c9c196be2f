package io.chromasync.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** What happened, line by line, for whoever has to understand a failure; only then is it kept. */
final class Story {

  private final boolean isKept;
  private final List<String> lines = new ArrayList<>();

  Story(boolean isKept) {
    this.isKept = isKept;
  }

  void tell(Supplier<String> line) {
    if (isKept) {
      lines.add(line.get());
    }
  }

  @Override
  public String toString() {
    return String.join("\n", lines);
  }
}
