package io.chromasync.chroma.window;

import io.chromasync.model.Mutation;
import io.chromasync.model.RecordKey;
import java.util.List;

/**
 * Writes of one record: at most one pending, and at most one mutation under way. While a mutation
 * is under way, changes are coalesced into the pending write.
 */
final class RecordWrites implements Ready {

  final RecordKey record;

  /** Null if none waits. */
  PendingWrite pending;

  /** Event time of the oldest change in the pending write, in microseconds since the epoch. */
  long pendingSince;

  /** Sent and not settled; null if none is. */
  Mutation underWay;

  /** Event time of the oldest change in the mutation under way. */
  long underWaySince;

  /** The queue it is in; null if it is in none. */
  ReadyWrites<RecordWrites> queuedIn;

  private long readyAt;

  RecordWrites(RecordKey record) {
    this.record = record;
  }

  @Override
  public long readyAt() {
    return readyAt;
  }

  boolean isEmpty() {
    return pending == null && underWay == null;
  }

  /** Coalesces a newer mutation into the pending write. */
  void add(Mutation newer, long lingersUntil) {
    long micros = newer.version().micros();
    if (pending == null) {
      pending = PendingWrite.of(newer);
      pendingSince = micros;
      readyAt = lingersUntil;
    } else {
      pending = pending.then(newer);
      pendingSince = Math.min(pendingSince, micros);
    }
  }

  /**
   * Begins to write the pending write: its first part is under way, the others are pending.
   *
   * @param parts to write instead of its first mutation, in this order; empty = none
   */
  void take(List<Mutation> parts) {
    PendingWrite rest = pending.rest();
    underWay = parts.isEmpty() ? null : parts.get(0);
    underWaySince = pendingSince;
    pending = null;
    for (Mutation part : parts.subList(Math.min(1, parts.size()), parts.size())) {
      pending = pending == null ? PendingWrite.of(part) : pending.then(part);
    }
    if (rest != null) {
      pending = pending == null ? rest : pending.then(rest.upsert());
    }
  }
}
