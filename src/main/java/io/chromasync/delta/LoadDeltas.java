package io.chromasync.delta;

import io.chromasync.model.DeltaStep;
import io.chromasync.model.RunDelta;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.datastream.AsyncDataStream;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.functions.async.RichAsyncFunction;
import org.apache.flink.util.function.SerializableFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads the deltas of runs: each becomes its steps, all at once and in their order, or one step
 * that says why not. See {@link DeltaLoader} for the bounds.
 */
public final class LoadDeltas extends RichAsyncFunction<RunDelta, DeltaStep> {

  private static final Logger LOG = LoggerFactory.getLogger(LoadDeltas.class);

  /**
   * Runs that wait in one task, small each. As many may be retried at once before the next holds up
   * the stream.
   */
  private static final int CAPACITY = 1000;

  /** The budget of retries bounds the time, not Flink: a time-out would fail the job. */
  private static final long NO_TIMEOUT = 0;

  private final DeltaSettings settings;
  private final RunSettings runs;
  private final DeltaReader reader;
  private final SerializableFunction<DeltaSettings, DeltaStore> stores;
  private transient DeltaLoader loader;
  private transient RunStates states;

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
   * <p>Elements never pass a watermark in Flink's asynchronous operator, so a run that is retried
   * would hold up all later ones, and with them their permits. So watermarks end before it, and the
   * steps come without event time ({@link WithoutEventTime}).
   */
  public static SingleOutputStreamOperator<DeltaStep> load(
      DataStream<RunDelta> deltas, DeltaSettings settings, RunSettings runs) {
    return load(deltas, new LoadDeltas(settings, runs, DeltaFolder::read, S3Deltas::open));
  }

  /** As above, from any store. */
  static SingleOutputStreamOperator<DeltaStep> load(
      DataStream<RunDelta> deltas, LoadDeltas function) {
    SingleOutputStreamOperator<RunDelta> passable =
        deltas
            .assignTimestampsAndWatermarks(new WithoutEventTime<>())
            .name("delta-order")
            .uid("delta-order");
    return AsyncDataStream.unorderedWait(
            passable, function, NO_TIMEOUT, TimeUnit.MILLISECONDS, CAPACITY)
        .name("delta")
        .uid("delta");
  }

  @Override
  public void open(OpenContext context) {
    if (runs.areWritten()) {
      states =
          new RunStates(AwsClients.dynamoDb(runs.access()), runs.table(), InstantSource.system());
    }
    DeltaLoader.Way way =
        new DeltaLoader.Way(
            stores.apply(settings),
            reader,
            settings.dimension(),
            new LoadBudgets(settings.missingBudget(), settings.retryBudget()),
            Patience.STANDARD,
            tell());
    loader =
        new DeltaLoader(
            way,
            settings.concurrency(),
            InstantSource.system(),
            new DeltaMetrics(getRuntimeContext().getMetricGroup()));
  }

  @Override
  public void asyncInvoke(RunDelta delta, ResultFuture<DeltaStep> result) {
    loader.load(delta, result);
  }

  @Override
  public void close() {
    if (loader != null) {
      loader.close();
    }
    if (states != null) {
      states.close();
    }
  }

  /** What asks, without waiting, that a run be said to be processed. */
  // Best effort: what goes wrong is logged.
  @SuppressWarnings("FutureReturnValueIgnored")
  private Consumer<RunDelta> tell() {
    if (states == null) {
      return delta -> {};
    }
    return delta ->
        states
            .processing(delta)
            .whenComplete(
                (written, error) -> {
                  if (error != null) {
                    LOG.info("It is not told that run {} is processed", delta.run(), error);
                  }
                });
  }
}
