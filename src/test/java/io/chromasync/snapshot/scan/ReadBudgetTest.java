package io.chromasync.snapshot.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ReadBudgetTest {

  private static final long SECOND = 1_000_000_000L;

  private final ReadBudget budget = new ReadBudget();

  @Test
  void withoutALimitNothingWaits() {
    budget.spent(1_000_000, 10, 0);

    assertThat(budget.pause(0)).isZero();
    assertThat(budget.limit()).isNull();
  }

  @Test
  void whatAPageTookIsPaidForByWaiting() {
    budget.rate(10);
    assertThat(budget.pause(SECOND)).isZero();

    budget.spent(25, 100, SECOND);
    assertThat(budget.pause(SECOND)).isEqualTo(Duration.ofMillis(2500));
    budget.spent(5, 100, 2 * SECOND);

    assertThat(budget.pause(2 * SECOND)).isEqualTo(Duration.ofSeconds(2));
    assertThat(budget.pause(4 * SECOND)).isZero();
  }

  @Test
  void timeInWhichNothingWasReadIsNotSaved() {
    budget.rate(10);
    budget.spent(10, 1, 0);
    budget.spent(10, 1, 100 * SECOND);

    assertThat(budget.pause(100 * SECOND)).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void pagesAreKeptToASecondsWorth() {
    budget.rate(10);
    assertThat(budget.limit()).isEqualTo(100);

    budget.spent(50, 100, 0);
    assertThat(budget.limit()).isEqualTo(20);

    budget.rate(0.1);
    assertThat(budget.limit()).isEqualTo(1);
  }

  @Test
  void theClockMayBeNegative() {
    budget.rate(1);
    budget.spent(1, 1, -SECOND);

    assertThat(budget.pause(-SECOND)).isEqualTo(Duration.ofSeconds(1));
  }
}
