package io.chromasync.resolve;

import io.chromasync.config.Metrics;
import io.chromasync.model.Collection;
import io.chromasync.model.EntityType;
import io.chromasync.model.FactChange;
import io.chromasync.model.Mutation;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/**
 * What an operator sees of resolve: changes by outcome and entity, mutations by verb and
 * collection.
 */
final class ResolveMetrics {

  private final Map<Outcome, Map<EntityType, Counter>> changes = new EnumMap<>(Outcome.class);
  private final Map<Mutation.Verb, Map<Collection, Counter>> mutations =
      new EnumMap<>(Mutation.Verb.class);
  private final Counter unchanged;
  private final Counter written;
  private final Counter ended;
  private final Counter expired;

  ResolveMetrics(MetricGroup operator) {
    MetricGroup group = Metrics.of(operator);
    for (Outcome outcome : Outcome.values()) {
      changes.put(
          outcome, counters(group, EntityType.class, "entity", "changes_" + lowerCase(outcome)));
    }
    for (Mutation.Verb verb : Mutation.Verb.values()) {
      mutations.put(
          verb, counters(group, Collection.class, "collection", "mutations_" + lowerCase(verb)));
    }
    unchanged = group.counter("records_unchanged");
    written = group.counter("tombstones_written");
    ended = group.counter("tombstones_ended");
    expired = group.counter("tombstones_expired");
  }

  void count(FactChange change, Resolution resolution) {
    changes.get(resolution.outcome()).get(change.entity().type()).inc();
    for (Mutation mutation : resolution.mutations()) {
      mutations.get(mutation.verb()).get(mutation.record().collection()).inc();
    }
    unchanged.inc(resolution.unchanged());
    if (resolution.tombstones() > 0) {
      written.inc();
    } else if (resolution.tombstones() < 0) {
      ended.inc();
    }
  }

  void expired(int tombstones) {
    expired.inc(tombstones);
  }

  private static <E extends Enum<E>> Map<E, Counter> counters(
      MetricGroup group, Class<E> type, String label, String name) {
    Map<E, Counter> counters = new EnumMap<>(type);
    for (E value : type.getEnumConstants()) {
      counters.put(value, group.addGroup(label, lowerCase(value)).counter(name));
    }
    return counters;
  }

  private static String lowerCase(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
