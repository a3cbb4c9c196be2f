package io.chromasync.mapping;

import io.chromasync.model.DeadLetter;
import io.chromasync.model.ItemChange;
import io.chromasync.model.ResolveInput;
import io.chromasync.model.RunDelta;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Maps item changes to changes of facts. The deltas of runs are emitted to {@link #DELTAS},
 * rejected changes to {@link #DEAD_LETTERS}; ignored items are counted. State consists of counters
 * only.
 */
public final class MapItems extends ProcessFunction<ItemChange, ResolveInput>
    implements CheckpointedFunction {

  /** Side output of rejected item changes. */
  public static final OutputTag<DeadLetter> DEAD_LETTERS =
      new OutputTag<>("rejected-items", TypeInformation.of(DeadLetter.class));

  /** Side output of the deltas of new runs, to be loaded. */
  public static final OutputTag<RunDelta> DELTAS =
      new OutputTag<>("deltas", TypeInformation.of(RunDelta.class));

  /** Side output of the partitions that facts and runs touch, if enabled. */
  public static final OutputTag<String> TOUCHED = new OutputTag<>("touched", Types.STRING);

  private static final long serialVersionUID = 1;

  private final Domain domain;
  private final boolean emitsTouched;

  private transient MappingMetrics metrics;

  /**
   * @param emitsTouched true to emit partitions to {@link #TOUCHED}
   */
  public MapItems(Domain domain, boolean emitsTouched) {
    this.domain = domain;
    this.emitsTouched = emitsTouched;
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    metrics = MappingMetrics.of(context, getRuntimeContext());
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    metrics.save();
  }

  @Override
  public void processElement(ItemChange change, Context context, Collector<ResolveInput> out) {
    MappedItem mapped = domain.map(change);
    metrics.count(mapped);
    if (emitsTouched && (mapped instanceof MappedItem.Fact || mapped instanceof MappedItem.Run)) {
      context.output(TOUCHED, domain.partition(change.partitionKey()));
    }
    if (mapped instanceof MappedItem.Fact fact) {
      out.collect(ResolveInput.of(fact.change()));
    } else if (mapped instanceof MappedItem.Run run) {
      run.deltas().forEach(delta -> context.output(DELTAS, delta));
    } else if (mapped instanceof MappedItem.Rejected rejected) {
      context.output(DEAD_LETTERS, rejected.deadLetter(change));
    }
  }
}
