package io.chromasync.chroma.delivery;

/** The bounds of a writer, for tests of the writer itself. */
public final class WriterBounds {

  public static final int AHEAD = Backlog.AHEAD;
  public static final long MOST_BYTES = Backlog.MOST_BYTES;

  private WriterBounds() {}
}
