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
 * record whole, even if nothing in it changed since the checkpoint; and a vector is sent unless the
 * job sent it itself since it started.
 *
 * <p>Used by one thread.
 */
final class Writes {

  /** All of a record, always. */
  static final Writes WHOLE = new Writes(UpdateKeys.ALL, Long.MIN_VALUE, true);

  /**
   * Nothing is sent, only state is written: whoever starts from it does not know what Chroma shows.
   */
  static final Writes UNSENT = new Writes(UpdateKeys.ALL, Long.MIN_VALUE, false);

  /** The hash of what was sent, if something may have been and nobody knows what. */
  private static final long UNKNOWN = 0;

  /** More records are not remembered but written whole again: some tens of megabytes. */
  private static final int MOST = 500_000;

  /** By how much clocks of the table and of the job differ at most, in microseconds. */
  private static final long SKEW = 5 * 60 * 1_000_000L;

  private final UpdateKeys keys;
  private final long restartedAt;
  private final boolean sends;
  private final Set<Long> written = new HashSet<>();
  private final Set<Long> upserted = new HashSet<>();

  /**
   * @param restartedAt as for {@link #ofRestart}; {@link Long#MIN_VALUE} = a first start
   */
  Writes(UpdateKeys keys, long restartedAt) {
    this(keys, restartedAt, true);
  }

  private Writes(UpdateKeys keys, long restartedAt, boolean sends) {
    this.keys = keys;
    this.restartedAt = restartedAt;
    this.sends = sends;
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

  /** What state says was sent: the hash of it, or that it is unknown; null is nothing. */
  Long sent(Long content) {
    return content == null || sends ? content : (Long) UNKNOWN;
  }

  /** Whether a change may have been read before the job started. */
  private boolean mayBeReadAgain(Version cause) {
    return isRestart() && cause.micros() < restartedAt + SKEW;
  }

  /** Whether the change may have been read before the job started, and its record not since. */
  boolean isFirst(RecordKey record, Version cause) {
    return mayBeReadAgain(cause) && !written.contains(ContentHash.of(record.id()));
  }

  /** The record's metadata was written whole, or need not be. */
  void wrote(RecordKey record, Version cause) {
    if (mayBeReadAgain(cause)) {
      remember(written, record);
    }
  }

  /** The record's vector was sent, and all of the record with it. */
  void upserted(RecordKey record, Version cause) {
    wrote(record, cause);
    if (isRestart()) {
      remember(upserted, record);
    }
  }

  /**
   * Whether a record shows a vector and document already.
   *
   * @param shown hash of what it shows, or null
   */
  boolean isShown(Embedding embedding, Long shown) {
    return sendsDifferences()
        && shown != null
        && shown == ContentHash.of(embedding)
        && (!isRestart() || upserted.contains(ContentHash.of(embedding.record().id())));
  }

  private boolean isRestart() {
    return restartedAt != Long.MIN_VALUE;
  }

  private static void remember(Set<Long> records, RecordKey record) {
    if (records.size() < MOST) {
      records.add(ContentHash.of(record.id()));
    }
  }
}
