package io.chromasync.snapshot;

import io.chromasync.model.ItemKey;
import io.chromasync.model.Rollback;
import io.chromasync.model.SnapshotRequest;
import io.chromasync.runtime.CountedLines;
import io.chromasync.runtime.DurableCounters;
import io.chromasync.runtime.WatchedFolder;
import java.time.Duration;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Images that are to be read and written to Chroma again: the lines in the request folder, which is
 * a {@link WatchedFolder}. A line that reports a rollback of Chroma is emitted to {@link
 * #ROLLBACKS}. Invalid lines are counted and skipped; empty lines are skipped.
 */
public final class RequestedImages {

  /** Side output of rollbacks of Chroma, after which everything is to be written again. */
  public static final OutputTag<Rollback> ROLLBACKS =
      new OutputTag<>("rollbacks", TypeInformation.of(Rollback.class));

  /** Prefix of an image's id that requests the newest run of each of its receipts too. */
  private static final String WITH_RUNS = "#runs ";

  private static final Logger LOG = LoggerFactory.getLogger(RequestedImages.class);

  private RequestedImages() {}

  /**
   * Stream of requests, without event time.
   *
   * @param uri request folder
   * @param interval between listings; null = list once, after which the stream ends
   * @param withoutEventTime watermark strategy of lines; must not hold back the watermark of other
   *     streams
   */
  public static SingleOutputStreamOperator<SnapshotRequest> requests(
      StreamExecutionEnvironment env,
      String uri,
      Duration interval,
      WatermarkStrategy<String> withoutEventTime) {
    return WatchedFolder.lines(env, "snapshot-requests", uri, interval, withoutEventTime)
        .process(new CountedLines<>(RequestedImages::parse, SnapshotRequest.class))
        .name("snapshot-images")
        .uid("snapshot-images");
  }

  /** Line that requests an image and its completed runs. */
  public static String withRuns(String image) {
    return WITH_RUNS + image;
  }

  /** Returns true if a string can be the id of an image: the rest of a partition key. */
  public static boolean isImage(String text) {
    return !text.isBlank()
        && text.equals(text.strip())
        && text.equals(ItemKey.image(ItemKey.partitionOf(text)));
  }

  private static void parse(
      String line,
      ProcessFunction<String, SnapshotRequest>.Context context,
      Collector<SnapshotRequest> requests,
      DurableCounters counters) {
    String image = line.strip();
    Rollback rollback = Rollback.parse(line);
    if (rollback != null) {
      context.output(ROLLBACKS, rollback);
      counters.counter("rewrites_requested").inc();
    } else if (isImage(image.replaceFirst("^" + WITH_RUNS, ""))) {
      boolean runs = image.startsWith(WITH_RUNS);
      requests.collect(
          new SnapshotRequest(runs ? image.substring(WITH_RUNS.length()) : image, true, runs));
      counters.counter("images_requested").inc();
    } else if (!image.isEmpty()) {
      counters.counter("requests_unreadable").inc();
      LOG.error(
          "A line in the folder of requests is neither an image id nor a request for a rewrite: {}",
          image);
    }
  }
}
