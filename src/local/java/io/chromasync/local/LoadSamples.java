package io.chromasync.local;

import io.chromasync.local.samples.Sample;
import io.chromasync.local.samples.SampleReceipts;
import io.chromasync.local.samples.SampleTable;
import io.chromasync.ops.Options;
import io.chromasync.ops.Tool;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.flink.util.FileUtils;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3AsyncClient;

/**
 * {@code docker/chromasync samples}: the table and the bucket of a laptop, with receipts and the
 * runs that embed them. Samples that are all there are left alone; those that were loaded in part,
 * because it was stopped, are loaded once more.
 */
@Command(
    name = "chromasync samples",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = "Creates the table and the bucket, loads sample receipts and embeds them.")
public final class LoadSamples implements Callable<Integer> {

  static final String TABLE = "receipts";
  private static final Duration POLL = Duration.ofSeconds(1);

  @Option(
      names = "--dynamodb",
      paramLabel = "URL",
      required = true,
      description = "Endpoint of DynamoDB Local.")
  private URI dynamoDb;

  @Option(
      names = "--s3",
      paramLabel = "URL",
      required = true,
      description = "Endpoint of the S3 server.")
  private URI s3;

  @Option(
      names = "--images",
      paramLabel = "N",
      defaultValue = "8",
      description = "Number of images, of 1 to 3 receipts each. Default: ${DEFAULT-VALUE}.")
  private int images;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Random seed of the receipts. Default: ${DEFAULT-VALUE}.")
  private long seed;

  @Spec private CommandSpec spec;

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** The command. */
  static CommandLine commandLine() {
    return Tool.commandLine(new LoadSamples());
  }

  @Override
  public Integer call() throws Exception {
    new Options(spec).positive("--images", images);
    try (SampleTable table = new SampleTable(dynamoDb.toString(), TABLE)) {
      List<Sample.Image> samples = new SampleReceipts(seed).images(images);
      if (!table.isThere()) {
        table.create();
      } else if (runs(table) >= receipts(samples)) {
        System.out.println("Table " + TABLE + " is there already; nothing is loaded.");
        return 0;
      }
      Path folder = Files.createTempDirectory("chromasync-samples-");
      try (S3AsyncClient client = client();
          RunProducer runs =
              new RunProducer(client, table, folder, Clock.systemUTC(), new LoggedDelta())) {
        load(samples, table, runs);
      } finally {
        FileUtils.deleteDirectory(folder.toFile());
      }
    }
    return 0;
  }

  private static long runs(SampleTable table) {
    return table.scan().stream()
        .filter(item -> item.get("TYPE").s().equals("COMPACTION_RUN"))
        .count();
  }

  private static long receipts(List<Sample.Image> samples) {
    return samples.stream().mapToLong(image -> image.receipts().size()).sum();
  }

  private void load(List<Sample.Image> samples, SampleTable table, RunProducer runs) {
    Traffic traffic = new Traffic(table, runs, seed);
    for (int loaded = 0; loaded < samples.size(); loaded++) {
      traffic.load(List.of(samples.get(loaded)));
      System.out.printf(
          Locale.ROOT, "loaded        %,d of %,d images%n", loaded + 1, samples.size());
    }
    int told = -1;
    while (told < runs.planned()) {
      int produced = runs.produced();
      if (produced != told) {
        System.out.printf(
            Locale.ROOT, "embedded      %,d of %,d receipts%n", produced, runs.planned());
        told = produced;
      }
      Stage.pause(POLL);
    }
  }

  private S3AsyncClient client() {
    return S3AsyncClient.builder()
        .endpointOverride(s3)
        .forcePathStyle(true)
        // Elsewhere the SDK names the region of a new bucket, which the server refuses.
        .region(Region.US_EAST_1)
        .credentialsProvider(SampleTable.credentials())
        .build();
  }
}
