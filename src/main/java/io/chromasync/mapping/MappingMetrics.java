package io.chromasync.mapping;

import io.chromasync.config.Metrics;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/**
 * Counts what item changes meant: each is read, and is then mapped to a fact or a run, ignored or
 * rejected.
 *
 * <p>A name with a label is registered when it is first counted. Used by the operator's thread.
 */
final class MappingMetrics {

  private final MetricGroup group;
  private final Counter read;
  private final Counter runs;
  private final Map<String, Counter> outcomes = new HashMap<>();

  MappingMetrics(MetricGroup operator) {
    group = Metrics.of(operator);
    read = group.counter("items_read");
    runs = group.counter("runs_mapped");
  }

  void count(Meaning meaning) {
    read.inc();
    if (meaning instanceof Meaning.Ignored ignored) {
      inc("items_ignored", "type", ignored.type());
    } else if (meaning instanceof Meaning.Rejected rejected) {
      inc("items_rejected", "reason", lower(rejected.reason()));
    } else if (meaning instanceof Meaning.Fact fact) {
      inc("facts_mapped", "entity", lower(fact.change().entity().type()));
    } else if (meaning instanceof Meaning.Run) {
      runs.inc();
    }
  }

  private void inc(String name, String label, String value) {
    outcomes
        .computeIfAbsent(name + '/' + value, n -> group.addGroup(label, value).counter(name))
        .inc();
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
