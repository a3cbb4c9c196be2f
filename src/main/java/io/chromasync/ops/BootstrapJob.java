package io.chromasync.ops;

import io.chromasync.config.FolderUri;
import io.chromasync.mapping.Domain;
import io.chromasync.mapping.MapItems;
import io.chromasync.mapping.MapSnapshots;
import io.chromasync.model.DeadLetter;
import io.chromasync.model.FactChange;
import io.chromasync.model.ResolveInput;
import io.chromasync.model.SnapshotFacts;
import io.chromasync.model.SnapshotPart;
import io.chromasync.model.Version;
import io.chromasync.resolve.ResolveSettings;
import io.chromasync.resolve.ResolveSnapshot;
import io.chromasync.resolve.rules.PartitionState;
import io.chromasync.snapshot.export.Exports;
import java.util.List;
import java.util.function.Function;
import org.apache.flink.api.common.RuntimeExecutionMode;
import org.apache.flink.api.common.accumulators.LongCounter;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;
import org.apache.flink.api.java.typeutils.runtime.kryo.JavaSerializer;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.state.api.OperatorIdentifier;
import org.apache.flink.state.api.OperatorTransformation;
import org.apache.flink.state.api.SavepointWriter;
import org.apache.flink.state.api.functions.KeyedStateBootstrapFunction;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.streaming.api.operators.SimpleOperatorFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Batch job from exports to a savepoint: {@code exports → mapping → keyBy partition → resolve →
 * savepoint}, with the rules of the streaming job. It runs in this JVM, and spills data that does
 * not fit in memory to the folder of temporary files.
 */
final class BootstrapJob {

  static final String FACTS = "facts";
  static final String PARTITIONS = "partitions";
  static final String REJECTED = "rejected";

  /** Operator of the streaming job that the state belongs to. */
  private static final String RESOLVE = "resolve";

  /** Maximum parallelism of the streaming job, fixed for the life of the state. */
  static final int MAX_PARALLELISM = 128;

  /** Managed memory, for sorting and for RocksDB's caches. */
  private static final MemorySize MANAGED = MemorySize.ofMebiBytes(512);

  /**
   * Scheduler that gives each task its own key groups. The adaptive scheduler, Flink's default for
   * batch jobs, instead partitions shuffled data by size. A task that writes state then receives a
   * key outside its key groups, and fails.
   */
  private static final JobManagerOptions.SchedulerType SCHEDULER =
      JobManagerOptions.SchedulerType.Default;

  /**
   * Serialization of state handles, which Flink sends from the writers of state to the task that
   * lists them. Kryo cannot create some of their parts unless the JDK is opened to it; Java
   * serialization can.
   */
  private static final String HANDLES =
      "{%s: {type: kryo, kryo-type: default, class: %s}}"
          .formatted(OperatorSubtaskState.class.getName(), JavaSerializer.class.getName());

  private final Exports exports;
  private final ResolveSettings settings;
  private final String path;
  private final Function<Version, KeyedStateBootstrapFunction<String, PartitionState>> writer;

  /**
   * @param path of the savepoint, as {@link FolderUri} takes it
   */
  BootstrapJob(Exports exports, ResolveSettings settings, String path) {
    this(exports, settings, path, BootstrapJob::writer);
  }

  /**
   * @param writer creates the writer of state with this snapshot timestamp
   */
  BootstrapJob(
      Exports exports,
      ResolveSettings settings,
      String path,
      Function<Version, KeyedStateBootstrapFunction<String, PartitionState>> writer) {
    this.exports = exports;
    this.settings = settings;
    this.path = path;
    this.writer = writer;
  }

  /**
   * Creates the writer of state.
   *
   * @param asOf snapshot timestamp of the whole table
   */
  static KeyedStateBootstrapFunction<String, PartitionState> writer(Version asOf) {
    return new WritePartitionStates(Domain.installed().tree(), asOf);
  }

