package io.chromasync.chroma.window;

/**
 * Sweep on its way: a gate for the records it deletes. It is sent when nothing of them is under
 * way; until it is settled, their pending writes, which came after it, are held back.
 */
final class SweepGate implements Ready {

  final Sweep sweep;

  /** Event time of the oldest removal behind it, in microseconds since the epoch. */
  final long since;

  boolean underWay;

  /** Whether it is in the queue of ready sweeps. */
  boolean queued;

  private final long readyAt;

  SweepGate(Sweep sweep, long since, long readyAt) {
    this.sweep = sweep;
    this.since = since;
    this.readyAt = readyAt;
  }

  @Override
  public long readyAt() {
    return readyAt;
  }

  /** This gate in place of an older one as well, with a sweep that deletes what either does. */
  SweepGate insteadOf(SweepGate older, Sweep both) {
    return new SweepGate(both, Math.min(since, older.since), Math.min(readyAt, older.readyAt));
  }
}
