package io.chromasync.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.local.Patience;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class PatienceTest {

  private final AtomicLong seconds = new AtomicLong();
  private final Patience patience =
      new Patience(Duration.ofSeconds(10), () -> Duration.ofSeconds(seconds.get()).toNanos());

  @Test
  void itLastsAsLongAsMoreIsDone() {
    for (int done = 0; done < 100; done++) {
      assertThat(isOver(9, done)).isFalse();
    }
    assertThat(isOver(9, 99)).isFalse();
    assertThat(isOver(1, 99)).isTrue();
  }

  /** As the counters of a job that fails again and again. */
  @Test
  void whatIsDoneAgainIsNothingMore() {
    assertThat(isOver(0, 5)).isFalse();
    assertThat(isOver(4, 0)).isFalse();
    assertThat(isOver(4, 5)).isFalse();
    assertThat(isOver(2, 1)).isTrue();
  }

  private boolean isOver(long later, double done) {
    seconds.addAndGet(later);
    return patience.isOverAt(done);
  }
}
