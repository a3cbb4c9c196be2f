package io.chromasync.chroma.delivery;

import java.time.Duration;

/** Limits of delivery, for tests of the writer above it. */
public final class DeliveryLimits {

  public static final int AHEAD = WriterBounds.AHEAD;
  public static final long MOST_BYTES = WriterBounds.MOST_BYTES;
  public static final Duration STALLED = Exchanges.STALLED;
  public static final int LOST_CONNECTIONS = ConnectionLoss.MOST;
  public static final int LOST_CONNECTIONS_IF_SMALL = ConnectionLoss.MOST_IF_SMALL;
  public static final int FIRST_VECTORS = RequestSize.FIRST_VECTORS;

  private DeliveryLimits() {}
}
