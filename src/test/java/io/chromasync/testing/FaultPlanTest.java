package io.chromasync.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class FaultPlanTest {

  private static final int REQUESTS = 20_000;

  @Test
  void aSeedDecidesAllFaults() {
    List<Fault> faults = faults(FaultPlan.of(7, 0.1, Fault.CUT, Fault.ERROR));

    assertThat(faults(FaultPlan.of(7, 0.1, Fault.CUT, Fault.ERROR))).isEqualTo(faults);
    assertThat(faults(FaultPlan.of(8, 0.1, Fault.CUT, Fault.ERROR))).isNotEqualTo(faults);
  }

  @Test
  void eachFaultHasItsShare() {
    Map<Fault, Long> counts = new EnumMap<>(Fault.class);
    faults(new FaultPlan(3, Map.of(Fault.CUT, 0.05, Fault.DELAY, 0.2)))
        .forEach(fault -> counts.merge(fault, 1L, Long::sum));

    assertThat(counts).containsOnlyKeys(Fault.NONE, Fault.CUT, Fault.DELAY);
    assertThat(counts.get(Fault.CUT)).isCloseTo(REQUESTS / 20, within(150L));
    assertThat(counts.get(Fault.DELAY)).isCloseTo(REQUESTS / 5, within(300L));
  }

  @Test
  void inCalmNothingGoesWrong() {
    assertThat(faults(FaultPlan.CALM)).containsOnly(Fault.NONE);
  }

  @Test
  void aWaitIsNeverLongerThanItMayBe() {
    FaultPlan plan = FaultPlan.of(5, 1, Fault.DELAY);
    Duration longest = Duration.ofMillis(3);

    assertThat(LongStream.range(0, 100).mapToObj(request -> plan.wait(request, longest)))
        .allMatch(wait -> wait.compareTo(longest) <= 0)
        .contains(Duration.ZERO, longest);
  }

  @Test
  void sharesBeyondAllRequestsAreRefused() {
    assertThatThrownBy(() -> FaultPlan.of(1, 0.6, Fault.CUT, Fault.ERROR))
        .hasMessageContaining("shares must add up to at most 1 but were");
  }

  @Test
  void aStallCannotBePlanned() {
    assertThatThrownBy(() -> FaultPlan.of(1, 0.1, Fault.STALL)).hasMessageContaining("stall()");
  }

  private static List<Fault> faults(FaultPlan plan) {
    return LongStream.range(0, REQUESTS).mapToObj(plan::of).toList();
  }
}
