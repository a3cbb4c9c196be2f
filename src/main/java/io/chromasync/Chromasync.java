package io.chromasync;

import io.chromasync.chroma.ChromaSink;
import io.chromasync.config.InvalidSettings;
import io.chromasync.deadletters.DeadLetterFiles;
import io.chromasync.deadletters.Redriven;
import io.chromasync.delta.LoadDeltas;
import io.chromasync.delta.RunStatesCommitters;
import io.chromasync.delta.WithoutEventTime;
import io.chromasync.fetching.WatchedFolder;
import io.chromasync.mapping.MapItems;
import io.chromasync.mapping.MapSnapshots;
import io.chromasync.mapping.MappedAttributes;
import io.chromasync.mapping.ReceiptProjection;
import io.chromasync.model.Announcement;
import io.chromasync.model.Arrival;
import io.chromasync.model.DeltaStep;
import io.chromasync.model.FactChange;
import io.chromasync.model.ItemChange;
import io.chromasync.model.ListedFacts;
import io.chromasync.model.Mutation;
import io.chromasync.model.Rollback;
import io.chromasync.model.SnapshotRequest;
import io.chromasync.model.TableSnapshot;
import io.chromasync.resolve.FirstTouch;
import io.chromasync.resolve.ResolveFacts;
import io.chromasync.snapshot.PartitionQueries;
import io.chromasync.snapshot.RequestedImages;
import io.chromasync.snapshot.SnapshotSettings;
import io.chromasync.snapshot.Snapshots;
import io.chromasync.window.GatherMutations;
import io.chromasync.window.LaneOf;
import java.time.Duration;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.OutputTag;

/**
 * The job: keeps the words and lines collections of a Chroma server in step with the receipts of a
 * DynamoDB table.
 *
 * <pre>
 * changes → keyBy image → resolve → window → bulk write
 *       └─► runs ─► deltas ─┘
 * </pre>
 *
 * <p>Checkpoints, state backend and parallelism are not set here: they belong to whoever runs the
 * job (Amazon Managed Service for Apache Flink refuses jobs that set them).
 */
public final class Chromasync {

  /** Changes of one shard come in order; of several, not further apart than this, mostly. */
  private static final Duration DISORDER = Duration.ofMinutes(1);

  /** After this time without changes a shard no longer holds back the event time of the others. */
  private static final Duration IDLE = Duration.ofMinutes(1);

  /** Key groups: the bound of any parallelism, fixed for the life of the state. */
  public static final int MAX_PARALLELISM = 128;

  private Chromasync() {}

  /**
   * Reads the settings, checks that both ends are there, and starts.
   *
   * @throws InvalidSettings if a setting cannot work; the message has a line for each problem
   */
  public static void main(String[] args) throws Exception {
    JobSettings settings = JobSettings.load(args, System.getenv());
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    Ends ends = Ends.open(settings, Folders.seenBy(env.getConfiguration()), isRestored(env));
    build(env, settings, ends);
    env.execute("chromasync");
  }

  /** Whether who starts the job names the state to start from. */
  private static boolean isRestored(StreamExecutionEnvironment env) {
    return env.getConfiguration().get(StateRecoveryOptions.SAVEPOINT_PATH) != null;
  }

  /** The whole job, from its real source to its real sinks. */
  static void build(StreamExecutionEnvironment env, JobSettings settings, Ends ends) {
    env.configure(promises());
    DataStream<ItemChange> changes =
        env.fromSource(ends.source(), eventTime(), "source").uid("source");

    DataStream<ItemChange> redriven =
        Redriven.changes(
            env, settings.deadLetters(), WatchedFolder.INTERVAL, new WithoutEventTime<>());

    SnapshotSettings snapshot = settings.snapshot();
    DataStream<TableSnapshot> snapshots =
        env.fromSource(
                Snapshots.source(snapshot, MappedAttributes.NAMES, settings.resolve().mostAge()),
                new WithoutEventTime<>(),
                "snapshot")
            .uid("snapshot");
    SingleOutputStreamOperator<SnapshotRequest> requests =
        RequestedImages.requests(
            env, snapshot.requestsUri(), WatchedFolder.INTERVAL, new WithoutEventTime<>());

    define(
        new Inputs(
            changes,
            redriven,
            snapshots,
            requests,
            requests.getSideOutput(RequestedImages.ROLLBACKS)),
        new Rules(
            new ReceiptProjection(ends.server().arrays()),
            settings.resolve(),
            settings.window(),
            snapshot.mode() == SnapshotSettings.Mode.FIRST_TOUCH,
            ends.server().target()),
        new Lookups(
            deltas -> LoadDeltas.load(deltas, settings.delta(), settings.runs()),
            images ->
                PartitionQueries.query(
                    images, snapshot, MappedAttributes.NAMES, new WithoutEventTime<>())),
        new Outputs(
            new ChromaSink(
                settings.chroma(),
                ends.server(),
                new NoticeCommitters(
                    new RunStatesCommitters(settings.runs()), settings.deadLetters()),
                snapshot.requestsUri(),
                settings.resolve().tombstoneRetention()),
            DeadLetterFiles.to(settings.deadLetters())));
  }

