package io.chromasync.chroma.window;

import io.chromasync.runtime.HeldWatermarks;

/**
 * Beginning of a pending write: the oldest change that it contains, by event time and by arrival.
 *
 * @param micros event time of the oldest change, in microseconds since the epoch
 * @param arrival smallest number of the changes, as in {@link HeldWatermarks#arrival}
 */
record Since(long micros, long arrival) {

  /** Returns the beginning of both writes together. */
  Since and(Since other) {
    return new Since(Math.min(micros, other.micros), Math.min(arrival, other.arrival));
  }

  /** Returns a beginning that did not arrive later than a number. */
  Since arrivedBy(long other) {
    return other < arrival ? new Since(micros, other) : this;
  }
}
