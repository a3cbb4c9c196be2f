package io.chromasync.resolve;

import io.chromasync.model.RecordKey;
import io.chromasync.model.Version;
import java.util.ArrayList;
import java.util.List;

/**
 * Drops the vectors that nothing can need any more: those that are shown, once no removal that is
 * older than their run can still come; hidden ones, when tombstones expire.
 *
 * @param shownSince vectors of runs before this event time are dropped if shown; microseconds
 * @param hiddenSince likewise if hidden
 */
record VectorExpiry(long shownSince, long hiddenSince) {

  /** Drops what is due; returns the event time of the oldest hidden vector left, or null. */
  Long expire(ImageMemory memory) {
    List<RecordKey> due = new ArrayList<>();
    Long hidden = null;
    for (KeptVector kept : memory.keptVectors()) {
      RecordKey record = kept.embedding().record();
      Written written = memory.written(record.entity());
      boolean isHidden = written != null && written.hidden() && isOf(written, kept.version());
      if (kept.version().micros() < (isHidden ? hiddenSince : shownSince)) {
        due.add(record);
      } else if (isHidden) {
        long at = kept.version().micros();
        hidden = hidden == null ? at : Math.min(hidden, at);
      }
    }
    due.forEach(memory::dropVector);
    return hidden;
  }

  private static boolean isOf(Written written, Version version) {
    return version.equals(written.vector());
  }
}