  /** Batch environment in this JVM. */
  static StreamExecutionEnvironment environment(int parallelism) {
    return StreamExecutionEnvironment.createLocalEnvironment(
        parallelism,
        new Configuration()
            .set(ExecutionOptions.RUNTIME_MODE, RuntimeExecutionMode.BATCH)
            .set(JobManagerOptions.SCHEDULER, SCHEDULER)
            .set(PipelineOptions.OBJECT_REUSE, true)
            .set(PipelineOptions.SERIALIZATION_CONFIG, List.of(HANDLES))
            .set(RestartStrategyOptions.RESTART_STRATEGY, "none")
            .set(StateBackendOptions.STATE_BACKEND, "rocksdb")
            .set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MANAGED));
  }

  String path() {
    return path;
  }

  /** Adds the job to an environment; its writers report to the watch. */
  void define(StreamExecutionEnvironment env, WriterWatch watch) {
    Domain domain = Domain.installed();
    Version asOf = exports.asOf();
    SingleOutputStreamOperator<ResolveInput> listed =
        exports
            .read(env, domain)
            .map(SnapshotPart::of)
            .returns(SnapshotPart.class)
            .name("parts")
            .process(new MapSnapshots(domain))
            .name("mapping");
    listed
        .getSideOutput(MapItems.DEAD_LETTERS)
        .map(new CountRejected())
        .name("rejected")
        .sinkTo(new DiscardingSink<>());

    DataStream<PartitionState> partitions =
        listed
            .map(new WithoutSources())
            .name("facts")
            .keyBy(SnapshotFacts::partition)
            .process(new ResolveSnapshot(domain.tree(), domain.projection(true), settings, asOf))
            .name(RESOLVE)
            .map(new CountPartitions())
            .name("partitions");

    SavepointWriter.newSavepoint(env, MAX_PARALLELISM)
        .withOperator(
            OperatorIdentifier.forUid(RESOLVE),
            OperatorTransformation.bootstrapWith(partitions)
                .keyBy(PartitionState::partition)
                .transform(
                    (timestamp, savepoint) ->
                        SimpleOperatorFactory.of(
                            new WatchedWriter(
                                watch.id(), timestamp, savepoint, writer.apply(asOf)))))
        .write(FolderUri.path(path).toString());
  }

  /** Counts facts, and drops their source items, because there are no dead letters here. */
  private static final class WithoutSources extends RichMapFunction<ResolveInput, SnapshotFacts> {

    private static final long serialVersionUID = 1;

    private final LongCounter facts = new LongCounter();

    @Override
    public void open(OpenContext context) {
      getRuntimeContext().addAccumulator(FACTS, facts);
    }

    @Override
    public SnapshotFacts map(ResolveInput input) {
      SnapshotFacts listed = input.listed();
      facts.add(listed.facts().size());
      List<FactChange> bare = listed.facts().stream().map(WithoutSources::bare).toList();
      return new SnapshotFacts(
          listed.partition(),
          listed.asOf(),
          bare,
          listed.unreadable(),
          listed.whole(),
          listed.repair());
    }

    private static FactChange bare(FactChange change) {
      return new FactChange(
          change.partition(),
          change.entity(),
          change.fact(),
          change.version(),
          change.inserted(),
          change.noOp(),
          null);
    }
  }

  private static final class CountPartitions
      extends RichMapFunction<PartitionState, PartitionState> {

    private static final long serialVersionUID = 1;

    private final LongCounter partitions = new LongCounter();

    @Override
    public void open(OpenContext context) {
      getRuntimeContext().addAccumulator(PARTITIONS, partitions);
    }

    @Override
    public PartitionState map(PartitionState partition) {
      partitions.add(1);
      return partition;
    }
  }

  /** Counts rejected items, and logs the first of each task. */
  private static final class CountRejected extends RichMapFunction<DeadLetter, DeadLetter> {

    private static final long serialVersionUID = 1;

    private static final Logger LOG = LoggerFactory.getLogger(CountRejected.class);
    private static final int MOST_LOGGED = 20;

    private final LongCounter rejected = new LongCounter();

    @Override
    public void open(OpenContext context) {
      getRuntimeContext().addAccumulator(REJECTED, rejected);
    }

    @Override
    public DeadLetter map(DeadLetter letter) {
      rejected.add(1);
      if (rejected.getLocalValuePrimitive() <= MOST_LOGGED) {
        LOG.warn(
            "An item is rejected: {} partition={} sort_key={}",
            letter.detail(),
            letter.change().partitionKey(),
            letter.change().sortKey());
      }
      return letter;
    }
  }
}
