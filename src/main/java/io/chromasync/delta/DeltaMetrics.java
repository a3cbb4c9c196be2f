package io.chromasync.delta;

import io.chromasync.model.CollectionName;
import io.chromasync.model.RunDelta;
import io.chromasync.runtime.Metrics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.ThreadSafeSimpleCounter;

/** Metrics of the loading of deltas. Thread-safe. */
final class DeltaMetrics {

  private final Map<CollectionName, Counter> loaded;
  private final Map<CollectionName, Counter> failed;
  private final Map<CollectionName, Counter> retried;
  private final Counter vectors;
  private final AtomicInteger pending = new AtomicInteger();
  private final AtomicInteger loading = new AtomicInteger();

  DeltaMetrics(MetricGroup operator, List<CollectionName> collections) {
    MetricGroup group = Metrics.of(operator);
    loaded = counters(group, collections, "deltas_loaded");
    failed = counters(group, collections, "deltas_failed");
    retried = counters(group, collections, "deltas_retried");
    vectors = group.counter("vectors_loaded", new ThreadSafeSimpleCounter());
    group.gauge("deltas_pending", pending::get);
    group.gauge("deltas_loading", loading::get);
  }

  /** Adds a delta, submitted for loading, to the pending deltas. */
  void given() {
    pending.incrementAndGet();
  }

  /** Removes a delta from the pending deltas, after its steps or its failure were emitted. */
  void emitted() {
    pending.decrementAndGet();
  }

  void begins() {
    loading.incrementAndGet();
  }

  void ends() {
    loading.decrementAndGet();
  }

  void loaded(RunDelta delta, int embeddings) {
    loaded.get(delta.collection()).inc();
    vectors.inc(embeddings);
  }

  void failed(RunDelta delta) {
    failed.get(delta.collection()).inc();
  }

  void retried(RunDelta delta) {
    retried.get(delta.collection()).inc();
  }

  private static Map<CollectionName, Counter> counters(
      MetricGroup group, List<CollectionName> collections, String name) {
    Map<CollectionName, Counter> counters = new HashMap<>();
    for (CollectionName collection : collections) {
      counters.put(
          collection,
          group
              .addGroup("collection", collection.name())
              .counter(name, new ThreadSafeSimpleCounter()));
    }
    return counters;
  }
}
