package io.chromasync.delta;

import io.chromasync.aws.AwsClients;
import io.chromasync.aws.AwsClients.Calls;
import io.chromasync.delta.runs.RunSettings;
import io.chromasync.delta.runs.RunStates;
import io.chromasync.model.CollectionName;
import io.chromasync.model.ResolveInput;
import io.chromasync.model.RunDelta;
import io.chromasync.model.VectorBatches;
import io.chromasync.runtime.RetryPolicy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
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
 * Factory of the operator that loads the deltas of runs. Each delta becomes its steps in order, or
 * a single step with the failure. {@link DeltaLoader} has the bounds, {@link DeltaOperator} emits
 * the steps.
 */
public final class LoadDeltas extends AbstractStreamOperatorFactory<ResolveInput>
    implements OneInputStreamOperatorFactory<RunDelta, ResolveInput> {

  private static final Logger LOG = LoggerFactory.getLogger(LoadDeltas.class);

  private static final long serialVersionUID = 1;

  private static final RetryPolicy RETRIES =
      RetryPolicy.between(Duration.ofSeconds(1), Duration.ofSeconds(30));

  private final DeltaSettings settings;
  private final RunSettings runs;
  private final List<CollectionName> collections;
  private final DeltaReader reader;
  private final SerializableFunction<DeltaSettings, DeltaStore> stores;

  LoadDeltas(
      DeltaSettings settings,
      RunSettings runs,
      List<CollectionName> collections,
      DeltaReader reader,
      SerializableFunction<DeltaSettings, DeltaStore> stores) {
    this.settings = settings;
    this.runs = runs;
    this.collections = List.copyOf(collections);
    this.reader = reader;
    this.stores = stores;
  }

  /**
   * Adds the operator to a stream; returns the steps of all deltas, in the order in which deltas
   * are loaded.
   *
   * <p>A watermark passes once all steps of earlier runs are emitted: a run whose delta is missing
   * or retried delays event time.
   */
  public static SingleOutputStreamOperator<ResolveInput> load(
      DataStream<RunDelta> deltas,
      VectorBatches batches,
      DeltaSettings settings,
      RunSettings runs) {
    return load(
        deltas,
        new LoadDeltas(
            settings, runs, batches.collections(), new DeltaFolder(batches), S3DeltaStore::open));
  }

  /** Adds the operator with any store. */
  static SingleOutputStreamOperator<ResolveInput> load(
      DataStream<RunDelta> deltas, LoadDeltas load) {
    return deltas
        .transform("delta", TypeInformation.of(ResolveInput.class), load)
        .name("delta")
        .uid("delta");
  }

  // Signature given by Flink.
  @Override
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  public <T extends StreamOperator<ResolveInput>> T createStreamOperator(
      StreamOperatorParameters<ResolveInput> parameters) {
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
            RETRIES,
            runs.areWritten() ? new MarkProcessing(runs) : delta -> {});
    return new DeltaLoader(
        way,
        settings.concurrency(),
        InstantSource.system(),
        new DeltaMetrics(operator.getMetricGroup(), collections));
  }

  /** Marks runs PROCESSING asynchronously. */
  private static final class MarkProcessing implements DeltaLoader.Begins {

    private final RunStates states;

    private MarkProcessing(RunSettings runs) {
      states =
          new RunStates(
              AwsClients.dynamoDb(runs.access(), Calls.RETRIED),
              runs.table(),
              InstantSource.system());
    }

    // Writes the state with best effort: errors are only logged.
    @Override
    @SuppressWarnings("FutureReturnValueIgnored")
    public void begins(RunDelta delta) {
      states
          .processing(delta)
          .whenComplete(
              (written, error) -> {
                if (error != null) {
                  LOG.info("The item of run {} cannot be marked PROCESSING", delta.run(), error);
                }
              });
    }

    @Override
    public void close() {
      states.close();
    }
  }
}
