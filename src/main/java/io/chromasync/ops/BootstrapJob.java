package io.chromasync.ops;

import io.chromasync.config.FolderUri;
import io.chromasync.mapping.MapItems;
import io.chromasync.mapping.MapSnapshots;
import io.chromasync.mapping.MappedAttributes;
import io.chromasync.mapping.ReceiptProjection;
import io.chromasync.model.DeadLetter;
import io.chromasync.model.FactChange;
import io.chromasync.model.ListedFacts;
import io.chromasync.model.Version;
import io.chromasync.resolve.ImageState;
import io.chromasync.resolve.ResolveListed;
import io.chromasync.resolve.ResolveSettings;
import io.chromasync.snapshot.Exports;
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
 * A batch job from exports to a savepoint: {@code exports → mapping → keyBy image → resolve →
 * savepoint}, with the rules of the job itself. It runs in this JVM, and spills to its folder of
 * temporary files what does not fit into memory.
 */
final class BootstrapJob {

  static final String FACTS = "facts";
  static final String IMAGES = "images";
  static final String REJECTED = "rejected";

  /** The operator whose state it is, in the job that starts from it. */
  private static final String RESOLVE = "resolve";

  /** As the job's own, for the life of the state. */
  static final int MAX_PARALLELISM = 128;

  /** For sorting, and for RocksDB's caches. */
  private static final MemorySize MANAGED = MemorySize.ofMebiBytes(512);

  /**
   * Gives each task its own key groups. The adaptive one, which is Flink's choice for a batch, cuts
   * what is shuffled by its size instead: a task that writes state is then given a key that is not
   * its own, and fails of it.
   */
  private static final JobManagerOptions.SchedulerType SCHEDULER =
      JobManagerOptions.SchedulerType.Default;

  /**
   * What Flink sends from those that write state to the one that lists it has parts that Kryo
   * cannot make by itself unless the JDK is opened to it; Java can.
   */
  private static final String HANDLES =
      "{%s: {type: kryo, kryo-type: default, class: %s}}"
          .formatted(OperatorSubtaskState.class.getName(), JavaSerializer.class.getName());

  private final Exports exports;
  private final ResolveSettings settings;
  private final String path;
  private final Function<Version, KeyedStateBootstrapFunction<String, ImageState>> writer;

  /**
   * @param path of the savepoint, as {@link FolderUri} takes it
   */
  BootstrapJob(Exports exports, ResolveSettings settings, String path) {
    this(exports, settings, path, WriteImageStates::new);
  }

  /**
   * @param writer of state that was read as of this version
   */
  BootstrapJob(
      Exports exports,
      ResolveSettings settings,
      String path,
      Function<Version, KeyedStateBootstrapFunction<String, ImageState>> writer) {
    this.exports = exports;
    this.settings = settings;
    this.path = path;
    this.writer = writer;
  }

  /** A batch environment in this JVM. */
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

  /** Adds the job to an environment; its writers tell of their end to the watch. */
  void define(StreamExecutionEnvironment env, WriterWatch watch) {
    Version asOf = exports.asOf();
    SingleOutputStreamOperator<ListedFacts> listed =
        exports.read(env, MappedAttributes.NAMES).process(new MapSnapshots()).name("mapping");
    listed
        .getSideOutput(MapItems.DEAD_LETTERS)
        .map(new CountRejected())
        .name("rejected")
        .sinkTo(new DiscardingSink<>());

    DataStream<ImageState> images =
        listed
            .map(new WithoutSources())
            .name("facts")
            .keyBy(ListedFacts::image)
            .process(new ResolveListed(new ReceiptProjection(true), settings, asOf))
            .name(RESOLVE)
            .map(new CountImages())
            .name("images");

    SavepointWriter.newSavepoint(env, MAX_PARALLELISM)
        .withOperator(
            OperatorIdentifier.forUid(RESOLVE),
            OperatorTransformation.bootstrapWith(images)
                .keyBy(ImageState::image)
                .transform(
                    (timestamp, savepoint) ->
                        SimpleOperatorFactory.of(
                            new WatchedWriter(
                                watch.id(), timestamp, savepoint, writer.apply(asOf)))))
        .write(FolderUri.path(path).toString());
  }

  /** Counts facts, and drops the items they come from: there is nobody to be told of them. */
  private static final class WithoutSources extends RichMapFunction<ListedFacts, ListedFacts> {

    private static final long serialVersionUID = 1;

    private final LongCounter facts = new LongCounter();

    @Override
    public void open(OpenContext context) {
      getRuntimeContext().addAccumulator(FACTS, facts);
    }

    @Override
    public ListedFacts map(ListedFacts listed) {
      facts.add(listed.facts().size());
      List<FactChange> bare = listed.facts().stream().map(WithoutSources::bare).toList();
      return new ListedFacts(
          listed.image(),
          listed.asOf(),
          bare,
          listed.unreadable(),
          listed.whole(),
          listed.repair());
    }

    private static FactChange bare(FactChange change) {
      return new FactChange(
          change.image(),
          change.entity(),
          change.fact(),
          change.version(),
          change.inserted(),
          change.restated(),
          null);
    }
  }

  private static final class CountImages extends RichMapFunction<ImageState, ImageState> {

    private static final long serialVersionUID = 1;

    private final LongCounter images = new LongCounter();

    @Override
    public void open(OpenContext context) {
      getRuntimeContext().addAccumulator(IMAGES, images);
    }

    @Override
    public ImageState map(ImageState image) {
      images.add(1);
      return image;
    }
  }

  /** Counts what cannot be understood, and tells of the first of each task. */
  private static final class CountRejected extends RichMapFunction<DeadLetter, DeadLetter> {

    private static final long serialVersionUID = 1;

    private static final Logger LOG = LoggerFactory.getLogger(CountRejected.class);
    private static final int TOLD = 20;

    private final LongCounter rejected = new LongCounter();

    @Override
    public void open(OpenContext context) {
      getRuntimeContext().addAccumulator(REJECTED, rejected);
    }

    @Override
    public DeadLetter map(DeadLetter letter) {
      rejected.add(1);
      if (rejected.getLocalValuePrimitive() <= TOLD) {
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
