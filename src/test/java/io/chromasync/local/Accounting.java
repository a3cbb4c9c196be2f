package io.chromasync.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chromasync.local.FlinkRest.Aggregate;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Whether every change that the running job read ended in one counted outcome. */
final class Accounting {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final Map<String, Aggregate> METRICS =
      Stream.of(
              "items_read",
              "facts_mapped",
              "runs_mapped",
              "items_ignored",
              "items_rejected",
              "changes_applied",
              "changes_superseded",
              "changes_duplicate",
              "changes_suppressed",
              "changes_too_late")
          .collect(Collectors.toMap(Function.identity(), name -> Aggregate.sum));

  private Accounting() {}

  /**
   * Holds when nothing is on its way any more; metrics follow a second or two later.
   *
   * <p>Counters begin anew with a restart, but what the REST API shows does not: a counter with a
   * label is there from its first count on, and until then shows that of the attempt before. So
   * today it may be asked only of a job that has not been restarted since it was submitted.
   */
  static void assertIdentity(FlinkRest flink) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              Map<String, Double> counted = flink.metrics(METRICS);
              assertThat(counted.getOrDefault("items_read", 0.0)).isPositive();
              assertThat(counted.get("items_read"))
                  .as("items read, of %s", counted)
                  .isEqualTo(
                      sum(
                          counted,
                          "facts_mapped",
                          "runs_mapped",
                          "items_ignored",
                          "items_rejected"));
              assertThat(counted.get("facts_mapped"))
                  .as("facts mapped, of %s", counted)
                  .isEqualTo(
                      sum(
                          counted,
                          "changes_applied",
                          "changes_superseded",
                          "changes_duplicate",
                          "changes_suppressed",
                          "changes_too_late"));
            });
  }

  private static double sum(Map<String, Double> counted, String... names) {
    return Stream.of(names).mapToDouble(name -> counted.getOrDefault(name, 0.0)).sum();
  }
}
