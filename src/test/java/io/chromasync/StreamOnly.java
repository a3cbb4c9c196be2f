package io.chromasync;

import io.chromasync.delta.LoadDeltas;
import io.chromasync.model.Announcement;
import io.chromasync.model.DeadLetter;
import io.chromasync.model.ItemChange;
import io.chromasync.model.ResolveInput;
import io.chromasync.model.RunDelta;
import io.chromasync.model.SinkInput;
import io.chromasync.model.SnapshotPart;
import io.chromasync.model.SnapshotRequest;
import io.chromasync.receipts.Receipts;
import java.time.Duration;
import java.util.function.Function;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/** The ends of a job that reads no table, only changes. */
final class StreamOnly {

  private StreamOnly() {}

  /** Connectors of a job without redriven dead letters. */
  static Connectors of(
      DataStream<ItemChange> changes,
      Function<DataStream<RunDelta>, DataStream<ResolveInput>> deltas,
      Sink<SinkInput> chroma,
      Sink<DeadLetter> deadLetters) {
    return of(changes, nothing(changes, ItemChange.class, "none"), deltas, chroma, deadLetters);
  }

  static Connectors of(
      DataStream<ItemChange> changes,
      DataStream<ItemChange> redriven,
      Function<DataStream<RunDelta>, DataStream<ResolveInput>> deltas,
      Sink<SinkInput> chroma,
      Sink<DeadLetter> deadLetters) {
    return new Connectors(
        changes,
        redriven,
        nothing(changes, SnapshotPart.class, "no-snapshots"),
        nothing(changes, SnapshotRequest.class, "no-requests"),
        nothing(changes, ResolveInput.class, "no-queries"),
        nothing(changes, Announcement.class, "no-rollbacks"),
        requests -> nothing(requests, SnapshotPart.class, "no-partitions"),
        deltas,
        chroma,
        deadLetters,
        new DiscardingSink<>());
  }

  /** Loads the deltas of runs from these ends. */
  static Function<DataStream<RunDelta>, DataStream<ResolveInput>> deltas(RunEnds ends) {
    return deltas -> LoadDeltas.load(deltas, new Receipts().batches(), ends.delta(), ends.states());
  }

  private static <I, T> DataStream<T> nothing(DataStream<I> stream, Class<T> type, String uid) {
    return stream.<T>flatMap((element, out) -> {}).returns(type).uid(uid);
  }

  /** Event time of changes that are out of order by a minute at most. */
  static WatermarkStrategy<ItemChange> eventTime() {
    return WatermarkStrategy.<ItemChange>forBoundedOutOfOrderness(Duration.ofMinutes(1))
        .withIdleness(Duration.ofMinutes(1));
  }
}
