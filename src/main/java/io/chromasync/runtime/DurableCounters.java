package io.chromasync.runtime;

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
 * Counters that survive a restart. They are part of the operator's state, so a restore resets them
 * to the checkpoint, and replayed changes are counted again. Each change thus counts once, however
 * often the job fails. The sum over all subtasks is exact; after a rescale, a subtask may report
 * counts of other subtasks.
 *
 * <p>Exposed as metrics of the group {@link Metrics}. Used by the task's thread.
 */
public final class DurableCounters {

  private static final ListStateDescriptor<Count> STATE =
      new ListStateDescriptor<>("counters", TypeInformation.of(Count.class));

  /**
   * Counter in state. State format: grows only at the end.
   *
   * @param label name of the label; null = no label, and no value
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
   * Returns the counters of an operator, as of the checkpoint from which it is restored.
   *
   * @param operator metric group of the operator
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

  /** Returns the counter of this name; equal names share a counter. */
  public Counter counter(String name) {
    return counter(name, null, null);
  }

  /** Returns the counter of this name for one value of a label. */
  public Counter counter(String name, String label, String value) {
    return counters.computeIfAbsent(
        new Key(name, label, value),
        key -> (label == null ? group : group.addGroup(label, value)).counter(name));
  }

  /** Registers a gauge that is derived from the counters. */
  public void gauge(String name, LongSupplier value) {
    group.gauge(name, (Gauge<Long>) value::getAsLong);
  }

  /** Writes the counters to state; called when a checkpoint is taken. */
  public void save() throws Exception {
    List<Count> counts = new ArrayList<>(counters.size());
    counters.forEach(
        (key, counter) ->
            counts.add(new Count(key.name, key.label, key.value, counter.getCount())));
    state.update(counts);
  }
}
