package io.chromasync.ops;

import io.chromasync.model.EntityTree;
import io.chromasync.model.Version;
import io.chromasync.resolve.PartitionStateWriter;
import io.chromasync.resolve.rules.PartitionState;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.state.api.functions.KeyedStateBootstrapFunction;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;

/** Writes the state of each partition as the state of resolve. */
final class WritePartitionStates extends KeyedStateBootstrapFunction<String, PartitionState>
    implements CheckpointedFunction {

  private static final long serialVersionUID = 1;

  private final EntityTree tree;
  private final Version tableReadAsOf;

  private transient PartitionStateWriter states;

  WritePartitionStates(EntityTree tree, Version tableReadAsOf) {
    this.tree = tree;
    this.tableReadAsOf = tableReadAsOf;
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    states =
        PartitionStateWriter.initialize(
            context, getRuntimeContext().getMetricGroup(), tree, tableReadAsOf);
  }

  @Override
  public void open(OpenContext context) {
    states.open(getRuntimeContext());
  }

  @Override
  public void processElement(PartitionState partition, Context context) throws Exception {
    states.put(partition, context.timerService()::registerEventTimeTimer);
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    states.save();
  }
}
