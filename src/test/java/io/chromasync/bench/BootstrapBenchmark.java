package io.chromasync.bench;

import io.chromasync.FactsBenchmark;
import io.chromasync.WholeJob;
import io.chromasync.model.Version;
import io.chromasync.ops.Bootstrap;
import io.chromasync.receipts.ReceiptFacts.ValidationStatus;
import io.chromasync.testing.FakeS3;
import io.chromasync.testing.ItemChanges;
import io.chromasync.testing.Items;
import io.chromasync.testing.TableExport;
import io.chromasync.testing.TableItem;
import io.chromasync.testing.TemporaryFolder;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * How long {@code bin/bootstrap} takes for an export, how large its savepoint is, and how long a
 * job needs to go on from it: {@code BootstrapBenchmark IMAGES LINES [PARALLELISM]}. An image has a
 * receipt, and each of its lines five words, three of them with a label; the items of an image are
 * scattered over all files of the export.
 */
final class BootstrapBenchmark {

  private static final int WORDS = 5;
  private static final int FILES = 32;

  /** So many images that each task has some of them. */
  private static final int CHANGED = 64;

  private final int images;
  private final int lines;
  private final int parallelism;
  private final Path folder;
  private final Instant exported = Instant.now().minus(Duration.ofHours(2));

  private BootstrapBenchmark(int images, int lines, int parallelism, Path folder) {
    this.images = images;
    this.lines = lines;
    this.parallelism = parallelism;
    this.folder = folder;
  }

  public static void main(String[] args) throws Exception {
    try (TemporaryFolder folder = TemporaryFolder.make()) {
      new BootstrapBenchmark(
              Integer.parseInt(args[0]),
              Integer.parseInt(args[1]),
              args.length > 2 ? Integer.parseInt(args[2]) : 2,
              folder.path())
          .run();
    }
  }

  private void run() throws Exception {
    long facts = (long) images * (2 + lines * (1 + WORDS + 3L));
    Path savepoint = folder.resolve("savepoint");
    try (WholeJob job = WholeJob.start(folder.resolve("letters").toUri(), Map.of());
        FakeS3 s3 = FakeS3.start("exports")) {
      String uri = write(s3);
      long start = System.nanoTime();
      int code =
          Bootstrap.commandLine()
              .execute(
                  "--export",
                  uri,
                  "--config",
                  job.writeConfig(folder.resolve("config.json"), s3.endpoint()).toString(),
                  "--out",
                  savepoint.toUri().toString(),
                  "--parallelism",
                  "" + parallelism);
      double seconds = (System.nanoTime() - start) / 1e9;
      if (code != 0) {
        throw new IllegalStateException("bin/bootstrap ended with " + code);
      }
      System.out.printf(
          Locale.ROOT,
          "%,d facts of %,d images bootstrapped in %.1f s: %,.0f facts/s, %.0f bytes per fact%n",
          facts,
          images,
          seconds,
          facts / seconds,
          FactsBenchmark.size(savepoint) / (double) facts);
      goOn(job, savepoint, facts);
    }
  }

  /**
   * Starts the job from the savepoint, lets it do something that needs the state, of images of
   * every task, and stops it.
   */
  private void goOn(WholeJob job, Path savepoint, long facts) throws Exception {
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.createLocalEnvironment(parallelism, configuration(savepoint));
    job.build(env);
    Set<String> changed = new TreeSet<>();
    Version later = ItemChanges.at(exported.getEpochSecond() + 60);
    for (int number = Math.max(0, images - CHANGED); number < images; number++) {
      String image = image(number);
      changed.add(image);
      job.stream.put(
          lines == 0
              ? ItemChanges.remove(Items.receipt(image, 1), later)
              : ItemChanges.insert(label(image, 1, 1, "TAX"), later));
    }

    long start = System.nanoTime();
    JobClient client = env.executeAsync("whole job");
    while (!changed.isEmpty()) {
      job.chroma.writes().forEach(write -> changed.removeIf(write.body()::contains));
      if (client.getJobExecutionResult().isCompletedExceptionally()) {
        client.getJobExecutionResult().get();
      }
      Thread.sleep(50);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    String after =
        client
            .stopWithSavepoint(
                false, folder.resolve("stopped").toUri().toString(), SavepointFormatType.NATIVE)
            .get();
    System.out.printf(
        Locale.ROOT,
        "the job went on from it in %.1f s; RocksDB holds %.0f bytes per fact%n",
        seconds,
        FactsBenchmark.size(Path.of(URI.create(after))) / (double) facts);
  }

  private Configuration configuration(Path savepoint) {
    return new Configuration()
        .set(StateBackendOptions.STATE_BACKEND, "rocksdb")
        .set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(512))
        .set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofSeconds(10))
        .set(
            CheckpointingOptions.CHECKPOINTS_DIRECTORY,
            folder.resolve("checkpoints").toUri().toString())
        .set(RestartStrategyOptions.RESTART_STRATEGY, "none")
        .set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint.toUri().toString());
  }

  private String write(FakeS3 s3) {
    List<List<String>> files = new ArrayList<>();
    for (int file = 0; file < FILES; file++) {
      files.add(new ArrayList<>());
    }
    int next = 0;
    for (int image = 0; image < images; image++) {
      for (TableItem item : items(image(image))) {
        files.get(next++ % FILES).add("{\"Item\":%s}".formatted(item.json()));
      }
    }
    TableExport export = TableExport.full("Receipts", "", "0001", exported);
    files.forEach(export::lines);
    export.objects().forEach(s3::put);
    return "s3://exports/" + export.folder();
  }

  private List<TableItem> items(String image) {
    List<TableItem> items = new ArrayList<>(List.of(Items.image(image), Items.receipt(image, 1)));
    for (int line = 1; line <= lines; line++) {
      items.add(Items.line(image, 1, line, "line " + line));
      for (int word = 1; word <= WORDS; word++) {
        items.add(Items.word(image, 1, line, word, "word" + word));
        if (word <= 3) {
          items.add(label(image, line, word, "GRAND_TOTAL"));
        }
      }
    }
    return items;
  }

  private static TableItem label(String image, int line, int word, String name) {
    return Items.label(image, 1, line, word, name).status(ValidationStatus.VALID);
  }

  private static String image(int number) {
    return new UUID(number, 0x8000000000000000L).toString();
  }
}