  /**
   * The graph. What touches the world is given, so that a test runs the same one: the sources, what
   * is looked up, the sinks.
   */
  static void define(Inputs inputs, Rules rules, Lookups lookups, Outputs outputs) {
    var facts = map(inputs.changes(), "mapping", rules);
    var again = map(inputs.redriven(), "redrive-mapping", rules);
    var listed =
        map(
            lookups
                .partitions()
                .apply(inputs.requests().union(firstTouches(facts, again, rules)))
                .union(inputs.snapshots()));

    DataStream<DeltaStep> deltas =
        lookups.deltas().apply(sideOutputs(MapItems.DELTAS, facts, again, listed));

    SingleOutputStreamOperator<Mutation> mutations =
        arrivals(facts.union(again), Arrival::of, "change-arrivals")
            .union(arrivals(listed, Arrival::of, "snapshot-arrivals"))
            .union(arrivals(deltas, Arrival::of, "delta-arrivals"))
            .keyBy(Arrival::image)
            .connect(
                announcements(listed, inputs.rollbacks())
                    .broadcast(ResolveFacts.TABLE_READ, ResolveFacts.REWRITES))
            .process(
                new ResolveFacts(
                    rules.projection(), rules.resolve(), rules.firstTouch(), rules.target()))
            .name("resolve")
            .uid("resolve");

    mutations
        .keyBy(new LaneOf(rules.window().lanes()))
        .process(new GatherMutations(rules.window()))
        .name("window")
        .uid("window")
        .sinkTo(outputs.chroma())
        .name("bulk-write")
        .uid("bulk-write");

    sideOutputs(MapItems.DEAD_LETTERS, facts, again, listed)
        .union(mutations.getSideOutput(ResolveFacts.DEAD_LETTERS))
        .sinkTo(outputs.deadLetters())
        .name("dead-letters")
        .uid("dead-letters");
  }

  private static SingleOutputStreamOperator<FactChange> map(
      DataStream<ItemChange> changes, String uid, Rules rules) {
    return changes.process(new MapItems(rules.firstTouch())).name(uid).uid(uid);
  }

  private static SingleOutputStreamOperator<ListedFacts> map(DataStream<TableSnapshot> snapshots) {
    return snapshots.process(new MapSnapshots()).name("snapshot-mapping").uid("snapshot-mapping");
  }

  /** Asks for a reading of each image that is touched for the first time. */
  private static DataStream<SnapshotRequest> firstTouches(
      SingleOutputStreamOperator<FactChange> facts,
      SingleOutputStreamOperator<FactChange> again,
      Rules rules) {
    return sideOutputs(MapItems.TOUCHED, facts, again)
        .keyBy(image -> image)
        .process(new FirstTouch(rules.resolve()))
        .name("first-touch")
        .uid("first-touch");
  }

  /** What concerns all images at once. */
  private static DataStream<Announcement> announcements(
      SingleOutputStreamOperator<ListedFacts> listed, DataStream<Rollback> rollbacks) {
    DataStream<Announcement> tablesRead =
        listed
            .getSideOutput(MapSnapshots.TABLES_READ)
            .map(Announcement::of)
            .returns(Announcement.class)
            .name("tables-read")
            .uid("tables-read");
    return tablesRead.union(
        rollbacks
            .map(Announcement::of)
            .returns(Announcement.class)
            .name("rollbacks")
            .uid("rollbacks"));
  }

  private static <T> DataStream<Arrival> arrivals(
      DataStream<T> stream, MapFunction<T, Arrival> arrival, String uid) {
    return stream.map(arrival).returns(Arrival.class).name(uid).uid(uid);
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

  /** What holds for every run, and may be set in code on Managed Flink too. */
  static Configuration promises() {
    return new Configuration()
        .set(PipelineOptions.GENERIC_TYPES, false)
        .set(PipelineOptions.AUTO_GENERATE_UIDS, false)
        .set(PipelineOptions.MAX_PARALLELISM, MAX_PARALLELISM)
        .set(PipelineOptions.OBJECT_REUSE, true);
  }

  static WatermarkStrategy<ItemChange> eventTime() {
    return WatermarkStrategy.<ItemChange>forBoundedOutOfOrderness(DISORDER).withIdleness(IDLE);
  }
}
