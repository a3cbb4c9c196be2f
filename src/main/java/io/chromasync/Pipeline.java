package io.chromasync;

import io.chromasync.mapping.MapItems;
import io.chromasync.mapping.MapSnapshots;
import io.chromasync.model.Announcement;
import io.chromasync.model.DeadLetter;
import io.chromasync.model.ItemChange;
import io.chromasync.model.ResolveInput;
import io.chromasync.model.SinkInput;
import io.chromasync.model.SnapshotPart;
import io.chromasync.model.SnapshotRequest;
import io.chromasync.resolve.FirstTouch;
import io.chromasync.resolve.ResolveFacts;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.util.OutputTag;

/**
 * Graph of the job, between sources and sinks.
 *
 * <pre>
 * changes → mapping ──────────────┐
 * snapshots → mapping ────────────┼─► keyBy partition → resolve → bulk write
 *       └─► runs ─► deltas ───────┘
 * </pre>
 *
 * <p>A test runs the same graph with other connectors.
 */
final class Pipeline {

  private final Connectors io;
  private final GraphSettings rules;

  private Pipeline(Connectors io, GraphSettings rules) {
    this.io = io;
    this.rules = rules;
  }

  /** Adds the graph to the environment of the given streams. */
  static void define(Connectors io, GraphSettings rules) {
    new Pipeline(io, rules).define();
  }

  private void define() {
    var changes = map(io.changes(), "mapping");
    var redriven = map(io.redriven(), "redrive-mapping");
    var requests = io.requests().union(firstTouches(changes, redriven));
    var listed = mapListed(io.partitions().apply(requests).union(io.snapshots()));
    var deltas = io.deltas().apply(sideOutputs(MapItems.DELTAS, changes, redriven, listed));
    var announcements = io.rollbacks().union(listed.getSideOutput(MapSnapshots.TABLES_READ));
    var mutations = resolve(changes.union(redriven, listed, deltas, io.queries()), announcements);
    mutations.sinkTo(io.chroma()).name("bulk-write").uid("bulk-write");
    queryResults(mutations);
    deadLetters(changes, redriven, listed, mutations);
  }

  private SingleOutputStreamOperator<ResolveInput> map(DataStream<ItemChange> items, String uid) {
    return items.process(new MapItems(rules.domain(), rules.firstTouch())).name(uid).uid(uid);
  }

  private SingleOutputStreamOperator<ResolveInput> mapListed(DataStream<SnapshotPart> snapshots) {
    return snapshots
        .process(new MapSnapshots(rules.domain(), rules.allRuns()))
        .name("snapshot-mapping")
        .uid("snapshot-mapping");
  }

  /** Requests a snapshot of each partition at its first touch: a lazy, on-demand snapshot. */
  private DataStream<SnapshotRequest> firstTouches(
      SingleOutputStreamOperator<ResolveInput> changes,
      SingleOutputStreamOperator<ResolveInput> redriven) {
    return sideOutputs(MapItems.TOUCHED, changes, redriven)
        .keyBy(partition -> partition)
        .process(new FirstTouch(rules.resolve()))
        .name("first-touch")
        .uid("first-touch");
  }

  private SingleOutputStreamOperator<SinkInput> resolve(
      DataStream<ResolveInput> inputs, DataStream<Announcement> announcements) {
    return inputs
        .keyBy(ResolveInput::partition)
        .connect(announcements.broadcast(ResolveFacts.TABLE_READ, ResolveFacts.REWRITES))
        .process(
            new ResolveFacts(
                rules.domain().tree(),
                rules.projection(),
                rules.resolve(),
                rules.firstTouch(),
                rules.target(),
                rules.updateKeys()))
        .name("resolve")
        .uid("resolve");
  }

  private void queryResults(SingleOutputStreamOperator<SinkInput> mutations) {
    mutations
        .getSideOutput(ResolveFacts.QUERY_RESULTS)
        .sinkTo(io.queryResults())
        .name("query-results")
        .uid("query-results")
        .disableChaining();
  }

  private void deadLetters(
      SingleOutputStreamOperator<ResolveInput> changes,
      SingleOutputStreamOperator<ResolveInput> redriven,
      SingleOutputStreamOperator<ResolveInput> listed,
      SingleOutputStreamOperator<SinkInput> mutations) {
    DataStream<DeadLetter> rejected = sideOutputs(MapItems.DEAD_LETTERS, changes, redriven, listed);
    rejected
        .union(mutations.getSideOutput(ResolveFacts.DEAD_LETTERS))
        .sinkTo(io.deadLetters())
        .name("dead-letters")
        .uid("dead-letters");
  }

  private static <T> DataStream<T> sideOutputs(
      OutputTag<T> tag,
      SingleOutputStreamOperator<?> first,
      SingleOutputStreamOperator<?>... rest) {
    DataStream<T> all = first.getSideOutput(tag);
    for (SingleOutputStreamOperator<?> each : rest) {
      all = all.union(each.getSideOutput(tag));
    }
    return all;
  }
}
