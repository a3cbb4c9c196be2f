package io.chromasync.source;

import org.apache.flink.api.connector.source.SourceEvent;

/**
 * A reader tells the enumerator that it went on beyond a gap, so that the enumerator's state
 * remembers it. After a failure the same gap may be told again; {@link MissingTime} counts it once.
 */
record GapSkipped(long fromMillis, long toMillis) implements SourceEvent {

  static GapSkipped of(Gap gap) {
    return new GapSkipped(gap.from().toEpochMilli(), gap.to().toEpochMilli());
  }
}
