package io.chromasync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.chromasync.chroma.ChromaSettings;
import io.chromasync.chroma.ChromaSink;
import io.chromasync.chroma.Preflight;
import io.chromasync.chroma.ServerProfile;
import io.chromasync.chroma.window.WindowSettings;
import io.chromasync.config.ApplicationProperties;
import io.chromasync.deadletters.DeadLetterFiles;
import io.chromasync.deadletters.DeadLetterSettings;
import io.chromasync.deadletters.RedriveSource;
import io.chromasync.delta.runs.RunStatesCommitters;
import io.chromasync.local.oracle.Accounting;
import io.chromasync.model.ItemChange;
import io.chromasync.model.Mutation.UpdateKeys;
import io.chromasync.model.Mutation.Verb;
import io.chromasync.receipts.ReceiptProjection;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.receipts.Receipts;
import io.chromasync.resolve.ResolveSettings;
import io.chromasync.runtime.IdleWatermarks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Runs the real graph over changes in the order of their arrival, into a Chroma, until all is
 * written. Source and duration are a test's; everything between the ends is the job's. After every
 * run its counters must account for all that arrived.
 */
public final class GraphRun {

  /** The counters of the mutations that resolve emits, one for each verb. */
  private static final String MUTATIONS =
      Stream.of(Verb.values())
          .map(verb -> "mutations_" + verb.name().toLowerCase(Locale.ROOT))
          .collect(Collectors.joining("|"));

  /** The counters of what becomes of them. */
  private static final String SETTLED =
      "records_(upserted|updated|deleted|rejected)|deletes_by_filter_written|mutations_coalesced";

  private final ChromaSettings chroma;
  private final ServerProfile server;
  private final WindowSettings window;
  private final RunEnds runs;
  private final JobCounters counters;
  private final Path deadLetters;
  private JobID last;

  private GraphRun(
      ChromaSettings chroma, WindowSettings window, RunEnds runs, JobCounters counters) {
    this.chroma = chroma;
    this.server = Preflight.run(chroma);
    this.window = window;
    this.runs = runs;
    this.counters = counters;
    this.deadLetters = temporary();
  }

  /**
   * A job on this server.
   *
   * @param maxRecords pending mutations that end a linger: with 1 every mutation is written at once
   * @param counters of the cluster that runs it
   */
  public static GraphRun into(URI url, int maxRecords, JobCounters counters) {
    return into(url, maxRecords, RunEnds.none(), counters);
  }

  /** A job on this server that loads runs. */
  public static GraphRun into(URI url, int maxRecords, RunEnds runs, JobCounters counters) {
    ApplicationProperties properties =
        new ApplicationProperties(
            Map.of(
                "chroma",
                Map.of("url", url.toString(), "retry-budget", "30 s", "request-timeout", "2 s"),
                "window",
                Map.of("max-records", Integer.toString(maxRecords))));
    return new GraphRun(
        ChromaSettings.from(properties.group("chroma"), new ReceiptTree()),
        WindowSettings.from(properties.group("window")),
        runs,
        counters);
  }

  /** Whether the server takes arrays, and so what tells a record's labels. */
  public boolean arrays() {
    return server.arrays();
  }

  /** Runs the job, whose input ends once the runs among the arrivals have ended. */
  public void run(List<ItemChange> arrivals) {
    run(arrivals, UpdateKeys.CHANGED);
  }

  /** As {@link #run}, where updates send these keys. */
  public void run(List<ItemChange> arrivals, UpdateKeys updateKeys) {
    long runs = arrivals.stream().filter(GraphRun::bringsRun).count() + redrivenRuns();
    long before = runsEnded();
    List<ItemChange> all = new ArrayList<>(arrivals);
    if (runs > 0) {
      all.add(Pauses.pause(() -> awaitRuns(before + 2 * runs)));
    }
    runAll(all, updateKeys);
  }

  private long redrivenRuns() {
    return lines(redriveFolder()).stream()
        .filter(line -> line.contains("#COMPACTION_RUN#"))
        .count();
  }

  private static boolean bringsRun(ItemChange change) {
    return !Pauses.isPause(change)
        && change.operation() == ItemChange.Operation.INSERT
        && change.sortKey().contains("#COMPACTION_RUN#");
  }

  /** The end of the input forgets all removals, as event time ends; runs must not come after. */
  private void awaitRuns(long ended) {
    await().atMost(Duration.ofSeconds(60)).until(() -> runsEnded() >= ended);
  }

