package io.chromasync.chroma.window;

import io.chromasync.model.Mutation;
import io.chromasync.model.RecordKey;
import java.util.List;

/**
 * Writes of one record: at most one pending write and at most one mutation in flight. While a
 * mutation is in flight, changes are coalesced into the pending write.
 */
final class RecordWrites implements Ready {

  final RecordKey key;

  private PendingWrite pending;
  private long pendingBytes;
  private Since pendingSince;
  private long readyAt;
  private Mutation underWay;
  private long underWayBytes;
  private Since underWaySince;
  private ReadyWrites<RecordWrites> queue;

  RecordWrites(RecordKey key) {
    this.key = key;
  }

  /** Returns the pending write, or null. */
  PendingWrite pending() {
    return pending;
  }

  @Override
  public long pendingBytes() {
    return pendingBytes;
  }

  /** Returns the beginning of the pending write. */
  Since pendingSince() {
    return pendingSince;
  }

  @Override
  public long readyAt() {
    return readyAt;
  }

  /** Returns the mutation that was taken and is not settled, or null. */
  Mutation underWay() {
    return underWay;
  }

  /** Returns the beginning of the mutation in flight. */
  Since underWaySince() {
    return underWaySince;
  }

  /** Returns the estimated size in bytes of everything pending or in flight. */
  long bytes() {
    return pendingBytes + underWayBytes;
  }

  boolean isEmpty() {
    return pending == null && underWay == null;
  }

  /** Coalesces a newer mutation into the pending write. */
  void add(Mutation newer, Since since, long lingersUntil) {
    if (pending == null) {
      pendingSince = since;
      readyAt = lingersUntil;
      pend(PendingWrite.of(newer));
    } else {
      pendingSince = pendingSince.and(since);
      pend(pending.then(newer));
    }
  }

  /** Drops the part of the pending write that a delete by filter makes redundant. */
  void deleteByFilter() {
    pend(pending.afterDeleteByFilter());
  }

  /**
   * Moves the first mutation of the pending write in flight; the rest stays pending.
   *
   * @param parts mutations to write instead of the first mutation, in this order; empty = none
   */
  void begin(List<Mutation> parts) {
    PendingWrite rest = pending.rest();
    long bytesBefore = pendingBytes;
    pend(coalesced(parts.subList(Math.min(1, parts.size()), parts.size()), rest));
    if (!parts.isEmpty()) {
      underWay = parts.get(0);
      underWaySince = pendingSince;
      underWayBytes =
          pending == null && parts.size() == 1 ? bytesBefore : underWay.estimatedBytes();
    }
  }

  /** Ends the mutation in flight, which was acknowledged or given up. */
  void settle() {
    underWay = null;
    underWayBytes = 0;
  }

  /** Moves this record to a queue, unless it is there already; null = to no queue. */
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

  /** Returns null if there is nothing to write. */
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
