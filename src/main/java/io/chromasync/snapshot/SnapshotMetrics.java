package io.chromasync.snapshot;

import io.chromasync.runtime.Metrics;
import java.util.concurrent.atomic.DoubleAdder;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.ThreadSafeSimpleCounter;

/**
 * Metrics of table reads since the last start. Thread-safe.
 *
 * @param itemsRead all items received
 * @param itemsPassedOver received items outside the partitions of the domain, which are skipped
 */
public record SnapshotMetrics(
    Counter itemsRead,
    Counter itemsPassedOver,
    Counter snapshotsEmitted,
    Counter requestsThrottled,
    Counter requestsRetried,
    DoubleAdder readUnits) {

  /** Registers the metrics below the metric group of an operator. */
  public static SnapshotMetrics register(MetricGroup operator) {
    MetricGroup group = Metrics.of(operator);
    DoubleAdder units = new DoubleAdder();
    group.gauge("read_units", (Gauge<Double>) units::sum);
    return new SnapshotMetrics(
        counter(group, "items_scanned"),
        counter(group, "items_passed_over"),
        counter(group, "snapshots_emitted"),
        counter(group, "requests_throttled"),
        counter(group, "requests_retried"),
        units);
  }

  private static Counter counter(MetricGroup group, String name) {
    return group.counter(name, new ThreadSafeSimpleCounter());
  }
}
