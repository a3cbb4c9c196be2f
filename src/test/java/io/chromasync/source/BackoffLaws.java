package io.chromasync.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class BackoffLaws {

  @Property
  void aPauseIsBetweenHalfAndAllOfTheDoubledOne(
      @ForAll @IntRange(min = 1, max = 1000) int attempt, @ForAll long seed) {
    Duration pause = Backoff.STANDARD.pause(attempt, new Random(seed));

    long whole = (long) Math.min(10_000, 200 * Math.pow(2, attempt - 1));
    assertThat(pause.toMillis()).isBetween(whole / 2, whole);
  }
}
