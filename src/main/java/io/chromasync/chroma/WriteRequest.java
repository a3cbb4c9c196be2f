package io.chromasync.chroma;

import io.chromasync.chroma.window.WriteGroup;

/**
 * One write as it is sent.
 *
 * @param group what it writes
 * @param body JSON
 */
// Nobody compares requests.
@SuppressWarnings("ArrayRecordComponent")
record WriteRequest(WriteGroup group, byte[] body) {

  /** The last part of the path. */
  String operation() {
    return switch (group.verb()) {
      case UPSERT -> "upsert";
      case UPDATE -> "update";
      case DELETE, SWEEP -> "delete";
      case REPORT -> throw new IllegalArgumentException("a report is not written to Chroma");
    };
  }
}
