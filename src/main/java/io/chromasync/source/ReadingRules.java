package io.chromasync.source;

import io.chromasync.source.SourceSettings.OnGap;
import io.chromasync.source.SourceSettings.Reading;
import java.time.InstantSource;

/**
 * What enumerator and readers keep to.
 *
 * @param stream the ARN of the stream
 * @param clock tells the age of records
 */
record ReadingRules(String stream, Reading reading, Pace pace, InstantSource clock) {

  Start start() {
    return reading.start();
  }

  /** The name of a replay that is wanted, or null. */
  String replay() {
    return reading.replay();
  }

  OnGap onGap() {
    return reading.onGap();
  }
}
