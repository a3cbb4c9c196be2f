package io.chromasync.mapping;

import io.chromasync.config.DurableCounters;
import io.chromasync.model.DeadLetter;
import io.chromasync.model.FactChange;
import io.chromasync.model.ItemChange;
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
 * Turns item changes into fact changes. The deltas of runs leave by {@link #DELTAS}, what cannot be
 * understood by {@link #DEAD_LETTERS}; what is not ours is counted. Keeps only its counters.
 */
public final class MapItems extends ProcessFunction<ItemChange, FactChange>
    implements CheckpointedFunction {

  /** Where rejected item changes go. */
  public static final OutputTag<DeadLetter> DEAD_LETTERS =
      new OutputTag<>("rejected-items", TypeInformation.of(DeadLetter.class));

  /** The deltas of runs that came, to be loaded. */
  public static final OutputTag<RunDelta> DELTAS =
      new OutputTag<>("deltas", TypeInformation.of(RunDelta.class));

  /** The images that facts and runs touch, if they are asked for. */
  public static final OutputTag<String> TOUCHED = new OutputTag<>("touched", Types.STRING);

  private static final long serialVersionUID = 1;

  private final boolean tellsTouched;

  private transient DurableCounters counters;
  private transient MappingMetrics metrics;

  /**
   * @param tellsTouched whether images leave by {@link #TOUCHED}
   */
  public MapItems(boolean tellsTouched) {
    this.tellsTouched = tellsTouched;
  }

  /**
   * Whether the items of a change have to be read; if not, its keys and type say that it is not of
   * ours.
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
    Meaning meaning = ItemMapper.meaningOf(change);
    metrics.count(meaning);
    if (tellsTouched && (meaning instanceof Meaning.Fact || meaning instanceof Meaning.Run)) {
      context.output(TOUCHED, ItemKeys.image(change.partitionKey()));
    }
    if (meaning instanceof Meaning.Fact fact) {
      facts.collect(fact.change());
    } else if (meaning instanceof Meaning.Run run) {
      run.deltas().forEach(delta -> context.output(DELTAS, delta));
    } else if (meaning instanceof Meaning.Rejected rejected) {
      context.output(
          DEAD_LETTERS,
          new DeadLetter(change, rejected.entity(), rejected.reason(), rejected.detail()));
    }
  }
}
