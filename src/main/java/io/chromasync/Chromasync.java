package io.chromasync;

import io.chromasync.chroma.ChromaSink;
import io.chromasync.config.InvalidSettings;
import io.chromasync.deadletters.DeadLetterFiles;
import io.chromasync.deadletters.RedriveSource;
import io.chromasync.delta.LoadDeltas;
import io.chromasync.delta.runs.RunStatesCommitters;
import io.chromasync.mapping.Domain;
import io.chromasync.model.ItemChange;
import io.chromasync.model.SnapshotPart;
import io.chromasync.model.SnapshotRequest;
import io.chromasync.runtime.IdleWatermarks;
import io.chromasync.runtime.WatchedFolder;
import io.chromasync.snapshot.RequestedPartitions;
import io.chromasync.snapshot.SnapshotSettings;
import io.chromasync.snapshot.Snapshots;
import io.chromasync.snapshot.query.PartitionQueries;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * The job: replicates the items of a DynamoDB table to the collections of a Chroma server ({@link
 * Pipeline}).
 *
 * <p>Checkpoints, state backend and parallelism are not set here but by the deployment: Amazon
 * Managed Service for Apache Flink rejects jobs that set them.
 */
public final class Chromasync {

  /** Number of key groups: the maximum parallelism, fixed for the lifetime of the state. */
  public static final int MAX_PARALLELISM = 128;

  private Chromasync() {}

  /**
   * Reads the settings, checks source and server, and starts the job.
   *
   * @throws InvalidSettings if a setting is unusable; the message has a line for each problem
   */
  public static void main(String[] args) throws Exception {
    Domain domain = Domain.installed();
    JobSettings settings = JobSettings.load(args, System.getenv(), domain);
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    Endpoints ends =
        Endpoints.open(domain, settings, Folders.seenBy(env.getConfiguration()), isRestored(env));
    build(env, domain, settings, ends);
    env.execute("chromasync");
  }

  /** Returns whether the job starts from a savepoint or checkpoint. */
  private static boolean isRestored(StreamExecutionEnvironment env) {
    return env.getConfiguration().get(StateRecoveryOptions.SAVEPOINT_PATH) != null;
  }

  /** Builds the whole job with its real sources and sinks. */
  static void build(
      StreamExecutionEnvironment env, Domain domain, JobSettings settings, Endpoints ends) {
    env.configure(promises());
    DataStream<ItemChange> changes =
        env.fromSource(ends.source(), WatermarkStrategy.<ItemChange>noWatermarks(), "source")
            .uid("source");

    DataStream<ItemChange> redriven =
        RedriveSource.changes(
            env, settings.deadLetters(), WatchedFolder.INTERVAL, new IdleWatermarks<>());

    SnapshotSettings snapshot = settings.snapshot();
    DataStream<SnapshotPart> snapshots =
        env.fromSource(
                Snapshots.source(snapshot, domain, settings.resolve().mostAge()),
                WatermarkStrategy.<SnapshotPart>noWatermarks(),
                "snapshot")
            .uid("snapshot");
    SingleOutputStreamOperator<SnapshotRequest> requests =
        RequestedPartitions.requests(
            env, snapshot.requestsUri(), WatchedFolder.INTERVAL, domain, new IdleWatermarks<>());

    Pipeline.define(
        new Connectors(
            changes,
            redriven,
            snapshots,
            requests,
            requests.getSideOutput(RequestedPartitions.QUERIES),
            requests.getSideOutput(RequestedPartitions.ROLLBACKS),
            partitions -> PartitionQueries.query(partitions, snapshot, domain),
            deltas -> LoadDeltas.load(deltas, domain.batches(), settings.delta(), settings.runs()),
            new ChromaSink(
                domain.tree(),
                settings.chroma(),
                settings.window(),
                ends.server(),
                new SinkCommitters(
                    new RunStatesCommitters(settings.runs()), settings.deadLetters()),
                snapshot.requestsUri(),
                settings.resolve().tombstoneRetention()),
            DeadLetterFiles.to(settings.deadLetters()),
            QueryResultFiles.to(snapshot.requestsUri())),
        new GraphSettings(
            domain,
            domain.projection(ends.server().arrays()),
            settings.resolve(),
            snapshot.mode() == SnapshotSettings.Mode.FIRST_TOUCH,
            !settings.chroma().isLive(),
            ends.server().target(),
            settings.chroma().updateKeys()));
  }

  /** Configuration that every run needs; Managed Flink permits setting it in code. */
  static Configuration promises() {
    return new Configuration()
        .set(PipelineOptions.GENERIC_TYPES, false)
        .set(PipelineOptions.AUTO_GENERATE_UIDS, false)
        .set(PipelineOptions.MAX_PARALLELISM, MAX_PARALLELISM)
        .set(PipelineOptions.OBJECT_REUSE, true);
  }
}