  private long runsEnded() {
    return counters.sum("runs_completed|runs_failed");
  }

  private void runAll(List<ItemChange> arrivals, UpdateKeys updateKeys) {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
    // One task of each step: what arrives first is written first, also of several images.
    env.setParallelism(1);
    env.configure(
        new Configuration(Chromasync.promises()).set(StateBackendOptions.STATE_BACKEND, "rocksdb"));
    DataStream<ItemChange> changes =
        env.fromData(arrivals)
            .uid("arrivals")
            .process(new Pauses())
            .uid("pauses")
            .assignTimestampsAndWatermarks(
                StreamOnly.eventTime()
                    .withTimestampAssigner((change, at) -> change.version().micros() / 1_000))
            .uid("event-time")
            // A pause must not stop the thread that hands on what was loaded.
            .startNewChain();
    DeadLetterSettings letters = deadLetterSettings();
    Pipeline.define(
        StreamOnly.of(
            changes,
            RedriveSource.changes(env, letters, null, new IdleWatermarks<>()),
            StreamOnly.deltas(runs),
            new ChromaSink(
                new ReceiptTree(),
                chroma,
                window,
                server,
                new SinkCommitters(new RunStatesCommitters(runs.states()), letters),
                null,
                Duration.ofDays(10)),
            DeadLetterFiles.to(letters)),
        new GraphSettings(
            new Receipts(),
            new ReceiptProjection(server.arrays()),
            ResolveSettings.from(new ApplicationProperties(Map.of()).group("resolve")),
            false,
            false,
            server.target(),
            updateKeys));
    last = execute(env).getJobID();
    assertThatAllIsAccountedFor(last, arrivals);
  }

  /** Whether nothing that resolve has emitted waits any more, in the job that runs. */
  public boolean isWritten() {
    return counters.sum(SETTLED) == counters.sum(MUTATIONS);
  }

  /** How many mutations resolve emitted in the last run, whatever became of them. */
  public long emitted() {
    return counters.sum(last, MUTATIONS);
  }

  /** What the last job counted, over all tasks and labels. */
  public long counted(String counter) {
    return counters.sum(last, counter);
  }

  private DeadLetterSettings deadLetterSettings() {
    return new DeadLetterSettings(
        deadLetters.toUri().toString(), redriveFolder().toUri().toString());
  }

  /** Where a job of this graph looks for dead letters that are sent again, when it starts. */
  public Path redriveFolder() {
    return temporary(deadLetters.resolveSibling(deadLetters.getFileName() + "-redrive"));
  }

  private static JobExecutionResult execute(StreamExecutionEnvironment env) {
    try {
      return env.execute();
    } catch (Exception e) {
      throw new AssertionError("the job failed", e);
    }
  }

  /**
   * Every change that arrived has one outcome; every mutation is written, rejected or coalesced.
   */
  private void assertThatAllIsAccountedFor(JobID job, List<ItemChange> arrivals) {
    long arrived = arrivals.stream().filter(change -> !Pauses.isPause(change)).count();
    assertThat(counters.sum(job, "items_read"))
        .as("items_read")
        .isEqualTo(arrived + counters.sum(job, "letters_redriven"));
    new Accounting(names -> counters.sum(job, names)).assertHolds();
    assertThat(counters.sum(job, "vectors_(applied|superseded|duplicate|suppressed|too_late)"))
        .as("outcomes of the vectors loaded")
        .isEqualTo(counters.sum(job, "vectors_loaded"));
    assertThat(counters.sum(job, SETTLED))
        .as("what became of the mutations of resolve")
        .isEqualTo(counters.sum(job, MUTATIONS));
    assertThat(counters.sum(job, "run_reports"))
        .as("reports handed to the committer")
        .isEqualTo(counters.sum(job, "runs_(completed|failed)"));
  }

  /** The lines of all dead letters so far. */
  public List<String> deadLetters() {
    return lines(deadLetters);
  }

  /** Where they are. */
  public Path deadLetterFolder() {
    return deadLetters;
  }

  private static List<String> lines(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !file.getFileName().toString().startsWith("."))
          .flatMap(GraphRun::linesOf)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<String> linesOf(Path file) {
    try {
      return Files.readAllLines(file).stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path temporary(Path folder) {
    try {
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("chromasync-dead-letters-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
