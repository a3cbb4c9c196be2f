package io.chromasync;

import io.chromasync.delta.LoadDeltas;
import io.chromasync.model.ItemChange;
import io.chromasync.model.Rollback;
import io.chromasync.model.SnapshotRequest;
import io.chromasync.model.TableSnapshot;
import org.apache.flink.streaming.api.datastream.DataStream;

/** The ends of a job that reads no table, only changes. */
final class StreamOnly {

  private StreamOnly() {}

  static Inputs inputs(DataStream<ItemChange> changes, DataStream<ItemChange> redriven) {
    return new Inputs(
        changes,
        redriven,
        nothing(changes, TableSnapshot.class, "no-snapshots"),
        nothing(changes, SnapshotRequest.class, "no-requests"),
        nothing(changes, Rollback.class, "no-rollbacks"));
  }

  static Inputs inputs(DataStream<ItemChange> changes) {
    return inputs(changes, nothing(changes, ItemChange.class, "none"));
  }

  static AsyncReads lookups(RunEnds ends) {
    return new AsyncReads(
        deltas -> LoadDeltas.load(deltas, ends.delta(), ends.states()),
        requests -> nothing(requests, TableSnapshot.class, "no-partitions"));
  }

  private static <I, T> DataStream<T> nothing(DataStream<I> stream, Class<T> type, String uid) {
    return stream.<T>flatMap((element, out) -> {}).returns(type).uid(uid);
  }
}
