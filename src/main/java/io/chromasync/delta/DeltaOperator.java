package io.chromasync.delta;

import io.chromasync.model.DeltaStep;
import io.chromasync.model.ResolveInput;
import io.chromasync.model.RunDelta;
import io.chromasync.runtime.HeldWatermarks;
import io.chromasync.runtime.VectorRoom;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Queue;
import java.util.Set;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.functions.async.CollectionSupplier;
import org.apache.flink.streaming.api.functions.async.ResultFuture;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Emits the steps of loaded deltas, one delta at a time and a few steps at a time. Between slices
 * the task processes its inputs, checkpoint barriers included.
 *
 * <p>Flink's {@code AsyncWaitOperator} emits a result as a whole, and all available results before
 * the next input. With a slow sink, each checkpoint would wait for the vectors of every loaded
 * delta, and all other changes would wait for the checkpoint. This operator emits only while the
 * writers have room for vectors ({@link VectorRoom}), because a full writer blocks all other
 * changes.
 *
 * <p>A watermark is emitted once all deltas that arrived before it are emitted.
 *
 * <p>Its state is the deltas that are not fully emitted. After a restore they are loaded again and
 * emitted from their first step, so some steps are emitted more than once.
 */
final class DeltaOperator extends AbstractStreamOperator<ResolveInput>
    implements OneInputStreamOperator<RunDelta, ResolveInput>, BoundedOneInput {

  /**
   * Maximum number of runs, small each, that wait in one task. As many may wait for a retry before
   * the operator applies backpressure.
   */
  static final int CAPACITY = 1000;

  /** Number of steps per slice; as many vectors take Chroma a tenth of a second. */
  static final int SLICE = 32;

  /** Pause between slices: long enough for the task to process its waiting inputs. */
  private static final long PAUSE_MILLIS = 1;

  /** Interval at which the operator checks for room in the writers. */
  private static final long ROOM_MILLIS = 5;

  private static final long serialVersionUID = 1;

  /** Creates the loader, in the task. */
  interface Loaders {
    DeltaLoader loader(DeltaOperator operator);
  }

  private final transient Loaders loaders;
  private final transient MailboxExecutor mailbox;
  private final transient Set<Pending> pending = new LinkedHashSet<>();
  private final transient HeldWatermarks watermarks = new HeldWatermarks();
  private final transient Queue<Pending> loaded = new ArrayDeque<>();
  private transient ListState<RunDelta> state;
  private transient long emittedWatermark;
  private transient DeltaLoader loader;
  private transient VectorRoom room;

  DeltaOperator(StreamOperatorParameters<ResolveInput> parameters, Loaders loaders) {
    super(parameters);
    this.mailbox = parameters.getMailboxExecutor();
    this.loaders = loaders;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    state =
        context
            .getOperatorStateStore()
            .getListState(new ListStateDescriptor<>("deltas", TypeInformation.of(RunDelta.class)));
  }

  @Override
  public void open() throws Exception {
    super.open();
    emittedWatermark = HeldWatermarks.NONE;
    room = VectorRoom.of(getRuntimeContext().getJobInfo().getJobId());
    loader = loaders.loader(this);
    for (RunDelta restored : state.get()) {
      load(restored);
    }
  }

  @Override
  public void processElement(StreamRecord<RunDelta> delta) throws Exception {
    load(delta.getValue());
    while (pending.size() >= CAPACITY) {
      mailbox.yield();
    }
  }

  @Override
  public void processWatermark(Watermark mark) throws Exception {
    watermarks.add(mark.getTimestamp());
    releaseWatermark();
  }

  /** Emits the newest watermark that no pending delta holds; deltas are in order of arrival. */
  private void releaseWatermark() throws Exception {
    long oldest = pending.isEmpty() ? HeldWatermarks.NO_WORK : pending.iterator().next().arrival;
    long passed = watermarks.passed(oldest);
    watermarks.forget(oldest);
    if (passed > emittedWatermark) {
      emittedWatermark = passed;
      super.processWatermark(new Watermark(passed));
    }
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    state.update(pending.stream().map(each -> each.delta).toList());
  }

  @Override
  public void endInput() throws Exception {
    while (!pending.isEmpty()) {
      mailbox.yield();
    }
  }

  @Override
  public void close() throws Exception {
    if (loader != null) {
      loader.close();
    }
    super.close();
  }

  private void load(RunDelta delta) {
    Pending added = new Pending(delta);
    pending.add(added);
    loader.load(delta, added);
  }

  private void take(Pending taken) throws Exception {
    loaded.add(taken);
    if (loaded.size() == 1) {
      emit();
    }
  }

  /** Emits a slice of the delta that was loaded first, if the writers have room for it. */
  private void emit() throws Exception {
    if (!room.isFree()) {
      emitAfter(ROOM_MILLIS);
      return;
    }
    Pending first = loaded.element();
    for (int step = 0; step < SLICE && first.steps.hasNext(); step++) {
      output.collect(new StreamRecord<>(ResolveInput.of(first.steps.next())));
    }
    if (!first.steps.hasNext()) {
      loaded.remove();
      pending.remove(first);
      releaseWatermark();
    }
    if (!loaded.isEmpty()) {
      emitAfter(PAUSE_MILLIS);
    }
  }

  // A failed timer fails the task, so its future is needed only for cancelling.
  @SuppressWarnings("FutureReturnValueIgnored")
  private void emitAfter(long millis) {
    getProcessingTimeService()
        .registerTimer(
            getProcessingTimeService().getCurrentProcessingTime() + millis, at -> emit());
  }

  /** Delta that is not fully emitted; compared by identity. The loader's threads complete it. */
  private final class Pending implements ResultFuture<DeltaStep> {

    private final RunDelta delta;
    private final long arrival = watermarks.arrival();
    private Iterator<DeltaStep> steps;

    private Pending(RunDelta delta) {
      this.delta = delta;
    }

    @Override
    public void complete(Collection<DeltaStep> result) {
      mailbox.execute(
          () -> {
            steps = result.iterator();
            take(this);
          },
          "steps of run %s",
          delta.run());
    }

    @Override
    public void completeExceptionally(Throwable error) {
      mailbox.execute(
          () -> {
            throw new IllegalStateException(
                "The delta of run %s could not be loaded".formatted(delta.run()), error);
          },
          "failure of run %s",
          delta.run());
    }

    @Override
    public void complete(CollectionSupplier<DeltaStep> supplier) {
      throw new UnsupportedOperationException("a loader has its steps");
    }
  }
}
