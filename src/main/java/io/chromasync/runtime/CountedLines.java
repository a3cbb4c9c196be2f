package io.chromasync.runtime;

import java.io.Serializable;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;

/** Parses the lines of a {@link WatchedFolder}; counters of the results are durable. */
public final class CountedLines<T> extends ProcessFunction<String, T>
    implements CheckpointedFunction, ResultTypeQueryable<T> {

  private static final long serialVersionUID = 1;

  private final Parser<T> parser;
  private final TypeInformation<T> type;
  private transient DurableCounters counters;

  /** Parser of a line; serializable, as it is part of the job. */
  public interface Parser<T> extends Serializable {

    /**
     * Parses a line.
     *
     * @param context receives side outputs
     */
    void parse(
        String line,
        ProcessFunction<String, T>.Context context,
        Collector<T> results,
        DurableCounters counters);
  }

  public CountedLines(Parser<T> parser, Class<T> type) {
    this.parser = parser;
    this.type = TypeInformation.of(type);
  }

  @Override
  public TypeInformation<T> getProducedType() {
    return type;
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    counters = DurableCounters.of(context, getRuntimeContext().getMetricGroup());
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    counters.save();
  }

  @Override
  public void processElement(String line, Context context, Collector<T> results) {
    parser.parse(line, context, results, counters);
  }
}
