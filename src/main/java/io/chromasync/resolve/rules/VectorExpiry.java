package io.chromasync.resolve.rules;

import io.chromasync.model.RecordKey;
import io.chromasync.model.Version;
import java.util.ArrayList;
import java.util.List;

/**
 * Drops retained vectors that cannot be needed any more. A shown vector is dropped once no removal
 * older than its run can still arrive; a hidden vector when tombstones expire.
 *
 * @param shownSince shown vectors of runs before this event time are dropped; microseconds
 * @param hiddenSince hidden vectors of runs before this event time are dropped; microseconds
 */
public record VectorExpiry(long shownSince, long hiddenSince) {

  /**
   * Remaining vectors: event times in microseconds of the oldest run of a shown and of a hidden
   * vector; null = no such vector.
   */
  public record Left(Long shown, Long hidden) {

    private Left with(boolean isHidden, long at) {
      return isHidden
          ? new Left(shown, hidden == null ? at : Math.min(hidden, at))
          : new Left(shown == null ? at : Math.min(shown, at), hidden);
    }
  }

  /** Drops vectors that are due. */
  public Left expire(WorkingSet memory) {
    List<RecordKey> due = new ArrayList<>();
    Left left = new Left(null, null);
    for (KeptVector kept : memory.keptVectors()) {
      RecordKey record = kept.embedding().record();
      RecordState written = memory.written(record.entity());
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

  private static boolean isOf(RecordState written, Version version) {
    return version.equals(written.vector());
  }
}
