package io.chromasync.deadletters;

import io.chromasync.model.ItemChange;
import io.chromasync.runtime.CountedLines;
import io.chromasync.runtime.DurableCounters;
import io.chromasync.runtime.WatchedFolder;
import java.io.IOException;
import java.time.Duration;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Source of redriven changes: the lines of the redrive folder, which is a {@link WatchedFolder}. A
 * line that is not a dead letter is counted and skipped.
 */
public final class RedriveSource {

  private static final Logger LOG = LoggerFactory.getLogger(RedriveSource.class);

  private RedriveSource() {}

  /**
   * Returns the redriven changes, without event time: they are older than the changes of the
   * stream.
   *
   * @param interval interval between two listings of the folder; null = the folder is listed once,
   *     and the stream ends
   * @param withoutEventTime watermark strategy of the lines; must not hold back the watermarks of
   *     other streams
   */
  public static DataStream<ItemChange> changes(
      StreamExecutionEnvironment env,
      DeadLetterSettings settings,
      Duration interval,
      WatermarkStrategy<String> withoutEventTime) {
    return WatchedFolder.lines(env, "redrive", settings.redriveUri(), interval, withoutEventTime)
        .process(new CountedLines<>(RedriveSource::parse, ItemChange.class))
        .name("redrive-dead-letters")
        .uid("redrive-dead-letters");
  }

  private static void parse(
      String line,
      ProcessFunction<String, ItemChange>.Context context,
      Collector<ItemChange> changes,
      DurableCounters counters) {
    try {
      changes.collect(DeadLetterJson.parse(line).change());
      counters.counter("letters_redriven").inc();
    } catch (IOException e) {
      counters.counter("letters_unreadable").inc();
      LOG.error("A line in the redrive folder is no dead letter. characters={}", line.length());
    }
  }
}
