package io.chromasync.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.local.oracle.Agreement;
import io.chromasync.local.oracle.TableOracle;
import io.chromasync.local.samples.SampleTable;
import io.chromasync.local.servers.ServerProcess;
import io.chromasync.testing.KinesisLocal;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.Shard;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;

/**
 * What is ours in the containers of docker-compose.yml, as processes: the same commands of
 * docker/chromasync, the same samples, and the job from the same settings, whose host names become
 * those of this machine. The servers are those of all tests, in place of the official images, which
 * only ContainersIT has.
 */
@Tag("long")
final class ComposeIT {

  private static final Path COMMAND = Path.of("docker", "chromasync").toAbsolutePath();
  private static final Path SETTINGS = Path.of("docker", "settings");
  private static final Duration LONG = Duration.ofMinutes(3);

  @TempDir private Path folder;
  private final Map<String, String> urls = new TreeMap<>();

  // The replicator runs beside, and nobody asks it anything.
  @SuppressWarnings("try")
  @Test
  void theJobKeepsTheSamplesInStep() throws Exception {
    Path data = Files.createDirectories(folder.resolve("data"));
    try (LocalServers servers = LocalServers.start(data, LocalServers.Ports.ANY);
        KinesisLocal kinesis = KinesisLocal.start("us-east-1")) {
      urls.put("dynamodb", servers.dynamoDb());
      urls.put("s3", servers.s3().endpoint().toString());
      urls.put("chroma", servers.chroma());
      urls.put("kinesis", kinesis.endpoint().toString());
      assertThat(load()).contains("loaded        2 of 2 images", "embedded");
      assertThat(load()).as("loading again").contains("is there already");
      forgetARun();
      assertThat(load()).as("loading what was loaded in part").contains("embedded");
      try (ServerProcess replicator = replicate()) {
        run();
      }
    }
  }

  /** As when loading was stopped before its end. */
  private void forgetARun() {
    try (SampleTable table = new SampleTable(url("dynamodb"), LoadSamples.TABLE)) {
      table.scan().stream()
          .filter(item -> item.get("TYPE").s().equals("COMPACTION_RUN"))
          .limit(1)
          .map(item -> new SampleTable.Write(item.get("PK").s(), item.get("SK").s(), null))
          .forEach(run -> table.write(List.of(run)));
    }
  }

  private ServerProcess replicate() throws IOException {
    List<String> command =
        List.of(
            COMMAND.toString(),
            "replicate",
            "--dynamodb",
            url("dynamodb"),
            "--kinesis",
            url("kinesis"));
    String arn = streamArn(SETTINGS.resolve("application-properties-kinesis.json"));
    try (KinesisAsyncClient client = ReplicateTable.client(URI.create(url("kinesis")))) {
      // It is ready when the stream that the job's settings name has a change of the table.
      return ServerProcess.start(
          "replicate", command, classPath(), folder, () -> holdsChanges(client, arn));
    }
  }

  private void run() throws Exception {
    Path config = folder.resolve("application-properties.json");
    Files.writeString(config, onThisMachine(SETTINGS.resolve("application-properties.json")));
    ClusterProcesses.Settings settings =
        new ClusterProcesses.Settings(
            folder.resolve("cluster"),
            Path.of("flink-conf").toAbsolutePath(),
            Map.of(),
            Stage.CREDENTIALS,
            0);
    try (ClusterProcesses cluster = new ClusterProcesses(settings);
        SampleTable table = new SampleTable(url("dynamodb"), LoadSamples.TABLE)) {
      cluster.start(1);
      String jar = cluster.jobs().upload(Path.of(System.getProperty("chromasync.jar")));
      cluster.jobs().run(jar, new FlinkJobs.Run(List.of("--config", config.toString()), 2, null));
      ChromaCollections chroma = new ChromaCollections(url("chroma"));
      TableOracle oracle = new TableOracle(table.scan(), chroma.takesArrays());
      List<Agreement> agreements = agreements(oracle, chroma);
      long deadline = System.nanoTime() + LONG.toNanos();
      while (!agreements.stream().allMatch(Agreement::holds) && System.nanoTime() < deadline) {
        Stage.pause(Duration.ofSeconds(1));
        agreements = agreements(oracle, chroma);
      }
      assertThat(agreements)
          .as(Agreement.report(agreements) + cluster.rest().failure().orElse(""))
          .allMatch(Agreement::holds)
          .allMatch(agreement -> agreement.expected() > 0);
    }
  }

  private static List<Agreement> agreements(TableOracle oracle, ChromaCollections chroma) {
    return List.of(
        Agreement.of("words", oracle.words(), chroma.all("words")),
        Agreement.of("lines", oracle.lines(), chroma.all("lines")));
  }

  private String load() throws IOException, InterruptedException {
    Path output = Files.createTempFile(folder, "samples", ".out");
    List<String> command =
        List.of(
            COMMAND.toString(),
            "samples",
            "--dynamodb",
            url("dynamodb"),
            "--s3",
            url("s3"),
            "--images",
            "2");
    ProcessBuilder samples =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    samples.environment().putAll(classPath());
    int exit = samples.start().waitFor();
    String printed = Files.readString(output);
    assertThat(exit).as(printed).isZero();
    return printed;
  }

  /** Of what is in the image, as it was compiled here. */
  private static Map<String, String> classPath() {
    return Map.of("CHROMASYNC_CLASSPATH", System.getProperty("java.class.path"));
  }

  /** The one way: another host for each service, here with a port that is free. */
  private String onThisMachine(Path properties) throws IOException {
    return Pattern.compile("http://(\\w+):\\d+")
        .matcher(Files.readString(properties))
        .replaceAll(match -> url(match.group(1)))
        .replace("file:///opt/flink/state", folder.toUri() + "state");
  }

  private String url(String name) {
    return urls.get(name);
  }

  private static String streamArn(Path properties) throws IOException {
    return JsonHttp.JSON.readTree(properties.toFile()).findValue("stream-arn").asText();
  }

  private static boolean holdsChanges(KinesisAsyncClient client, String arn) {
    try {
      for (Shard shard : client.listShards(r -> r.streamARN(arn)).join().shards()) {
        String iterator =
            client
                .getShardIterator(
                    r ->
                        r.streamARN(arn)
                            .shardId(shard.shardId())
                            .shardIteratorType(ShardIteratorType.TRIM_HORIZON))
                .join()
                .shardIterator();
        if (client.getRecords(r -> r.shardIterator(iterator)).join().hasRecords()) {
          return true;
        }
      }
      return false;
    } catch (CompletionException notYet) {
      return false;
    }
  }
}
