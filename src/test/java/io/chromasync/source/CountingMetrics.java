package io.chromasync.source;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.ThreadSafeSimpleCounter;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;

/** Counters and gauges by name alone, over all who register them. Thread-safe. */
final class CountingMetrics extends UnregisteredMetricsGroup {

  private final Map<String, Counter> counters = new ConcurrentHashMap<>();
  private final Map<String, Gauge<?>> gauges = new ConcurrentHashMap<>();

  long count(String name) {
    return counters.get(name).getCount();
  }

  Object gauge(String name) {
    return gauges.get(name).getValue();
  }

  @Override
  public Counter counter(String name) {
    return counters.computeIfAbsent(name, n -> new ThreadSafeSimpleCounter());
  }

  @Override
  public <T, G extends Gauge<T>> G gauge(String name, G gauge) {
    gauges.put(name, gauge);
    return gauge;
  }

  @Override
  public MetricGroup addGroup(String name) {
    return this;
  }

  @Override
  public MetricGroup addGroup(String key, String value) {
    return this;
  }
}
