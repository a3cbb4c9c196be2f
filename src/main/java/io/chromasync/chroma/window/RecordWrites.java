package io.chromasync.chroma.window;

import io.chromasync.model.Mutation;
import io.chromasync.model.RecordKey;
import java.util.List;

/**
 * Writes of one record: at most one pending, and at most one mutation under way. While a mutation
 * is under way, changes are coalesced into the pending write.
 */
final class RecordWrites implements Ready {

  final RecordKey key;

  private PendingWrite pending;
  private long pendingBytes;
  private long pendingSince;
  private long readyAt;
  private Mutation underWay;
  private long underWayBytes;
  private long underWaySince;
  private ReadyWrites<RecordWrites> queue;

  RecordWrites(RecordKey key) {
    this.key = key;
  }

  /** Null if none is pending. */
  PendingWrite pending() {
    return pending;
  }

  @Override
  public long pendingBytes() {
    return pendingBytes;
  }

  /** Event time of the oldest change in the pending write, in microseconds since the epoch. */
  long pendingSince() {
    return pendingSince;
  }

  @Override
  public long readyAt() {
    return readyAt;
  }

  /** Taken and not settled; null if none is. */
  Mutation underWay() {
    return underWay;
  }

  /** Event time of the oldest change in the mutation under way, in microseconds. */
  long underWaySince() {
    return underWaySince;
  }

  /** Bytes of all that is pending or under way. */
  long bytes() {
    return pendingBytes + underWayBytes;
  }

  boolean isEmpty() {
    return pending == null && underWay == null;
  }

  /** Coalesces a newer mutation into the pending write. */
  void add(Mutation newer, long lingersUntil) {
    long micros = newer.version().micros();
    if (pending == null) {
      pendingSince = micros;
      readyAt = lingersUntil;
      pend(PendingWrite.of(newer));
    } else {
      pendingSince = Math.min(pendingSince, micros);
      pend(pending.then(newer));
    }
  }

  /** Drops what a sweep of the record makes needless. */
  void sweep() {
    pend(pending.swept());
  }

  /**
   * Begins to write the pending write: its first part is under way, the others are pending.
   *
   * @param parts to write instead of its first mutation, in this order; empty = none
   */
  void begin(List<Mutation> parts) {
    PendingWrite rest = pending.rest();
    long bytesBefore = pendingBytes;
    pend(coalesced(parts.subList(Math.min(1, parts.size()), parts.size()), rest));
    if (!parts.isEmpty()) {
      underWay = parts.get(0);
      underWaySince = pendingSince;
      underWayBytes = pending == null && parts.size() == 1 ? bytesBefore : underWay.weight();
    }
  }

  /** The mutation under way was acknowledged, or given up. */
  void settle() {
    underWay = null;
    underWayBytes = 0;
  }

  /** Moves it to the queue, unless it is there; null = to none. */
  void moveTo(ReadyWrites<RecordWrites> other) {
    if (queue == other) {
      return;
    }
    if (queue != null) {
      queue.remove(this);
    }
    queue = other;
    if (queue != null) {
      queue.add(this);
    }
  }

  private void pend(PendingWrite write) {
    long bytes = write == null ? 0 : write.bytes();
    if (queue != null) {
      queue.grow(bytes - pendingBytes);
    }
    pending = write;
    pendingBytes = bytes;
  }

  /** Null if there is nothing. */
  private static PendingWrite coalesced(List<Mutation> parts, PendingWrite rest) {
    PendingWrite all = null;
    for (Mutation part : parts) {
      all = all == null ? PendingWrite.of(part) : all.then(part);
    }
    if (all == null || rest == null) {
      return all == null ? rest : all;
    }
    return all.then(rest.upsert());
  }
}
