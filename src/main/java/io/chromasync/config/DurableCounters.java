package io.chromasync.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.state.FunctionInitializationContext;

/**
 * Counters that outlive a restart. They are part of the operator's state, so they go back to a
 * checkpoint with all else, and what is read again after it is counted again: each change once,
 * however often the job fails. The sum over all subtasks is exact; after a rescale a subtask shows
 * what it was given of the others' counts.
 *
 * <p>Shown as metrics of the group {@link Metrics}. For the task's thread.
 */
public final class DurableCounters {

  private static final ListStateDescriptor<Count> STATE =
      new ListStateDescriptor<>("counters", TypeInformation.of(Count.class));

  /**
   * A counter in state. State format: grows only at the end.
   *
   * @param label null = none, and no value then
   */
  public record Count(String name, String label, String value, long count) {}

  private record Key(String name, String label, String value) {}

  private final ListState<Count> state;
  private final MetricGroup group;
  private final Map<Key, Counter> counters = new LinkedHashMap<>();

  private DurableCounters(ListState<Count> state, MetricGroup group) {
    this.state = state;
    this.group = group;
  }

  /**
   * The counters of an operator as they were at the checkpoint that it goes on from.
   *
   * @param operator its own metric group
   */
  public static DurableCounters of(FunctionInitializationContext context, MetricGroup operator)
      throws Exception {
    ListState<Count> state = context.getOperatorStateStore().getListState(STATE);
    DurableCounters counters = new DurableCounters(state, Metrics.of(operator));
    for (Count count : state.get()) {
      counters.counter(count.name(), count.label(), count.value()).inc(count.count());
    }
    return counters;
  }

  /** The counter of this name; the same for the same name. */
  public Counter counter(String name) {
    return counter(name, null, null);
  }

  /** The counter of this name for one value of a label. */
  public Counter counter(String name, String label, String value) {
    return counters.computeIfAbsent(
        new Key(name, label, value),
        key -> (label == null ? group : group.addGroup(label, value)).counter(name));
  }

  /** A gauge beside them, of what follows from them. */
  public void gauge(String name, LongSupplier value) {
    group.gauge(name, (Gauge<Long>) value::getAsLong);
  }

  /** Puts them into the state; called when a checkpoint is taken. */
  public void save() throws Exception {
    List<Count> counts = new ArrayList<>(counters.size());
    counters.forEach(
        (key, counter) ->
            counts.add(new Count(key.name, key.label, key.value, counter.getCount())));
    state.update(counts);
  }
}
