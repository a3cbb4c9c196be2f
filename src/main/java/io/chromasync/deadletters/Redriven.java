package io.chromasync.deadletters;

import io.chromasync.config.DurableCounters;
import io.chromasync.fetching.WatchedFolder;
import io.chromasync.model.ItemChange;
import java.io.IOException;
import java.time.Duration;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The changes of dead letters that are sent again: the lines in the redrive folder, which is a
 * {@link WatchedFolder}. A line that is no letter is counted and left out.
 */
public final class Redriven extends ProcessFunction<String, ItemChange>
    implements CheckpointedFunction {

  private static final long serialVersionUID = 1;
  private static final Logger LOG = LoggerFactory.getLogger(Redriven.class);

  private transient DurableCounters counters;

  private Redriven() {}

  /**
   * The changes, without event time of their own: they are older than what the stream says.
   *
   * @param interval how often the folder is listed; null = once, and the stream ends then
   * @param withoutEventTime of lines; must let other streams go on
   */
  public static DataStream<ItemChange> changes(
      StreamExecutionEnvironment env,
      DeadLetterSettings settings,
      Duration interval,
      WatermarkStrategy<String> withoutEventTime) {
    return WatchedFolder.lines(env, "redrive", settings.redriveUri(), interval, withoutEventTime)
        .process(new Redriven())
        .name("redrive-letters")
        .uid("redrive-letters");
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
  public void processElement(String line, Context context, Collector<ItemChange> changes) {
    try {
      changes.collect(DeadLetterJson.parse(line).change());
      counters.counter("letters_redriven").inc();
    } catch (IOException e) {
      counters.counter("letters_unreadable").inc();
      LOG.error("A line in the redrive folder is no dead letter. characters={}", line.length());
    }
  }
}
