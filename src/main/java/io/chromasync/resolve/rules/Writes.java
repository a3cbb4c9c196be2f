package io.chromasync.resolve.rules;

import io.chromasync.model.Embedding;
import io.chromasync.model.Mutation.UpdateKeys;
import io.chromasync.model.RecordKey;
import io.chromasync.model.Version;
import java.util.HashSet;
import java.util.Set;

/**
 * Policy of how much of a record is written: the difference, or the whole record.
 *
 * <p>After a restore, Chroma may be ahead of the state: it shows writes made after the checkpoint.
 * Those changes are replayed, but perhaps in another order, in which an intermediate value never
 * occurs. So the first replayed change of a record writes it whole, even if nothing changed since
 * the checkpoint. A vector is sent unless this job attempt has sent it.
 *
 * <p>Used by one thread.
 */
public final class Writes {

  /** Always writes the whole record. */
  static final Writes WHOLE = new Writes(UpdateKeys.ALL, Long.MIN_VALUE, true);

  /**
   * Sends nothing and only writes state. A job that starts from this state has no information about
   * the content of Chroma.
   */
  public static final Writes UNSENT = new Writes(UpdateKeys.ALL, Long.MIN_VALUE, false);

  /** Placeholder hash for metadata that may have been sent with unknown content. */
  private static final long UNKNOWN = 0;

  /**
   * Maximum number of records in the sets, some tens of megabytes; further records are written
   * whole again.
   */
  private static final int MOST = 500_000;

  /** Maximum clock skew between table and job, in microseconds. */
  private static final long SKEW = 5 * 60 * 1_000_000L;

  private final UpdateKeys keys;
  private final long restartedAt;
  private final boolean sends;
  private final Set<Long> written = new HashSet<>();
  private final Set<Long> upserted = new HashSet<>();

  /**
   * @param restartedAt as for {@link #ofRestart}; {@link Long#MIN_VALUE} = a first start
   */
  public Writes(UpdateKeys keys, long restartedAt) {
    this(keys, restartedAt, true);
  }

  private Writes(UpdateKeys keys, long restartedAt, boolean sends) {
    this.keys = keys;
    this.restartedAt = restartedAt;
    this.sends = sends;
  }

  /** Policy of a job without state: Chroma shows nothing unknown to the job. */
  public static Writes ofFirstStart(UpdateKeys keys) {
    return new Writes(keys, Long.MIN_VALUE);
  }

  /**
   * Policy of a job that starts from state.
   *
   * @param micros processing time of the start, in microseconds since the epoch
   */
  public static Writes ofRestart(UpdateKeys keys, long micros) {
    return new Writes(keys, micros);
  }

  /** Returns true if vectors are sent; otherwise state need not keep them. */
  boolean sendsVectors() {
    return sends;
  }

  /** Returns true if only changed keys are sent. */
  boolean sendsDifferences() {
    return keys == UpdateKeys.CHANGED;
  }

  /**
   * Hash to store as sent: the given hash, or the placeholder for unknown; null = nothing was sent.
   */
  Long sent(Long content) {
    return content == null || sends ? content : (Long) UNKNOWN;
  }

  /** Returns true if the change may have been read before the job started. */
  private boolean mayBeReadAgain(Version cause) {
    return isRestart() && cause.micros() < restartedAt + SKEW;
  }

  /**
   * Returns true if the change may be a replay and its record was not written whole since the
   * start.
   */
  boolean isFirst(RecordKey record, Version cause) {
    return mayBeReadAgain(cause) && !written.contains(ContentHash.of(record.id()));
  }

  /** Records that the record's metadata was written whole, or need not be. */
  void wrote(RecordKey record, Version cause) {
    if (mayBeReadAgain(cause)) {
      remember(written, record);
    }
  }

  /** Records that the whole record was sent, with its vector. */
  void upserted(RecordKey record, Version cause) {
    wrote(record, cause);
    if (isRestart()) {
      remember(upserted, record);
    }
  }

  /**
   * Returns true if the record already shows this vector and document.
   *
   * @param shown hash of the vector and document that the record shows, or null
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
