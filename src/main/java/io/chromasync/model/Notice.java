package io.chromasync.model;

import java.util.List;

/**
 * What the sink has to tell once a checkpoint covers it: how a run ended, or which changes Chroma
 * did not take.
 *
 * @param report null if it is letters
 * @param letters in the order in which they came; null if it is a report
 */
public record Notice(RunReport report, List<DeadLetter> letters) {

  public static Notice of(RunReport report) {
    return new Notice(report, null);
  }

  public static Notice of(List<DeadLetter> letters) {
    return new Notice(null, List.copyOf(letters));
  }
}
