package io.chromasync.mapping;

import io.chromasync.runtime.DurableCounters;
import java.util.Locale;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.FunctionInitializationContext;

/**
 * Metrics of mapping: each item change is read, and is then mapped to a fact or a run, ignored or
 * rejected.
 *
 * <p>A name with a label is registered when it is first counted. Used by the operator's thread.
 */
final class MappingMetrics {

  private final DurableCounters counters;
  private final Counter read;
  private final Counter runs;
  private final Counter deadLetters;

  private MappingMetrics(DurableCounters counters) {
    this.counters = counters;
    read = counters.counter("items_read");
    runs = counters.counter("runs_mapped");
    deadLetters = counters.counter("dead_letters");
  }

  /** Restores the counters of an operator, and registers them. */
  static MappingMetrics of(FunctionInitializationContext state, RuntimeContext context)
      throws Exception {
    return new MappingMetrics(DurableCounters.of(state, context.getMetricGroup()));
  }

  /** Saves the counters in state. */
  void save() throws Exception {
    counters.save();
  }

  /** Counts a delta to be loaded because of a snapshot. */
  void pendingDelta() {
    counters.counter("pending_deltas_listed").inc();
  }

  void count(MappedItem mapped) {
    read.inc();
    if (mapped instanceof MappedItem.Ignored ignored) {
      inc("items_ignored", "type", ignored.type());
    } else if (mapped instanceof MappedItem.Rejected rejected) {
      inc("items_rejected", "reason", lower(rejected.reason()));
      deadLetters.inc();
    } else if (mapped instanceof MappedItem.Fact fact) {
      inc("facts_mapped", "entity", fact.change().entity().kind().name());
    } else if (mapped instanceof MappedItem.Run) {
      runs.inc();
    }
  }

  private void inc(String name, String label, String value) {
    counters.counter(name, label, value).inc();
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
