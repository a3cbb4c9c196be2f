package io.chromasync.source.lineage;

import org.apache.flink.api.connector.source.SourceEvent;

/**
 * Event from a reader to the enumerator: a gap was skipped. The enumerator records it in its state.
 * After a failure the same gap may be reported again; {@link GapTotal} counts it once.
 */
public record GapSkipped(long fromMillis, long toMillis) implements SourceEvent {

  /** Creates the event for a skipped gap. */
  public static GapSkipped of(Gap gap) {
    return new GapSkipped(gap.from().toEpochMilli(), gap.to().toEpochMilli());
  }
}
