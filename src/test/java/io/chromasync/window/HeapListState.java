package io.chromasync.window;

import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.state.ListState;

/** Keyed state of one key, in a list. */
final class HeapListState<T> implements ListState<T> {

  private final List<T> list = new ArrayList<>();

  @Override
  public Iterable<T> get() {
    return list;
  }

  @Override
  public void add(T value) {
    list.add(value);
  }

  @Override
  public void addAll(List<T> values) {
    list.addAll(values);
  }

  @Override
  public void update(List<T> values) {
    list.clear();
    list.addAll(values);
  }

  @Override
  public void clear() {
    list.clear();
  }
}
