package io.chromasync.local;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How long to wait for something that takes as long as the machine is slow: until nothing more was
 * done for a while. What is done again, as after a restart, is nothing more.
 */
public final class Patience {

  private final long atMost;
  private final LongSupplier nanoTime;
  private double most = Double.NEGATIVE_INFINITY;
  private long since;

  /**
   * @param atMost without anything more
   */
  public Patience(Duration atMost, LongSupplier nanoTime) {
    this.atMost = atMost.toNanos();
    this.nanoTime = nanoTime;
    this.since = nanoTime.getAsLong();
  }

  /**
   * Whether it is over.
   *
   * @param done how much was done by now
   */
  public boolean isOverAt(double done) {
    long now = nanoTime.getAsLong();
    if (done > most) {
      most = done;
      since = now;
    }
    return now - since >= atMost;
  }
}
