package io.chromasync;

import io.chromasync.chroma.ChromaSink;
import io.chromasync.config.InvalidSettings;
import io.chromasync.deadletters.DeadLetterFiles;
import io.chromasync.deadletters.Redriven;
import io.chromasync.delta.LoadDeltas;
import io.chromasync.delta.RunStatesCommitters;
import io.chromasync.delta.WithoutEventTime;
import io.chromasync.mapping.MapItems;
import io.chromasync.mapping.ReceiptProjection;
import io.chromasync.model.DeltaStep;
import io.chromasync.model.FactChange;
import io.chromasync.model.ItemChange;
import io.chromasync.model.Mutation;
import io.chromasync.model.RunDelta;
import io.chromasync.resolve.ResolveFacts;
import io.chromasync.window.GatherMutations;
import io.chromasync.window.LaneOf;
import java.time.Duration;
import java.util.function.Function;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

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
  private static final int MAX_PARALLELISM = 128;

  private Chromasync() {}

  /**
   * Reads the settings, checks that both ends are there, and starts.
   *
   * @throws InvalidSettings if a setting cannot work; the message has a line for each problem
   */
  public static void main(String[] args) throws Exception {
    JobSettings settings = JobSettings.load(args, System.getenv());
    Ends ends = Ends.open(settings);

    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    build(env, settings, ends);
    env.execute("chromasync");
  }

  /** The whole job, from its real source to its real sinks. */
  static void build(StreamExecutionEnvironment env, JobSettings settings, Ends ends) {
    env.configure(promises());
    DataStream<ItemChange> changes =
        env.fromSource(ends.source(), eventTime(), "source").uid("source");

    DataStream<ItemChange> redriven =
        Redriven.changes(env, settings.deadLetters(), Redriven.INTERVAL, new WithoutEventTime<>());

    define(
        new Inputs(changes, redriven),
        new Rules(
            new ReceiptProjection(ends.server().arrays()), settings.resolve(), settings.window()),
        deltas -> LoadDeltas.load(deltas, settings.delta(), settings.runs()),
        new Outputs(
            new ChromaSink(
                settings.chroma(),
                ends.server(),
                new NoticeCommitters(
                    new RunStatesCommitters(settings.runs()), settings.deadLetters())),
            DeadLetterFiles.to(settings.deadLetters())));
  }

  /**
   * The graph. What touches the world is given, so that a test runs the same one: the sources, the
   * loading of deltas, the sinks.
   */
  static void define(
      Inputs inputs,
      Rules rules,
      Function<DataStream<RunDelta>, DataStream<DeltaStep>> load,
      Outputs outputs) {
    SingleOutputStreamOperator<FactChange> facts = map(inputs.changes(), "mapping");
    SingleOutputStreamOperator<FactChange> again = map(inputs.redriven(), "redrive-mapping");

    DataStream<DeltaStep> deltas =
        load.apply(
            facts.getSideOutput(MapItems.DELTAS).union(again.getSideOutput(MapItems.DELTAS)));

    SingleOutputStreamOperator<Mutation> mutations =
        facts
            .union(again)
            .keyBy(FactChange::image)
            .connect(deltas.keyBy(DeltaStep::image))
            .process(new ResolveFacts(rules.projection(), rules.resolve()))
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

    facts
        .getSideOutput(MapItems.DEAD_LETTERS)
        .union(again.getSideOutput(MapItems.DEAD_LETTERS))
        .union(mutations.getSideOutput(ResolveFacts.DEAD_LETTERS))
        .sinkTo(outputs.deadLetters())
        .name("dead-letters")
        .uid("dead-letters");
  }

  private static SingleOutputStreamOperator<FactChange> map(
      DataStream<ItemChange> changes, String uid) {
    return changes.process(new MapItems()).name(uid).uid(uid);
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
