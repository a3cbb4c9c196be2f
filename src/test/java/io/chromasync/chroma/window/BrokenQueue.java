package io.chromasync.chroma.window;

import java.time.Duration;
import java.util.List;

/** Queue with one rule of order broken, for tests that must notice it. */
public final class BrokenQueue extends WriteQueue {

  /** Rules of order. */
  public enum Rule {
    /** A record has one mutation under way. */
    ONE_UNDER_WAY,
    /** A sweep is sent when nothing that it deletes is under way. */
    SWEEP_WAITS,
    /** What comes after a sweep waits until it is settled. */
    SWEEP_HOLDS_BACK
  }

  private final Rule broken;

  BrokenQueue(Rule broken) {
    this(broken, new WindowSettings(Duration.ofMillis(5), 8, 1 << 20));
  }

  public BrokenQueue(Rule broken, WindowSettings window) {
    super(window, List::of);
    this.broken = broken;
  }

  @Override
  boolean isFree(RecordWrites record) {
    return broken == Rule.ONE_UNDER_WAY || super.isFree(record);
  }

  @Override
  boolean isFree(SweepGate gate, Scope scope) {
    return broken == Rule.SWEEP_WAITS || super.isFree(gate, scope);
  }

  @Override
  boolean isHeldBack(RecordWrites record, Scope scope) {
    return broken != Rule.SWEEP_HOLDS_BACK && super.isHeldBack(record, scope);
  }
}
