package io.chromasync.resolve;

import io.chromasync.model.Embedding;
import io.chromasync.model.RecordKey;
import io.chromasync.model.UpdateKeys;
import io.chromasync.model.Version;
import java.util.HashSet;
import java.util.Set;

/**
 * How much of a record is written: what changed, or all.
 *
 * <p>A job that starts from state may find Chroma ahead of it: it shows what was written after the
 * checkpoint. Those changes are read again, but perhaps in another order, in which a value that was
 * shown for a moment never was. So the first change that may have been read before writes its
 * record whole, even if nothing in it changed since the checkpoint.
 *
 * <p>Used by one thread.
 */
class Writes {

  /** All of a record, always. */
  static final Writes WHOLE = new Writes(UpdateKeys.ALL, Long.MIN_VALUE);

  /** More records are not remembered but written whole again: some tens of megabytes. */
  private static final int MOST = 500_000;

  /** By how much clocks of the table and of the job differ at most, in microseconds. */
  private static final long SKEW = 5 * 60 * 1_000_000L;

  private final UpdateKeys keys;
  private final long restartedAt;
  private final Set<Long> written = new HashSet<>();

  /**
   * @param restartedAt as for {@link #ofRestart}; {@link Long#MIN_VALUE} = a first start
   */
  Writes(UpdateKeys keys, long restartedAt) {
    this.keys = keys;
    this.restartedAt = restartedAt;
  }

  /** Of a job without state: Chroma shows nothing that it does not know. */
  static Writes ofFirstStart(UpdateKeys keys) {
    return new Writes(keys, Long.MIN_VALUE);
  }

  /**
   * Of a job that starts from state.
   *
   * @param micros processing time of the start, in microseconds since the epoch
   */
  static Writes ofRestart(UpdateKeys keys, long micros) {
    return new Writes(keys, micros);
  }

  /** Whether only the keys that changed are sent. */
  boolean sendsDifferences() {
    return keys == UpdateKeys.CHANGED;
  }

  /** Whether the change may have been read before the job started, and its record not since. */
  boolean isFirst(RecordKey record, Version cause) {
    return mayBeReadAgain(cause) && !written.contains(ContentHash.of(record.id()));
  }

  /** The record was written whole, or need not be. */
  void wrote(RecordKey record, Version cause) {
    if (mayBeReadAgain(cause) && written.size() < MOST) {
      written.add(ContentHash.of(record.id()));
    }
  }

  /**
   * Whether a record shows a vector and document already.
   *
   * @param shown hash of what it shows, or null
   */
  boolean isShown(Embedding embedding, Long shown, Version cause) {
    return sendsDifferences()
        && shown != null
        && shown == ContentHash.of(embedding)
        && !isFirst(embedding.record(), cause);
  }

  private boolean mayBeReadAgain(Version cause) {
    return restartedAt != Long.MIN_VALUE && cause.micros() < restartedAt + SKEW;
  }
}
