package io.chromasync.testing;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Which fault befalls which request: decided by a seed and the request's number alone. Immutable.
 *
 * @param shares of all requests, by fault; the rest passes
 */
public record FaultPlan(long seed, Map<Fault, Double> shares) {

  /** Any odd number that the generator itself does not add: requests share no values then. */
  private static final long STRIDE = 0xD1342543DE82EF95L;

  /** Nothing goes wrong. */
  public static final FaultPlan CALM = new FaultPlan(0, Map.of());

  public FaultPlan {
    shares = Map.copyOf(shares);
    double sum = shares.values().stream().mapToDouble(Double::doubleValue).sum();
    if (sum > 1) {
      throw new IllegalArgumentException("shares must add up to at most 1 but were " + shares);
    }
    if (shares.containsKey(Fault.STALL)) {
      throw new IllegalArgumentException("a stall is not planned but begun: FaultProxy.stall()");
    }
  }

  /** Each of these faults befalls the same share of all requests. */
  public static FaultPlan of(long seed, double share, Fault... faults) {
    Map<Fault, Double> shares = new EnumMap<>(Fault.class);
    for (Fault fault : faults) {
      shares.put(fault, share);
    }
    return new FaultPlan(seed, shares);
  }

  /** The fault of a request. */
  public Fault of(long request) {
    double left = chance(request).nextDouble();
    for (Fault fault : Fault.values()) {
      left -= shares.getOrDefault(fault, 0.0);
      if (left < 0) {
        return fault;
      }
    }
    return Fault.NONE;
  }

  /** How long a request waits that is to wait. */
  public Duration wait(long request, Duration atMost) {
    SplittableRandom chance = chance(request);
    chance.nextDouble();
    return Duration.ofMillis(chance.nextLong(atMost.toMillis() + 1));
  }

  private SplittableRandom chance(long request) {
    return new SplittableRandom(seed + request * STRIDE);
  }
}
