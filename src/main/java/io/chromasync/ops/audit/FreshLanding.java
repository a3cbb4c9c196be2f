package io.chromasync.ops.audit;

import io.chromasync.chroma.FreshUpTo;
import io.chromasync.config.InvalidSettings;
import io.chromasync.model.CollectionName;
import io.chromasync.start.Unready;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalLong;

/**
 * Landing of changes by what the running job publishes: the instant up to which each collection
 * reflects every change of the table. Not thread-safe.
 */
final class FreshLanding implements Landing {

  private static final Duration LOOK = Duration.ofMillis(500);

  /** Interval between two looks while Chroma is read. */
  private static final Duration PAUSE = Duration.ofSeconds(2);

  /**
   * Age that a job reaches without falling behind: DynamoDB Local rounds times down to the minute.
   */
  private static final Duration USUAL = Duration.ofSeconds(90);

  private static final Duration LONGEST_REST = Duration.ofMinutes(1);

  private final FreshUpTo fresh;
  private final List<CollectionName> collections;
  private final Duration patience;
  private final InstantSource clock;
  private Instant next = Instant.MIN;
  private Duration age = Duration.ZERO;

  /**
   * @param patience maximum wait for a time
   */
  FreshLanding(
      FreshUpTo fresh, List<CollectionName> collections, Duration patience, InstantSource clock) {
    this.fresh = fresh;
    this.collections = collections;
    this.patience = patience;
    this.clock = clock;
  }

  @Override
  public boolean await(Instant time) throws InterruptedException {
    Instant end = clock.instant().plus(patience);
    while (clock.instant().isBefore(end)) {
      OptionalLong upTo = upTo();
      if (upTo.isPresent() && upTo.getAsLong() >= time.toEpochMilli()) {
        return true;
      }
      Thread.sleep(LOOK.toMillis());
    }
    return false;
  }

  @Override
  public void rest() throws InterruptedException {
    Instant end = clock.instant().plus(LONGEST_REST);
    while (clock.instant().isAfter(next) && clock.instant().isBefore(end)) {
      Duration before = age;
      OptionalLong upTo = upTo();
      age =
          upTo.isEmpty()
              ? Duration.ZERO
              : Duration.between(Instant.ofEpochMilli(upTo.getAsLong()), clock.instant());
      boolean fallsBehind = age.compareTo(USUAL) > 0 && age.compareTo(before) > 0;
      if (!fallsBehind) {
        next = clock.instant().plus(PAUSE);
        return;
      }
      Thread.sleep(LOOK.toMillis());
    }
  }

  /** Earliest instant of all collections; empty if some have none, or Chroma does not respond. */
  private OptionalLong upTo() {
    long least = Long.MAX_VALUE;
    try {
      for (CollectionName each : collections) {
        OptionalLong upTo = fresh.of(each);
        if (upTo.isEmpty()) {
          return upTo;
        }
        least = Math.min(least, upTo.getAsLong());
      }
      return OptionalLong.of(least);
    } catch (Unready | InvalidSettings e) {
      return OptionalLong.empty();
    }
  }
}
