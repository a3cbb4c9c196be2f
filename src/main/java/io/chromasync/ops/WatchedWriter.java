package io.chromasync.ops;

import io.chromasync.resolve.rules.PartitionState;
import java.util.UUID;
import org.apache.flink.core.fs.Path;
import org.apache.flink.state.api.functions.KeyedStateBootstrapFunction;
import org.apache.flink.state.api.output.operators.KeyedStateBootstrapOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.function.ThrowingRunnable;

/**
 * Task that writes the state of partitions, and reports its end to a {@link WriterWatch}: success,
 * or the cause of its failure. Flink's operator does not report the end of such tasks.
 */
final class WatchedWriter extends KeyedStateBootstrapOperator<String, PartitionState> {

  private static final long serialVersionUID = 1;

  /** Checkpoint id that Flink uses for state written without a preceding job. */
  private static final long CHECKPOINT = 0;

  private final UUID watch;

  private transient long partitions;

  WatchedWriter(
      UUID watch,
      long timestamp,
      Path savepoint,
      KeyedStateBootstrapFunction<String, PartitionState> function) {
    super(CHECKPOINT, timestamp, savepoint, function);
    this.watch = watch;
  }

  @Override
  public void open() throws Exception {
    attempt(super::open);
  }

  // Overrides a method that is declared without a type argument.
  @SuppressWarnings("rawtypes")
  @Override
  public void setKeyContextElement1(StreamRecord partition) throws Exception {
    attempt(() -> super.setKeyContextElement1(partition));
  }

  @Override
  public void processElement(StreamRecord<PartitionState> partition) throws Exception {
    attempt(() -> super.processElement(partition));
    partitions++;
  }

  @Override
  public void endInput() throws Exception {
    attempt(super::endInput);
    WriterWatch.of(watch).ended(task(), partitions);
  }

  @Override
  public void close() throws Exception {
    try {
      super.close();
    } finally {
      WriterWatch.of(watch).closed(task());
    }
  }

  private void attempt(ThrowingRunnable<Exception> step) throws Exception {
    try {
      step.run();
    } catch (Throwable e) {
      WriterWatch.of(watch).failed(e);
      throw e;
    }
  }

  private int task() {
    return getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
  }
}
