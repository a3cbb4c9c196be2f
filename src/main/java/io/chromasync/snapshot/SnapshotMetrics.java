package io.chromasync.snapshot;

import io.chromasync.config.Metrics;
import java.util.concurrent.atomic.DoubleAdder;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.ThreadSafeSimpleCounter;

/**
 * What is told of the reading of the table since the last start. Thread-safe.
 *
 * @param itemsRead all items that came
 * @param itemsPassedOver among them, those that are in no image's partition
 */
record SnapshotMetrics(
    Counter itemsRead,
    Counter itemsPassedOver,
    Counter snapshotsEmitted,
    Counter requestsThrottled,
    Counter requestsRetried,
    DoubleAdder readUnits) {

  static SnapshotMetrics register(MetricGroup operator) {
    MetricGroup group = Metrics.of(operator);
    DoubleAdder units = new DoubleAdder();
    group.gauge("read_units", (Gauge<Double>) units::sum);
    return new SnapshotMetrics(
        counter(group, "table_items_read"),
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
