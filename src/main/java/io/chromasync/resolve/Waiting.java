package io.chromasync.resolve;

import io.chromasync.model.Arrival;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;

/** What waits, in the state of the current image, until its partition was read; in its order. */
final class Waiting {

  private final ListState<Arrival> state;

  private Waiting(ListState<Arrival> state) {
    this.state = state;
  }

  static Waiting in(RuntimeContext context) {
    return new Waiting(context.getListState(new ListStateDescriptor<>("waiting", Arrival.class)));
  }

  void add(Arrival arrival) throws Exception {
    state.add(arrival);
  }

  /** All that waits, which waits no longer. */
  List<Arrival> removeAll() throws Exception {
    List<Arrival> all = new ArrayList<>();
    state.get().forEach(all::add);
    if (!all.isEmpty()) {
      state.clear();
    }
    return all;
  }
}
