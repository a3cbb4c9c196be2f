package io.chromasync.window;

import io.chromasync.config.Metrics;
import io.chromasync.model.Batch;
import io.chromasync.model.Mutation;
import io.chromasync.model.RunReport;
import io.chromasync.window.Buffer.Content;
import io.chromasync.window.Buffer.Growth;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;

/**
 * Gathers the mutations of a lane into batches: the newest of every record, until the window is
 * full or old enough. The key is the lane, see {@link LaneOf}.
 *
 * <p>A window opens with its first mutation and closes when it holds as many mutations or bytes as
 * the settings allow, or by a processing-time timer at its age, whichever comes first. At the end
 * of a bounded input Flink fires no processing-time timers, so an event-time timer at the end of
 * time closes the last one. A lane without an open window has neither state nor timers.
 *
 * <p>A report is a mutation like others for the size and age of a window, but it replaces nothing
 * and is replaced by nothing; it leaves with the batch that holds the last of what came before it.
 *
 * <p>What waits is kept by lane. With another number of lanes a record would travel another lane
 * than its older mutations that still wait, and nothing orders lanes; so the number is part of the
 * state, and a restore with another is refused.
 */
public final class GatherMutations extends KeyedProcessFunction<String, Mutation, Batch>
    implements CheckpointedFunction {

  private static final long END_OF_INPUT = Long.MAX_VALUE;

  private final WindowSettings settings;

  private transient ListState<Integer> lanes;
  private transient ValueState<OpenWindow> open;
  private transient Buffer buffer;
  private transient Counter batchesClosed;
  private transient Counter bytesBatched;
  private transient Counter mutationsBatched;
  private transient Counter mutationsCoalesced;

  public GatherMutations(WindowSettings settings) {
    this.settings = settings;
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    lanes =
        context
            .getOperatorStateStore()
            .getUnionListState(new ListStateDescriptor<>("lanes", Types.INT));
    for (int written : lanes.get()) {
      if (written != settings.lanes()) {
        throw new IllegalStateException(
            "The setting 'window.lanes' is %s, but the state of the operator 'window' was written"
                    .formatted(settings.lanes())
                + " with %s and cannot change lanes: set it back to %s, or start the job without its"
                    .formatted(written, written)
                + " state");
      }
    }
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    lanes.update(List.of(settings.lanes()));
  }

  @Override
  public void open(OpenContext context) {
    open =
        getRuntimeContext()
            .getState(new ValueStateDescriptor<>("open", TypeInformation.of(OpenWindow.class)));
    buffer =
        new Buffer(
            getRuntimeContext()
                .getMapState(
                    new MapStateDescriptor<>(
                        "pending", Types.STRING, TypeInformation.of(Pending.class))),
            getRuntimeContext()
                .getMapState(
                    new MapStateDescriptor<>(
                        "sweeps", Types.STRING, TypeInformation.of(Mutation.class))),
            getRuntimeContext()
                .getListState(
                    new ListStateDescriptor<>("reports", TypeInformation.of(RunReport.class))));
    MetricGroup metrics = Metrics.of(getRuntimeContext().getMetricGroup());
    batchesClosed = metrics.counter("batches_closed");
    bytesBatched = metrics.counter("bytes_batched");
    mutationsBatched = metrics.counter("mutations_batched");
    mutationsCoalesced = metrics.counter("mutations_coalesced");
  }

  @Override
  public void processElement(Mutation mutation, Context context, Collector<Batch> batches)
      throws Exception {
    OpenWindow window = open.value();
    if (window == null) {
      window = OpenWindow.at(context.timerService().currentProcessingTime(), settings);
      context.timerService().registerProcessingTimeTimer(window.closesAt());
      context.timerService().registerEventTimeTimer(END_OF_INPUT);
    }
    Growth growth = buffer.add(mutation);
    mutationsCoalesced.inc(1L - growth.mutations());
    window = window.with(mutation, growth);
    open.update(window);
    if (window.isFull(settings)) {
      close(window, context, batches);
    }
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext context, Collector<Batch> batches)
      throws Exception {
    close(open.value(), context, batches);
  }

  private void close(OpenWindow window, Context context, Collector<Batch> batches)
      throws Exception {
    Content content = buffer.drain();
    open.clear();
    context.timerService().deleteProcessingTimeTimer(window.closesAt());
    context.timerService().deleteEventTimeTimer(END_OF_INPUT);
    batchesClosed.inc();
    bytesBatched.inc(window.bytes());
    mutationsBatched.inc(content.size());
    batches.collect(
        new Batch(
            context.getCurrentKey(),
            content.collection(),
            content.mutations(),
            window.oldestMicros(),
            content.reports()));
  }
}
