package io.chromasync.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class RetryPolicyLaws {

  private static final RetryPolicy POLICY = RetryPolicy.STANDARD.within(Duration.ofSeconds(10));

  @Property
  void delaysDoubleUpToTheLongestAndHalfOfThemIsRandom(
      @ForAll @IntRange(min = 1, max = 100_000) int retry, @ForAll long seed) {
    long full = (long) Math.min(10_000, 200 * Math.pow(2, retry - 1));

    assertThat(POLICY.delay(retry, new Random(seed)).toMillis()).isBetween(full / 2, full);
    assertThat(POLICY.withoutJitter().delay(retry, new Random(seed)).toMillis()).isEqualTo(full);
  }

  @Property
  void theMinimumDelayOfAServerIsKept(
      @ForAll @IntRange(min = 1, max = 20) int retry,
      @ForAll @IntRange(min = 0, max = 100) int seconds,
      @ForAll long seed) {
    Duration asked = Duration.ofSeconds(seconds);

    Duration delay = POLICY.delay(retry, asked, new Random(seed));

    assertThat(delay).isGreaterThanOrEqualTo(asked);
    assertThat(delay).isLessThanOrEqualTo(max(asked, POLICY.longest()));
  }

  @Property
  void noAttemptBeginsAfterTheBudget(
      @ForAll @IntRange(min = 0, max = 20) int elapsed,
      @ForAll @IntRange(min = 0, max = 20) int delay) {
    assertThat(POLICY.allows(Duration.ofSeconds(elapsed), Duration.ofSeconds(delay)))
        .isEqualTo(elapsed + delay <= 10);
  }

  @Property
  void retriesAreLimitedOnlyOnRequest(@ForAll @IntRange(min = 0, max = 100) int errors) {
    assertThat(POLICY.isExhausted(errors)).isFalse();
    assertThat(POLICY.atMost(3).isExhausted(errors)).isEqualTo(errors > 3);
    assertThat(RetryPolicy.STANDARD.allows(Duration.ofDays(errors), Duration.ofDays(1))).isTrue();
  }

  private static Duration max(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }
}
