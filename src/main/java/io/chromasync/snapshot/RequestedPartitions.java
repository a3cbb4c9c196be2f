package io.chromasync.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.chromasync.model.Announcement;
import io.chromasync.model.CollectionName;
import io.chromasync.model.EntityKey;
import io.chromasync.model.RecordKey;
import io.chromasync.model.ResolveInput;
import io.chromasync.model.ResolveInput.Query;
import io.chromasync.model.Rollback;
import io.chromasync.model.SnapshotRequest;
import io.chromasync.model.TableLayout;
import io.chromasync.runtime.CountedLines;
import io.chromasync.runtime.DurableCounters;
import io.chromasync.runtime.WatchedFolder;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Partitions that are to be read and written to Chroma again: the lines in the request folder,
 * which is a {@link WatchedFolder}. A line that reports a rollback of Chroma is emitted to {@link
 * #ROLLBACKS}, a query of a partition's state or a record to delete to {@link #QUERIES}. Invalid
 * lines are counted and skipped; empty lines are skipped.
 */
public final class RequestedPartitions {

  /** Side output of rollbacks of Chroma, after which everything is to be written again. */
  public static final OutputTag<Announcement> ROLLBACKS =
      new OutputTag<>("rollbacks", TypeInformation.of(Announcement.class));

  /** Side output of queries of the state of partitions, and of orphans. */
  public static final OutputTag<ResolveInput> QUERIES =
      new OutputTag<>("queries", TypeInformation.of(ResolveInput.class));

  private static final Pattern QUERY = Pattern.compile("#query (\\S+) (.+)");

  private static final Pattern ORPHAN = Pattern.compile("#orphan (\\S+) (\\S+) (.+)");

  private static final Pattern AUDITED = Pattern.compile("#audited (\\d{1,18}) (\\d{1,18})");

  /** Prefix of a partition's id that requests its newest runs too. */
  private static final String WITH_RUNS = "#runs ";

  private static final Logger LOG = LoggerFactory.getLogger(RequestedPartitions.class);

  private RequestedPartitions() {}

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
      TableLayout layout,
      WatermarkStrategy<String> withoutEventTime) {
    return WatchedFolder.lines(env, "snapshot-requests", uri, interval, withoutEventTime)
        .process(
            new CountedLines<>(
                (line, context, requests, counters) ->
                    parse(line, layout, context, requests, counters),
                SnapshotRequest.class))
        // The last result of an audit is that of one task.
        .setParallelism(1)
        .name("snapshot-partitions")
        .uid("snapshot-partitions");
  }

  /** Line that requests a partition and its completed runs. */
  public static String withRuns(String partition) {
    return WITH_RUNS + partition;
  }

  /** Line that queries the state of a partition. */
  public static String query(Query query) {
    return "#query %s %s".formatted(query.id(), query.partition());
  }

  /**
   * Line that requests the deletion of a record that an audit found to be orphaned.
   *
   * @param partition that the record's metadata name
   * @param id of the record, without line breaks
   */
  public static String orphan(CollectionName collection, String partition, String id) {
    return "#orphan %s %s %s".formatted(collection.name(), URLEncoder.encode(partition, UTF_8), id);
  }

  /** Line that reports the result of an audit, for the job's metrics. */
  public static String audited(long differences, long unverified) {
    return "#audited %s %s".formatted(differences, unverified);
  }

  /** Replaces the last result of an audit. */
  private static void audited(Matcher line, DurableCounters counters) {
    set(counters.counter("audit_differences"), Long.parseLong(line.group(1)));
    set(counters.counter("audit_unverified"), Long.parseLong(line.group(2)));
    counters.counter("audits").inc();
  }

  private static void set(Counter counter, long value) {
    counter.inc(value - counter.getCount());
  }

  private static RecordKey orphan(Matcher line) {
    return new RecordKey(
        new CollectionName(line.group(1)),
        URLDecoder.decode(line.group(2), UTF_8),
        EntityKey.PARTITION,
        line.group(3));
  }

  /** Returns true if a string can be the id of a partition: the rest of a partition key. */
  public static boolean isPartition(String text, TableLayout layout) {
    return !text.isBlank()
        && text.equals(text.strip())
        && text.equals(layout.partition(layout.partitionKey(text)));
  }

  private static void parse(
      String line,
      TableLayout layout,
      ProcessFunction<String, SnapshotRequest>.Context context,
      Collector<SnapshotRequest> requests,
      DurableCounters counters) {
    String partition = line.strip();
    Rollback rollback = Rollback.parse(line);
    Matcher query = QUERY.matcher(partition);
    Matcher orphan = ORPHAN.matcher(partition);
    Matcher audited = AUDITED.matcher(partition);
    if (query.matches() && isPartition(query.group(2), layout)) {
      context.output(QUERIES, ResolveInput.of(new Query(query.group(1), query.group(2))));
      counters.counter("queries").inc();
    } else if (orphan.matches()) {
      context.output(QUERIES, ResolveInput.of(orphan(orphan)));
      counters.counter("orphans_requested").inc();
    } else if (audited.matches()) {
      audited(audited, counters);
    } else if (rollback != null) {
      context.output(ROLLBACKS, Announcement.of(rollback));
      counters.counter("rewrites_requested").inc();
    } else if (isPartition(partition.replaceFirst("^" + WITH_RUNS, ""), layout)) {
      boolean runs = partition.startsWith(WITH_RUNS);
      requests.collect(
          new SnapshotRequest(
              runs ? partition.substring(WITH_RUNS.length()) : partition, true, runs));
      counters.counter("partitions_requested").inc();
    } else if (!partition.isEmpty()) {
      counters.counter("requests_unreadable").inc();
      LOG.error(
          "A line in the folder of requests is neither a partition id, a query, an orphan, nor a"
              + " request for a rewrite: {}",
          partition);
    }
  }
}
