package io.chromasync.mapping;

import io.chromasync.runtime.DurableCounters;
import java.util.Locale;
import org.apache.flink.metrics.Counter;

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

  MappingMetrics(DurableCounters counters) {
    this.counters = counters;
    read = counters.counter("items_read");
    runs = counters.counter("runs_mapped");
    deadLetters = counters.counter("dead_letters");
  }

  void count(MappedItem meaning) {
    read.inc();
    if (meaning instanceof MappedItem.Ignored ignored) {
      inc("items_ignored", "type", ignored.type());
    } else if (meaning instanceof MappedItem.Rejected rejected) {
      inc("items_rejected", "reason", lower(rejected.reason()));
      deadLetters.inc();
    } else if (meaning instanceof MappedItem.Fact fact) {
      inc("facts_mapped", "entity", lower(fact.change().entity().type()));
    } else if (meaning instanceof MappedItem.Run) {
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
