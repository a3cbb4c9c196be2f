package io.chromasync;

import io.chromasync.bench.Figure;
import io.chromasync.bench.FigureLine;
import io.chromasync.config.ApplicationProperties;
import io.chromasync.model.DeadLetter;
import io.chromasync.model.ItemChange;
import io.chromasync.model.Mutation.UpdateKeys;
import io.chromasync.model.SinkInput;
import io.chromasync.model.TargetCollections;
import io.chromasync.receipts.ReceiptFacts.ValidationStatus;
import io.chromasync.receipts.ReceiptProjection;
import io.chromasync.receipts.Receipts;
import io.chromasync.resolve.ResolveSettings;
import io.chromasync.testing.ItemChanges;
import io.chromasync.testing.Items;
import io.chromasync.testing.TableItem;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.Collector;

/**
 * How fast the job itself is, and how much memory it needs: images full of facts through the real
 * graph on RocksDB with checkpoints, into nothing; then how fast the facts' items alone are made.
 * {@code FactsBenchmark FACTS}, run with the heap in question.
 */
public final class FactsBenchmark {

  private static final int LINES = 50;
  private static final int WORDS_OF_A_LINE = 2;

  /** Image, receipt, place, 5 sections; of each line itself, its row, 2 words and a label. */
  private static final int FACTS_OF_AN_IMAGE = 8 + LINES * 5;

  private FactsBenchmark() {}

  public static void main(String[] args) throws Exception {
    int images = Integer.parseInt(args[0]) / FACTS_OF_AN_IMAGE + 1;
    int facts = images * FACTS_OF_AN_IMAGE;
    Path checkpoints = Files.createTempDirectory("chromasync-benchmark-");
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.createLocalEnvironment(2, configuration(checkpoints));
    env.configure(Chromasync.promises());
    DataStream<ItemChange> changes = items(env, images);
    ApplicationProperties defaults = new ApplicationProperties(Map.of());
    Pipeline.define(
        StreamOnly.of(
            changes,
            StreamOnly.deltas(RunEnds.none()),
            new DiscardingSink<SinkInput>(),
            new DiscardingSink<DeadLetter>()),
        new GraphSettings(
            new Receipts(),
            new ReceiptProjection(false),
            ResolveSettings.from(defaults.group("resolve")),
            false,
            false,
            TargetCollections.unknown(),
            UpdateKeys.CHANGED));

    double seconds = execute(env);
    System.gc();
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() >> 20;
    System.out.printf(
        Locale.ROOT,
        "%,d facts of %,d images in %.1f s: %,.0f facts/s; heap limit %s MB, in use at the end %s"
            + " MB; last checkpoint %,d bytes, %.0f a fact%n",
        facts,
        images,
        seconds,
        facts / seconds,
        Runtime.getRuntime().maxMemory() >> 20,
        heap,
        size(checkpoints),
        (double) size(checkpoints) / facts);
    measureItems(images);
  }

  /** How fast the items are made, which the job cannot outrun. */
  private static void measureItems(int images) throws Exception {
    StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(2);
    items(env, images).sinkTo(new DiscardingSink<>());
    FigureLine.print(
        Figure.rate("making the items alone", "facts/s"),
        images * FACTS_OF_AN_IMAGE / execute(env));
  }

  private static DataStream<ItemChange> items(StreamExecutionEnvironment env, int images) {
    return env.fromSequence(0, images - 1L)
        .uid("images")
        .flatMap(FactsBenchmark::itemsOf)
        .returns(ItemChange.class)
        .uid("items");
  }

  /** Seconds that it takes. */
  private static double execute(StreamExecutionEnvironment env) throws Exception {
    long start = System.nanoTime();
    env.execute();
    return (System.nanoTime() - start) / 1e9;
  }

  private static Configuration configuration(Path checkpoints) {
    return new Configuration()
        .set(StateBackendOptions.STATE_BACKEND, "rocksdb")
        .set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, true)
        .set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofSeconds(10))
        .set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.toUri().toString())
        .set(CheckpointingOptions.MAX_RETAINED_CHECKPOINTS, 1)
        .set(
            CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
            ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION)
        .set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(512));
  }

  private static void itemsOf(long number, Collector<ItemChange> out) {
    String image = new UUID(number, 0x8000000000000000L).toString();
    insert(Items.image(image), number, out);
    insert(Items.receipt(image, 1), number, out);
    for (int line = 1; line <= LINES; line++) {
      insert(Items.line(image, 1, line, "TAX 1.99"), number, out);
      insert(Items.row(image, 1, line), number, out);
      for (int word = 1; word <= WORDS_OF_A_LINE; word++) {
        insert(Items.word(image, 1, line, word, "TAX"), number, out);
      }
      insert(
          Items.label(image, 1, line, 1, "LINE_TOTAL").status(ValidationStatus.VALID), number, out);
    }
    for (String type : new String[] {"ITEMS", "PAYMENT", "FOOTER", "ADDRESS", "SUMMARY"}) {
      insert(Items.section(image, 1, type, 1, 2, 3), number, out);
    }
    insert(Items.place(image, 1), number, out);
  }

  private static void insert(TableItem item, long number, Collector<ItemChange> out) {
    out.collect(ItemChanges.insert(item, ItemChanges.at(1_700_000_000L + number)));
  }

  /** How many bytes a folder's files have: of one checkpoint, the shared files of RocksDB. */
  public static long size(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }
}
