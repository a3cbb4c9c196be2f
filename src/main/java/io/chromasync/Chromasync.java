package io.chromasync;

import io.chromasync.chroma.ChromaSink;
import io.chromasync.config.InvalidSettings;
import io.chromasync.deadletters.DeadLetterFiles;
import io.chromasync.deadletters.RedriveSource;
import io.chromasync.delta.LoadDeltas;
import io.chromasync.delta.runs.RunStatesCommitters;
import io.chromasync.mapping.MapItems;
import io.chromasync.mapping.MapSnapshots;
import io.chromasync.mapping.MappedAttributes;
import io.chromasync.mapping.ReceiptProjection;
import io.chromasync.model.Announcement;
import io.chromasync.model.DeltaStep;
import io.chromasync.model.FactChange;
import io.chromasync.model.ItemChange;
import io.chromasync.model.Mutation;
import io.chromasync.model.ResolveInput;
import io.chromasync.model.Rollback;
import io.chromasync.model.SnapshotFacts;
import io.chromasync.model.SnapshotRequest;
import io.chromasync.model.TableSnapshot;
import io.chromasync.resolve.FirstTouch;
import io.chromasync.resolve.ResolveFacts;
import io.chromasync.runtime.IdleWatermarks;
import io.chromasync.runtime.WatchedFolder;
import io.chromasync.snapshot.RequestedImages;
import io.chromasync.snapshot.SnapshotSettings;
import io.chromasync.snapshot.Snapshots;
import io.chromasync.snapshot.query.PartitionQueries;
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
 * The job: replicates the receipts of a DynamoDB table to the words and lines collections of a
 * Chroma server.
 *
 * <pre>
 * changes → keyBy image → resolve → window → bulk write
 *       └─► runs ─► deltas ─┘
 * </pre>
 *
 * <p>Checkpoints, state backend and parallelism are not set here but by the deployment: Amazon
 * Managed Service for Apache Flink rejects jobs that set them.
 */
public final class Chromasync {

  /**
   * Maximum out-of-orderness of event time. Changes of a single shard arrive in order; changes of
   * several shards are rarely further apart.
   */
  private static final Duration DISORDER = Duration.ofMinutes(1);

  /** Idleness timeout: a shard without changes for this long no longer holds back the watermark. */
  private static final Duration IDLE = Duration.ofMinutes(1);

  /** Number of key groups: the maximum parallelism, fixed for the lifetime of the state. */
  public static final int MAX_PARALLELISM = 128;

  private Chromasync() {}

  /**
   * Reads the settings, checks source and server, and starts the job.
   *
   * @throws InvalidSettings if a setting is unusable; the message has a line for each problem
   */
  public static void main(String[] args) throws Exception {
    JobSettings settings = JobSettings.load(args, System.getenv());
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    Endpoints ends =
        Endpoints.open(settings, Folders.seenBy(env.getConfiguration()), isRestored(env));
    build(env, settings, ends);
    env.execute("chromasync");
  }

  /** Returns whether the job starts from a savepoint or checkpoint. */
  private static boolean isRestored(StreamExecutionEnvironment env) {
    return env.getConfiguration().get(StateRecoveryOptions.SAVEPOINT_PATH) != null;
  }

