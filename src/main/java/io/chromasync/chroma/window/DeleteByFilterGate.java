package io.chromasync.chroma.window;

/**
 * Unsettled delete by filter, which delays other writes of the records it deletes. It is sent when
 * none of these records is in flight. Until it is settled, later writes of these records stay
 * pending.
 */
final class DeleteByFilterGate implements Ready {

  final DeleteByFilter delete;

  private final Since since;
  private final long readyAt;
  private boolean queued;
  private boolean underWay;

  /**
   * @param since beginning of the oldest deletion it covers
   * @param readyAt processing time in milliseconds at which it is due
   */
  DeleteByFilterGate(DeleteByFilter delete, Since since, long readyAt) {
    this.delete = delete;
    this.since = since;
    this.readyAt = readyAt;
  }

  Since since() {
    return since;
  }

  @Override
  public long readyAt() {
    return readyAt;
  }

  @Override
  public long pendingBytes() {
    return delete.mutation().estimatedBytes();
  }

  boolean isUnderWay() {
    return underWay;
  }

  /** Marks the delete as in flight. */
  void begin() {
    underWay = true;
  }

  /** Returns true once the delete has entered the queue of ready deletes. */
  boolean isQueued() {
    return queued;
  }

  void queue() {
    queued = true;
  }

  /**
   * Returns a gate that replaces this gate and an older gate.
   *
   * @param both delete that covers the records of both gates
   */
  DeleteByFilterGate insteadOf(DeleteByFilterGate older, DeleteByFilter both) {
    return new DeleteByFilterGate(both, since.and(older.since), Math.min(readyAt, older.readyAt));
  }
}
