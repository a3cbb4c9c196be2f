package io.chromasync.source;

import io.chromasync.source.SourceSettings.OnGap;
import io.chromasync.source.SourceSettings.Reading;
import io.chromasync.source.lineage.StartPosition;
import java.time.InstantSource;

/**
 * Parameters shared by enumerator and readers.
 *
 * @param stream ARN of the stream
 * @param clock clock that determines the age of records
 */
record ReadingRules(String stream, Reading reading, PollIntervals pace, InstantSource clock) {

  StartPosition start() {
    return reading.start();
  }

  /** Returns the name of the configured replay, or null. */
  String replay() {
    return reading.replay();
  }

  OnGap onGap() {
    return reading.onGap();
  }
}
