package io.chromasync.chroma.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class RetriesLaws {

  @Property
  void waitsDoubleUpToTheCapAndHalfOfThemIsChance(
      @ForAll @IntRange(min = 1, max = 100_000) int attempt, @ForAll long seed) {
    long full =
        attempt > 10
            ? Retries.LONGEST.toMillis()
            : Math.min(
                Retries.FIRST.toMillis() * (1L << (attempt - 1)), Retries.LONGEST.toMillis());

    assertThat(retries(seed).delay(attempt, Duration.ZERO).toMillis()).isBetween(full / 2, full);
  }

  @Property
  void whatTheServerAsksForIsTheLeast(
      @ForAll @IntRange(min = 1, max = 20) int attempt,
      @ForAll @IntRange(min = 0, max = 100) int seconds,
      @ForAll long seed) {
    Duration asked = Duration.ofSeconds(seconds);

    Duration delay = retries(seed).delay(attempt, asked);

    assertThat(delay).isGreaterThanOrEqualTo(asked);
    assertThat(delay).isLessThanOrEqualTo(max(asked, Retries.LONGEST));
  }

  @Property
  void noAttemptBeginsAfterTheBudget(
      @ForAll @IntRange(min = 0, max = 20) int elapsed,
      @ForAll @IntRange(min = 0, max = 20) int delay,
      @ForAll long seed) {
    assertThat(retries(seed).allows(Duration.ofSeconds(elapsed), Duration.ofSeconds(delay)))
        .isEqualTo(elapsed + delay <= 10);
  }

  private static Retries retries(long seed) {
    return new Retries(Duration.ofSeconds(10), new Random(seed));
  }

  private static Duration max(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }
}
