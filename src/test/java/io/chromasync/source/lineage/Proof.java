package io.chromasync.source.lineage;

/** How many listings prove an absence, for simulations of streams that list incompletely. */
public final class Proof {

  public static final int LISTINGS = ConsecutiveMisses.MISSES;

  private Proof() {}
}
