package io.chromasync;

import io.chromasync.chroma.ChromaSettings;
import io.chromasync.chroma.ChromaSink;
import io.chromasync.chroma.Preflight;
import io.chromasync.chroma.ServerProfile;
import io.chromasync.chroma.window.WindowSettings;
import io.chromasync.config.ApplicationProperties;
import io.chromasync.local.servers.ChromaServer;
import io.chromasync.model.DeadLetter;
import io.chromasync.model.DeltaStep;
import io.chromasync.model.ItemChange;
import io.chromasync.model.ResolveInput;
import io.chromasync.model.SinkCommittable;
import io.chromasync.receipts.ReceiptProjection;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.receipts.Receipts;
import io.chromasync.resolve.ResolveSettings;
import io.chromasync.runtime.IdleWatermarks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;

/**
 * The job in this process, between a stream that is fed by hand and a real Chroma: mapping, resolve
 * and the real sink on RocksDB, two tasks, checkpoints on. Used by one thread.
 */
public final class MeasuredJob implements AutoCloseable {

  private static final int PARALLELISM = 2;
  private static final Duration CHECKPOINTS = Duration.ofSeconds(3);
  private static final Duration QUIET = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final String WRITTEN =
      "records_upserted|records_updated|records_deleted|deletes_by_filter_written";

  private final JobCounters counters = new JobCounters();
  private final JobCounters.Watch written = counters.watch(WRITTEN);
  private final JobCounters.Watch read = counters.watch("items_read");
  private final Feed feed;
  private final JobClient job;

  private MeasuredJob(ServerProfile server, ApplicationProperties properties, Feed feed)
      throws Exception {
    this.feed = feed;
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.createLocalEnvironment(PARALLELISM, configuration());
    env.configure(Chromasync.promises());
    DataStream<ItemChange> changes =
        env.fromSequence(0, Long.MAX_VALUE - 1)
            .uid("ticks")
            .flatMap(new Feed.Take(feed.id()))
            .returns(ItemChange.class)
            .uid("changes")
            .assignTimestampsAndWatermarks(
                StreamOnly.eventTime()
                    .withTimestampAssigner(
                        (change, at) -> TimeUnit.MICROSECONDS.toMillis(change.version().micros())))
            .uid("event-time");
    ChromaSettings settings = ChromaSettings.from(properties.group("chroma"), new ReceiptTree());
    ResolveSettings resolve = ResolveSettings.from(properties.group("resolve"));
    Pipeline.define(
        StreamOnly.of(
            changes,
            deltas ->
                deltas
                    .flatMap(new Feed.Load(feed.id()))
                    .returns(DeltaStep.class)
                    .uid("deltas")
                    .assignTimestampsAndWatermarks(new IdleWatermarks<>())
                    .uid("delta-order")
                    .map(ResolveInput::of)
                    .returns(ResolveInput.class)
                    .uid("delta-inputs"),
            new ChromaSink(
                new ReceiptTree(),
                settings,
                WindowSettings.from(properties.group("window")),
                server,
                Untold::new,
                null,
                resolve.tombstoneRetention()),
            new DiscardingSink<DeadLetter>()),
        new GraphSettings(
            new Receipts(),
            new ReceiptProjection(server.arrays()),
            resolve,
            false,
            false,
            server.target(),
            settings.updateKeys()));
    job = env.executeAsync();
  }

  /**
   * Starts it.
   *
   * @param words the collection of words; lines and marks have names made from it
   * @param feed what it reads
   */
  public static MeasuredJob start(ChromaServer chroma, String words, Feed feed) throws Exception {
    Map<String, String> values =
        Map.of(
            "url",
            chroma.url().toString(),
            "words-collection",
            words,
            "lines-collection",
            words + "-lines",
            "marks-collection",
            words + "-marks");
    ApplicationProperties properties = new ApplicationProperties(Map.of("chroma", values));
    ServerProfile server =
        Preflight.run(ChromaSettings.from(properties.group("chroma"), new ReceiptTree()));
    return new MeasuredJob(server, properties, feed);
  }

  private Configuration configuration() throws IOException {
    Path checkpoints = Files.createTempDirectory("chromasync-benchmark-");
    return counters
        .configuration()
        .set(StateBackendOptions.STATE_BACKEND, "rocksdb")
        .set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, true)
        .set(CheckpointingOptions.CHECKPOINTING_INTERVAL, CHECKPOINTS)
        .set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.toUri().toString());
  }

  /**
   * Feeds changes, and waits until the job has read them and writes nothing more.
   *
   * @return seconds from the first change until Chroma acknowledged the last write
   */
  public double write(List<ItemChange> changes) throws InterruptedException {
    return write(changes, 0);
  }

  /**
   * As the other.
   *
   * @param records that Chroma must have acknowledged at least
   */
  public double write(List<ItemChange> changes, int records) throws InterruptedException {
    long expected = written() + records;
    long readAtEnd = read.sum() + changes.size();
    long start = System.nanoTime();
    feed.add(changes);
    long before = -1;
    long last = start;
    while (read.sum() < readAtEnd
        || before < expected
        || System.nanoTime() - last < QUIET.toNanos()) {
      long now = written.sum();
      if (now != before) {
        before = now;
        last = System.nanoTime();
      }
      if (System.nanoTime() - last > PATIENCE.toNanos()) {
        throw new IllegalStateException(
            "%s of %s changes were read, %s of %s records written within %s"
                .formatted(read.sum(), readAtEnd, before, expected, PATIENCE));
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
    return (last - start) / 1e9;
  }

  /**
   * The sum of the job's counters, over all tasks and labels.
   *
   * @param names regular expression of whole names
   */
  public long sum(String names) {
    return counters.sum(names);
  }

  /** Records that Chroma has acknowledged. */
  public long written() {
    return sum(WRITTEN);
  }

  /** Cancels the job, and closes its feed. */
  @Override
  public void close() {
    job.cancel().join();
    feed.close();
  }

  /** Nothing hears of the ends of runs. */
  private static final class Untold implements Committer<SinkCommittable> {

    @Override
    public void commit(Collection<CommitRequest<SinkCommittable>> notices) {
      notices.forEach(CommitRequest::signalAlreadyCommitted);
    }

    @Override
    public void close() {}
  }
}
