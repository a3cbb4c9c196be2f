package io.chromasync.delta;

import io.chromasync.model.DeltaStep;
import io.chromasync.model.RunDelta;
import io.chromasync.pressure.VectorRoom;
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
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/**
 * Emits the steps of deltas as they are loaded, one delta after the other, a few steps at a time:
 * between them the task takes what waits in its inputs, barriers too. Flink's {@code
 * AsyncWaitOperator} emits a result at once, and all results that are there before the next input:
 * behind a sink that is slow, each checkpoint then waits for the vectors of every loaded delta, and
 * so do all other changes, which wait for the checkpoint. It emits only while the writers have room
 * for vectors ({@link VectorRoom}), as a writer that is full holds back all other changes.
 *
 * <p>Its state is the deltas that are not emitted whole. After a restore these are loaded again and
 * emitted from their first step, so a part of the steps may come twice.
 */
final class DeltaOperator extends AbstractStreamOperator<DeltaStep>
    implements OneInputStreamOperator<RunDelta, DeltaStep>, BoundedOneInput {

  /**
   * Runs that wait in one task, small each. As many may be retried at once before the next holds up
   * the stream.
   */
  static final int CAPACITY = 1000;

  /** Steps at a time; as many vectors are a tenth of a second of Chroma's work. */
  static final int SLICE = 32;

  /** Long enough for the task to take what waits in its inputs. */
  private static final long PAUSE_MILLIS = 1;

  /** The time between two looks whether the writers have room. */
  private static final long ROOM_MILLIS = 5;

  private static final long serialVersionUID = 1;

  /** Makes what loads, in the task. */
  interface Loaders {
    DeltaLoader loader(DeltaOperator operator);
  }

  private final transient Loaders loaders;
  private final transient MailboxExecutor mailbox;
  private final transient Set<Pending> pending = new LinkedHashSet<>();
  private final transient Queue<Pending> loaded = new ArrayDeque<>();
  private transient ListState<RunDelta> state;
  private transient DeltaLoader loader;
  private transient VectorRoom room;

  DeltaOperator(StreamOperatorParameters<DeltaStep> parameters, Loaders loaders) {
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

  private void take(Pending taken) {
    loaded.add(taken);
    if (loaded.size() == 1) {
      emit();
    }
  }

  /** A few steps of the delta that was loaded first, if the writers have room for them. */
  private void emit() {
    if (!room.isFree()) {
      emitAfter(ROOM_MILLIS);
      return;
    }
    Pending first = loaded.element();
    for (int step = 0; step < SLICE && first.steps.hasNext(); step++) {
      output.collect(new StreamRecord<>(first.steps.next()));
    }
    if (!first.steps.hasNext()) {
      loaded.remove();
      pending.remove(first);
    }
    if (!loaded.isEmpty()) {
      emitAfter(PAUSE_MILLIS);
    }
  }

  // A timer's failure fails the task; its future is only good for cancelling.
  @SuppressWarnings("FutureReturnValueIgnored")
  private void emitAfter(long millis) {
    getProcessingTimeService()
        .registerTimer(
            getProcessingTimeService().getCurrentProcessingTime() + millis, at -> emit());
  }

  /** A delta until it is emitted whole; compared by identity. The loader's threads complete it. */
  private final class Pending implements ResultFuture<DeltaStep> {

    private final RunDelta delta;
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
