package io.chromasync.mapping;

import io.chromasync.model.DeadLetter;
import io.chromasync.model.FactChange;
import io.chromasync.model.ItemChange;
import io.chromasync.model.ItemKey;
import io.chromasync.model.RunDelta;
import io.chromasync.runtime.DurableCounters;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Maps item changes to fact changes. The deltas of runs are emitted to {@link #DELTAS}, rejected
 * changes to {@link #DEAD_LETTERS}; ignored items are counted. State consists of counters only.
 */
public final class MapItems extends ProcessFunction<ItemChange, FactChange>
    implements CheckpointedFunction {

  /** Side output of rejected item changes. */
  public static final OutputTag<DeadLetter> DEAD_LETTERS =
      new OutputTag<>("rejected-items", TypeInformation.of(DeadLetter.class));

  /** Side output of the deltas of new runs, to be loaded. */
  public static final OutputTag<RunDelta> DELTAS =
      new OutputTag<>("deltas", TypeInformation.of(RunDelta.class));

  /** Side output of the images that facts and runs touch, if enabled. */
  public static final OutputTag<String> TOUCHED = new OutputTag<>("touched", Types.STRING);

  private static final long serialVersionUID = 1;

  private final boolean tellsTouched;

  private transient DurableCounters counters;
  private transient MappingMetrics metrics;

  /**
   * @param tellsTouched true to emit images to {@link #TOUCHED}
   */
  public MapItems(boolean tellsTouched) {
    this.tellsTouched = tellsTouched;
  }

  /**
   * Returns true if the items of a change must be parsed; false if its keys and type show that it
   * is not mapped.
   */
  public static boolean wantsItems(ItemChange change) {
    return !ItemMapper.isOfOthers(change);
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    counters = DurableCounters.of(context, getRuntimeContext().getMetricGroup());
    metrics = new MappingMetrics(counters);
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    counters.save();
  }

  @Override
  public void processElement(ItemChange change, Context context, Collector<FactChange> facts) {
    MappedItem meaning = ItemMapper.meaningOf(change);
    metrics.count(meaning);
    if (tellsTouched && (meaning instanceof MappedItem.Fact || meaning instanceof MappedItem.Run)) {
      context.output(TOUCHED, ItemKey.image(change.partitionKey()));
    }
    if (meaning instanceof MappedItem.Fact fact) {
      facts.collect(fact.change());
    } else if (meaning instanceof MappedItem.Run run) {
      run.deltas().forEach(delta -> context.output(DELTAS, delta));
    } else if (meaning instanceof MappedItem.Rejected rejected) {
      context.output(
          DEAD_LETTERS,
          new DeadLetter(change, rejected.entity(), rejected.reason(), rejected.detail()));
    }
  }
}
