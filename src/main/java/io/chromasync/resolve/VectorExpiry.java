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

  /**
   * What is left: event times in microseconds of the oldest run of a shown vector, and of a hidden
   * one; null = none is left.
   */
  record Left(Long shown, Long hidden) {

    private Left with(boolean isHidden, long at) {
      return isHidden
          ? new Left(shown, hidden == null ? at : Math.min(hidden, at))
          : new Left(shown == null ? at : Math.min(shown, at), hidden);
    }
  }

  /** Drops what is due. */
  Left expire(ImageMemory memory) {
    List<RecordKey> due = new ArrayList<>();
    Left left = new Left(null, null);
    for (KeptVector kept : memory.keptVectors()) {
      RecordKey record = kept.embedding().record();
      Written written = memory.written(record.entity());
      boolean isHidden = written != null && written.hidden() && isOf(written, kept.version());
      long at = kept.version().micros();
      if (at < (isHidden ? hiddenSince : shownSince)) {
        due.add(record);
      } else {
        left = left.with(isHidden, at);
      }
    }
    due.forEach(memory::dropVector);
    return left;
  }

  private static boolean isOf(Written written, Version version) {
    return version.equals(written.vector());
  }
}
