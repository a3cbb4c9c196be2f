package io.chromasync.resolve;

import io.chromasync.model.ResolveInput;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;

/**
 * Input of the current partition that waits in keyed state for a snapshot of its partition, in
 * order of arrival.
 */
final class HeldArrivals {

  private final ListState<ResolveInput> state;

  private HeldArrivals(ListState<ResolveInput> state) {
    this.state = state;
  }

  static HeldArrivals in(RuntimeContext context) {
    return new HeldArrivals(
        context.getListState(new ListStateDescriptor<>("waiting", ResolveInput.class)));
  }

  void add(ResolveInput arrival) throws Exception {
    state.add(arrival);
  }

  /** Returns the number of waiting inputs. */
  int size() throws Exception {
    int size = 0;
    for (ResolveInput unused : state.get()) {
      size++;
    }
    return size;
  }

  /** Removes and returns all waiting input. */
  List<ResolveInput> removeAll() throws Exception {
    List<ResolveInput> all = new ArrayList<>();
    state.get().forEach(all::add);
    if (!all.isEmpty()) {
      state.clear();
    }
    return all;
  }
}