  /** Builds the whole job with its real sources and sinks. */
  static void build(StreamExecutionEnvironment env, JobSettings settings, Endpoints ends) {
    env.configure(promises());
    DataStream<ItemChange> changes =
        env.fromSource(ends.source(), eventTime(), "source").uid("source");

    DataStream<ItemChange> redriven =
        RedriveSource.changes(
            env, settings.deadLetters(), WatchedFolder.INTERVAL, new IdleWatermarks<>());

    SnapshotSettings snapshot = settings.snapshot();
    DataStream<TableSnapshot> snapshots =
        env.fromSource(
                Snapshots.source(snapshot, MappedAttributes.NAMES, settings.resolve().mostAge()),
                new IdleWatermarks<>(),
                "snapshot")
            .uid("snapshot");
    SingleOutputStreamOperator<SnapshotRequest> requests =
        RequestedImages.requests(
            env, snapshot.requestsUri(), WatchedFolder.INTERVAL, new IdleWatermarks<>());

    define(
        new Inputs(
            changes,
            redriven,
            snapshots,
            requests,
            requests.getSideOutput(RequestedImages.ROLLBACKS)),
        new GraphSettings(
            new ReceiptProjection(ends.server().arrays()),
            settings.resolve(),
            snapshot.mode() == SnapshotSettings.Mode.FIRST_TOUCH,
            ends.server().target(),
            settings.chroma().updateKeys()),
        new AsyncReads(
            deltas -> LoadDeltas.load(deltas, settings.delta(), settings.runs()),
            images ->
                PartitionQueries.query(
                    images, snapshot, MappedAttributes.NAMES, new IdleWatermarks<>())),
        new Outputs(
            new ChromaSink(
                settings.chroma(),
                settings.window(),
                ends.server(),
                new NoticeCommitters(
                    new RunStatesCommitters(settings.runs()), settings.deadLetters()),
                snapshot.requestsUri(),
                settings.resolve().tombstoneRetention()),
            DeadLetterFiles.to(settings.deadLetters())));
  }

  /**
   * Builds the graph. Sources, reads from external systems and sinks are parameters, so that a test
   * runs the same graph.
   */
  static void define(Inputs inputs, GraphSettings rules, AsyncReads lookups, Outputs outputs) {
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
        arrivals(facts.union(again), ResolveInput::of, "change-arrivals")
            .union(arrivals(listed, ResolveInput::of, "snapshot-arrivals"))
            .union(arrivals(deltas, ResolveInput::of, "delta-arrivals"))
            .keyBy(ResolveInput::image)
            .connect(
                announcements(listed, inputs.rollbacks())
                    .broadcast(ResolveFacts.TABLE_READ, ResolveFacts.REWRITES))
            .process(
                new ResolveFacts(
                    rules.projection(),
                    rules.resolve(),
                    rules.firstTouch(),
                    rules.target(),
                    rules.updateKeys()))
            .name("resolve")
            .uid("resolve");

    mutations.sinkTo(outputs.chroma()).name("bulk-write").uid("bulk-write");

    sideOutputs(MapItems.DEAD_LETTERS, facts, again, listed)
        .union(mutations.getSideOutput(ResolveFacts.DEAD_LETTERS))
        .sinkTo(outputs.deadLetters())
        .name("dead-letters")
        .uid("dead-letters");
  }

  private static SingleOutputStreamOperator<FactChange> map(
      DataStream<ItemChange> changes, String uid, GraphSettings rules) {
    return changes.process(new MapItems(rules.firstTouch())).name(uid).uid(uid);
  }

  private static SingleOutputStreamOperator<SnapshotFacts> map(
      DataStream<TableSnapshot> snapshots) {
    return snapshots.process(new MapSnapshots()).name("snapshot-mapping").uid("snapshot-mapping");
  }

  /** Requests a snapshot of each image at its first touch: a lazy, on-demand snapshot. */
  private static DataStream<SnapshotRequest> firstTouches(
      SingleOutputStreamOperator<FactChange> facts,
      SingleOutputStreamOperator<FactChange> again,
      GraphSettings rules) {
    return sideOutputs(MapItems.TOUCHED, facts, again)
        .keyBy(image -> image)
        .process(new FirstTouch(rules.resolve()))
        .name("first-touch")
        .uid("first-touch");
  }

  /** Messages that concern all images. */
  private static DataStream<Announcement> announcements(
      SingleOutputStreamOperator<SnapshotFacts> listed, DataStream<Rollback> rollbacks) {
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

  private static <T> DataStream<ResolveInput> arrivals(
      DataStream<T> stream, MapFunction<T, ResolveInput> arrival, String uid) {
    return stream.map(arrival).returns(ResolveInput.class).name(uid).uid(uid);
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

  /** Configuration that every run needs; Managed Flink permits setting it in code. */
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
