package io.chromasync.delta;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.delta.format.UnusableDelta;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LoadBudgetsTest {

  private static final Instant ARRIVED = Instant.parse("2026-11-23T16:00:00Z");
  private static final Instant FAILED = ARRIVED.plusSeconds(20);
  private static final Instant NOW = ARRIVED.plusSeconds(50);
  private static final LoadBudgets BUDGETS =
      new LoadBudgets(Duration.ofMinutes(1), Duration.ofMinutes(15));
  private static final LoadBudgets NO_RETRIES =
      new LoadBudgets(Duration.ofMinutes(1), Duration.ZERO);

  private final Exception incomplete = UnusableDelta.incomplete("not there");
  private final Exception away = new Unavailable("away", null);
  private final Exception denied = Unavailable.orMissing("denied", null);

  @Test
  void c14AMissingDeltaIsWaitedForFromTheArrivalOfItsRun() {
    assertThat(BUDGETS.deadline(incomplete, ARRIVED, null, NOW)).isEqualTo(ARRIVED.plusSeconds(60));
    assertThat(BUDGETS.deadline(incomplete, ARRIVED, FAILED, NOW))
        .isEqualTo(ARRIVED.plusSeconds(60));
  }

  @Test
  void c14WhatPassesIsTriedAgainFromItsFirstFailure() {
    assertThat(BUDGETS.deadline(away, ARRIVED, FAILED, NOW)).isEqualTo(FAILED.plusSeconds(900));
    assertThat(BUDGETS.deadline(away, ARRIVED, null, NOW)).isEqualTo(NOW.plusSeconds(900));
  }

  @Test
  void c14DeniedAccessHasTheLongerOfBoth() {
    assertThat(BUDGETS.deadline(denied, ARRIVED, FAILED, NOW)).isEqualTo(FAILED.plusSeconds(900));
    assertThat(NO_RETRIES.deadline(denied, ARRIVED, FAILED, NOW))
        .isEqualTo(ARRIVED.plusSeconds(60));
    assertThat(NO_RETRIES.deadline(away, ARRIVED, FAILED, NOW)).isEqualTo(FAILED);
  }
}
