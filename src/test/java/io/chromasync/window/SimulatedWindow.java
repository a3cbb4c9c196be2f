package io.chromasync.window;

import io.chromasync.model.Batch;
import io.chromasync.model.Mutation;
import io.chromasync.model.RecordKey;
import io.chromasync.model.RunReport;
import io.chromasync.window.Buffer.Content;

/**
 * What {@link GatherMutations} does for one lane, on state in maps and without Flink, for tests of
 * other packages. The caller closes it when its time has come.
 */
public final class SimulatedWindow {

  private final String lane;
  private final WindowSettings settings;
  private final HeapMapState<String, Pending> pending = new HeapMapState<>();
  private final HeapMapState<String, Mutation> sweeps = new HeapMapState<>();
  private final HeapListState<RunReport> reports = new HeapListState<>();
  private OpenWindow open;

  public SimulatedWindow(String lane, WindowSettings settings) {
    this.lane = lane;
    this.settings = settings;
  }

  /** What a checkpoint keeps: it goes its own way. */
  public SimulatedWindow copy() {
    SimulatedWindow copy = new SimulatedWindow(lane, settings);
    pending.entries().forEach(entry -> copy.pending.put(entry.getKey(), entry.getValue()));
    sweeps.entries().forEach(entry -> copy.sweeps.put(entry.getKey(), entry.getValue()));
    reports.get().forEach(copy.reports::add);
    copy.open = open;
    return copy;
  }

  /** Takes a mutation; says whether the window is full now. */
  public boolean add(Mutation mutation, long now) throws Exception {
    OpenWindow window = open == null ? OpenWindow.at(now, settings) : open;
    open = window.with(mutation, buffer().add(mutation));
    return open.isFull(settings);
  }

  /** Whether something of this record waits. */
  public boolean holds(RecordKey record) {
    return pending.contains(record.id());
  }

  public boolean isOpen() {
    return open != null;
  }

  /** Of an open window: processing time in milliseconds. */
  public long closesAt() {
    return open.closesAt();
  }

  public Batch close() throws Exception {
    Content content = buffer().drain();
    Batch batch =
        new Batch(
            lane,
            content.collection(),
            content.mutations(),
            open.oldestMicros(),
            content.reports());
    open = null;
    return batch;
  }

  private Buffer buffer() {
    return new Buffer(pending, sweeps, reports);
  }
}
