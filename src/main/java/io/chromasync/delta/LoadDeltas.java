package io.chromasync.delta;

import io.chromasync.model.DeltaStep;
import io.chromasync.model.RunDelta;
import java.time.InstantSource;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.util.function.SerializableFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads the deltas of runs: each becomes its steps in their order, or one step that says why not.
 * See {@link DeltaLoader} for the bounds, and {@link DeltaOperator} for how they are emitted.
 */
public final class LoadDeltas extends AbstractStreamOperatorFactory<DeltaStep>
    implements OneInputStreamOperatorFactory<RunDelta, DeltaStep> {

  private static final Logger LOG = LoggerFactory.getLogger(LoadDeltas.class);

  private static final long serialVersionUID = 1;

  private final DeltaSettings settings;
  private final RunSettings runs;
  private final DeltaReader reader;
  private final SerializableFunction<DeltaSettings, DeltaStore> stores;

  LoadDeltas(
      DeltaSettings settings,
      RunSettings runs,
      DeltaReader reader,
      SerializableFunction<DeltaSettings, DeltaStore> stores) {
    this.settings = settings;
    this.runs = runs;
    this.reader = reader;
    this.stores = stores;
  }

  /**
   * The steps of all deltas, those that load first first.
   *
   * <p>No watermark passes: a run that is retried would hold up event time or be late. So
   * watermarks end before it, and the steps come without event time ({@link WithoutEventTime}).
   */
  public static SingleOutputStreamOperator<DeltaStep> load(
      DataStream<RunDelta> deltas, DeltaSettings settings, RunSettings runs) {
    return load(deltas, new LoadDeltas(settings, runs, DeltaFolder::read, S3Deltas::open));
  }

  /** As above, from any store. */
  static SingleOutputStreamOperator<DeltaStep> load(DataStream<RunDelta> deltas, LoadDeltas load) {
    return deltas
        .assignTimestampsAndWatermarks(new WithoutEventTime<>())
        .name("delta-order")
        .uid("delta-order")
        .transform("delta", TypeInformation.of(DeltaStep.class), load)
        .name("delta")
        .uid("delta");
  }

  // Flink's signature.
  @Override
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  public <T extends StreamOperator<DeltaStep>> T createStreamOperator(
      StreamOperatorParameters<DeltaStep> parameters) {
    return (T) new DeltaOperator(parameters, this::loader);
  }

  @Override
  @SuppressWarnings("rawtypes")
  public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader classLoader) {
    return DeltaOperator.class;
  }

  private DeltaLoader loader(DeltaOperator operator) {
    DeltaLoader.Way way =
        new DeltaLoader.Way(
            stores.apply(settings),
            reader,
            settings.dimension(),
            new LoadBudgets(settings.missingBudget(), settings.retryBudget()),
            Patience.STANDARD,
            runs.areWritten() ? new Told(runs) : delta -> {});
    return new DeltaLoader(
        way,
        settings.concurrency(),
        InstantSource.system(),
        new DeltaMetrics(operator.getMetricGroup()));
  }

  /** Asks, without waiting, that a run be said to be processed. */
  private static final class Told implements DeltaLoader.Begins {

    private final RunStates states;

    private Told(RunSettings runs) {
      states =
          new RunStates(AwsClients.dynamoDb(runs.access()), runs.table(), InstantSource.system());
    }

    // Best effort: what goes wrong is logged.
    @Override
    @SuppressWarnings("FutureReturnValueIgnored")
    public void begins(RunDelta delta) {
      states
          .processing(delta)
          .whenComplete(
              (written, error) -> {
                if (error != null) {
                  LOG.info("It is not told that run {} is processed", delta.run(), error);
                }
              });
    }

    @Override
    public void close() {
      states.close();
    }
  }
}
