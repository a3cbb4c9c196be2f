package io.chromasync.ops;

import io.chromasync.model.Version;
import io.chromasync.resolve.ImageStateWriter;
import io.chromasync.resolve.rules.ImageState;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.state.api.functions.KeyedStateBootstrapFunction;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;

/** Writes the state of each image as the state of resolve. */
final class WriteImageStates extends KeyedStateBootstrapFunction<String, ImageState>
    implements CheckpointedFunction {

  private static final long serialVersionUID = 1;

  private final Version tableReadAsOf;

  private transient ImageStateWriter states;

  WriteImageStates(Version tableReadAsOf) {
    this.tableReadAsOf = tableReadAsOf;
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    states =
        ImageStateWriter.initialize(context, getRuntimeContext().getMetricGroup(), tableReadAsOf);
  }

  @Override
  public void open(OpenContext context) {
    states.open(getRuntimeContext());
  }

  @Override
  public void processElement(ImageState image, Context context) throws Exception {
    states.put(image, context.timerService()::registerEventTimeTimer);
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    states.save();
  }
}
