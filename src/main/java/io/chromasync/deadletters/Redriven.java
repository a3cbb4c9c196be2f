package io.chromasync.deadletters;

import io.chromasync.config.DurableCounters;
import io.chromasync.model.ItemChange;
import java.io.IOException;
import java.time.Duration;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.connector.file.src.FileSource;
import org.apache.flink.connector.file.src.reader.TextLineInputFormat;
import org.apache.flink.core.fs.Path;
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
 * The changes of dead letters that are sent again: the lines of every file that appears in the
 * redrive folder, each file once (Flink's {@code FileSource} keeps the paths it has read in state,
 * so a file must never be written again under its name). A line that is no letter is counted and
 * left out.
 */
public final class Redriven extends ProcessFunction<String, ItemChange>
    implements CheckpointedFunction {

  /** How often the folder is listed. */
  public static final Duration INTERVAL = Duration.ofSeconds(30);

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
    var files =
        FileSource.forRecordStreamFormat(
            new TextLineInputFormat(), new Path(settings.redriveUri()));
    if (interval != null) {
      files.monitorContinuously(interval);
    }
    return env.fromSource(files.build(), withoutEventTime, "redrive")
        .uid("redrive")
        .process(new Redriven())
        .name("redrive-letters")
        .uid("redrive-letters");
  }

  /**
   * Makes the folder, which must be there when it is first listed.
   *
   * @throws IOException if it cannot be made
   */
  public static void makeFolder(DeadLetterSettings settings) throws IOException {
    Path folder = new Path(settings.redriveUri());
    folder.getFileSystem().mkdirs(folder);
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
