package io.chromasync.ops;

import io.chromasync.model.Version;
import io.chromasync.resolve.ImageState;
import io.chromasync.resolve.ImageStates;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.state.api.functions.KeyedStateBootstrapFunction;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;

/** Makes the state of resolve from that of each image. */
final class WriteImageStates extends KeyedStateBootstrapFunction<String, ImageState>
    implements CheckpointedFunction {

  private static final long serialVersionUID = 1;

  private final Version tableReadAsOf;

  private transient ImageStates states;

  WriteImageStates(Version tableReadAsOf) {
    this.tableReadAsOf = tableReadAsOf;
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    states = ImageStates.initialize(context, getRuntimeContext().getMetricGroup(), tableReadAsOf);
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
