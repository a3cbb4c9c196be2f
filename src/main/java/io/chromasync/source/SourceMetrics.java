package io.chromasync.source;

import io.chromasync.runtime.Metrics;
import java.time.InstantSource;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/**
 * Metrics of a reader over all its shards. The number of shards is unbounded, so there are no
 * metrics for single shards.
 *
 * <p>The task's thread counts {@code records_read} and, among them, {@code records_passed_over}
 * (from before the start) and {@code records_of_other_tables}. The fetcher thread counts the rest.
 */
record SourceMetrics(
    ShardLag lag,
    Counter recordsRead,
    Counter recordsPassedOver,
    Counter recordsOfOtherTables,
    Counter gaps,
    Counter requestsThrottled,
    Counter iteratorsRenewed) {

  static SourceMetrics register(MetricGroup operator, InstantSource clock) {
    MetricGroup group = Metrics.of(operator);
    ShardLag lag = new ShardLag();
    group.gauge("lag_ms", (Gauge<Long>) () -> lag.millis(clock.instant()));
    group.gauge("shards_open", (Gauge<Integer>) lag::shards);
    return new SourceMetrics(
        lag,
        group.counter("records_read"),
        group.counter("records_passed_over"),
        group.counter("records_of_other_tables"),
        group.counter("gaps"),
        group.counter("requests_throttled"),
        group.counter("iterators_renewed"));
  }
}
