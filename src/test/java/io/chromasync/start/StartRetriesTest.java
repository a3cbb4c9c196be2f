package io.chromasync.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chromasync.config.InvalidSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Patience at start, in simulated time. */
class StartRetriesTest {

  private static final Duration BUDGET = Duration.ofMinutes(2);

  private final List<Duration> waits = new ArrayList<>();
  private Instant now = Instant.parse("2026-11-30T10:00:00Z");
  private int attempts;

  @Test
  void c11WhatIsReadyIsNotWaitedFor() {
    String found = patience().until(() -> "there");

    assertThat(found).isEqualTo("there");
    assertThat(waits).isEmpty();
  }

  @Test
  void c11WhatIsAwayIsAskedAgainSoonAndThenEveryFewSeconds() {
    assertThat(patience().until(awayFor(20, Duration.ZERO))).isEqualTo("there");

    assertThat(attempts).isEqualTo(21);
    assertThat(waits.get(0)).isEqualTo(Duration.ofMillis(250));
    assertThat(waits.get(19)).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void c11TheBudgetEndsIt() {
    assertThatThrownBy(() -> patience().until(awayFor(1_000, Duration.ZERO)))
        .isInstanceOf(InvalidSettings.class)
        .hasMessage("it is away; waited for all of PT2M ('chroma.start-budget')");

    assertThat(waits.stream().reduce(Duration.ZERO, Duration::plus))
        .as("the last attempt begins when the budget ends")
        .isEqualTo(BUDGET);
  }

  @Test
  void c11WithoutABudgetItIsAskedOnce() {
    StartRetries once =
        new StartRetries(Duration.ZERO, "chroma.start-budget", () -> now, this::pause);

    assertThatThrownBy(() -> once.until(awayFor(1, Duration.ZERO)))
        .isInstanceOf(InvalidSettings.class)
        .hasMessage("it is away");
    assertThat(attempts).isEqualTo(1);
  }

  @Test
  void c11WhatAsksForTimeGetsIt() {
    assertThat(patience().until(awayFor(2, Duration.ofSeconds(42)))).isEqualTo("there");

    assertThat(waits).containsExactly(Duration.ofSeconds(42), Duration.ofSeconds(42));
  }

  @Test
  void c11WhatAsksForMoreTimeThanThereIsGetsAllOfIt() {
    assertThat(patience().until(awayFor(1, Duration.ofHours(1)))).isEqualTo("there");

    assertThat(waits).containsExactly(BUDGET);
  }

  @Test
  void c11WhatIsFinalEndsItAtOnce() {
    Supplier<String> wrong =
        () -> {
          throw new InvalidSettings("wrong");
        };

    assertThatThrownBy(() -> patience().until(wrong))
        .isInstanceOf(InvalidSettings.class)
        .hasMessage("wrong");
    assertThat(waits).isEmpty();
  }

  @Test
  void c11AnInterruptionEndsIt() {
    StartRetries interrupted =
        new StartRetries(
            BUDGET,
            "chroma.start-budget",
            () -> now,
            wait -> {
              throw new InterruptedException();
            });

    assertThatThrownBy(() -> interrupted.until(awayFor(9, Duration.ZERO)))
        .isInstanceOf(InvalidSettings.class)
        .hasMessage("Interrupted while waiting: it is away");
    assertThat(Thread.interrupted()).as("the thread stays interrupted").isTrue();
    assertThat(attempts).isEqualTo(1);
  }

  private StartRetries patience() {
    return new StartRetries(BUDGET, "chroma.start-budget", () -> now, this::pause);
  }

  private void pause(Duration wait) {
    waits.add(wait);
    now = now.plus(wait);
  }

  private Supplier<String> awayFor(int times, Duration atLeast) {
    return () -> {
      if (++attempts <= times) {
        throw new Unready(List.of("it is away"), atLeast);
      }
      return "there";
    };
  }
}
