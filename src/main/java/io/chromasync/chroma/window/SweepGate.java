package io.chromasync.chroma.window;

/**
 * Sweep on its way: a gate for the records it deletes. It is sent when nothing of them is under
 * way; until it is settled, their pending writes, which came after it, are held back.
 */
final class SweepGate implements Ready {

  final Sweep sweep;

  private final long since;
  private final long readyAt;
  private boolean queued;
  private boolean underWay;

  /**
   * @param since event time of the oldest removal behind it, in microseconds since the epoch
   * @param readyAt processing time in milliseconds from which on it is due
   */
  SweepGate(Sweep sweep, long since, long readyAt) {
    this.sweep = sweep;
    this.since = since;
    this.readyAt = readyAt;
  }

  long since() {
    return since;
  }

  @Override
  public long readyAt() {
    return readyAt;
  }

  @Override
  public long pendingBytes() {
    return sweep.mutation().weight();
  }

  boolean isUnderWay() {
    return underWay;
  }

  /** Begins to write it. */
  void begin() {
    underWay = true;
  }

  /** Whether it is, or was, in the queue of ready sweeps. */
  boolean isQueued() {
    return queued;
  }

  void queue() {
    queued = true;
  }

  /** This gate in place of an older one as well, with a sweep that deletes what either does. */
  SweepGate insteadOf(SweepGate older, Sweep both) {
    return new SweepGate(both, Math.min(since, older.since), Math.min(readyAt, older.readyAt));
  }
}
