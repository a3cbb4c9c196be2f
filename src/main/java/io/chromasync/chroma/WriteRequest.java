package io.chromasync.chroma;

import io.chromasync.model.Collection;
import io.chromasync.model.Mutation.Verb;

/**
 * One write, ready to be sent as often as it takes.
 *
 * @param records how many it names; of the requests of one sweep the last has 1, so that it counts
 *     when it is done, the others 0
 * @param body JSON
 * @param oldestMicros event time of the oldest change in its batch
 */
// Nobody compares requests.
@SuppressWarnings("ArrayRecordComponent")
record WriteRequest(Collection collection, Verb verb, int records, byte[] body, long oldestMicros) {

  /** The last part of the path. */
  String operation() {
    return switch (verb) {
      case UPSERT -> "upsert";
      case UPDATE -> "update";
      case DELETE, SWEEP -> "delete";
      case REPORT -> throw new IllegalArgumentException("a report is not written to Chroma");
    };
  }

  /** For messages, as in {@code UPDATE of 500 records}. Never content. */
  @Override
  public String toString() {
    return verb == Verb.SWEEP ? "SWEEP" : "%s of %d records".formatted(verb, records);
  }
}
