package io.chromasync.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.testing.ServerProcess;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
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
 * What docker-compose.yml starts in containers, as processes: the same commands of docker/serve,
 * the same samples, and the job from the same settings, whose host names become those of this
 * machine.
 */
@Tag("long")
final class ComposeIT {

  private static final List<String> SERVERS = List.of("dynamodb", "s3", "chroma", "kinesis");
  private static final Path SERVE = Path.of("docker", "serve").toAbsolutePath();
  private static final Duration LONG = Duration.ofMinutes(3);

  @TempDir private Path folder;
  private final Map<String, Integer> ports = new TreeMap<>();
  private final Map<String, ServerProcess> servers = new TreeMap<>();

  @Test
  void theJobKeepsTheSamplesInStep() throws Exception {
    try {
      for (String name : SERVERS) {
        serve(name);
      }
      load();
      assertThat(load()).as("loading again").contains("is there already");
      forgetTheTable();
      assertThat(load()).as("loading again").contains("embedded");
      replicate();
      run();
    } finally {
      servers.values().forEach(ServerProcess::close);
    }
  }

  /** As DynamoDB Local, and it alone, does when its container starts anew. */
  private void forgetTheTable() throws IOException {
    servers.remove("dynamodb").close();
    serve("dynamodb");
  }

  private void replicate() throws IOException {
    List<String> command =
        List.of(
            SERVE.toString(),
            "replicate",
            "--dynamodb",
            url("dynamodb"),
            "--kinesis",
            url("kinesis"));
    String arn = streamArn(Path.of("docker", "application-properties-kinesis.json"));
    try (KinesisAsyncClient client = ReplicateTable.client(URI.create(url("kinesis")))) {
      // It is ready when the stream that the job's settings name has a change of the table.
      servers.put(
          "replicate",
          ServerProcess.start(
              "replicate", command, Map.of(), folder, () -> holdsChanges(client, arn)));
    }
  }

  private void run() throws Exception {
    Path config = folder.resolve("application-properties.json");
    Files.writeString(config, onThisMachine(Path.of("docker", "application-properties.json")));
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
            SERVE.toString(),
            "samples",
            "--dynamodb",
            url("dynamodb"),
            "--s3",
            url("s3"),
            "--images",
            "2");
    Process samples =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    int exit = samples.waitFor();
    String printed = Files.readString(output);
    assertThat(exit).as(printed).isZero();
    return printed;
  }

  private void serve(String name) {
    int port = ServerProcess.freePort();
    ports.put(name, port);
    Map<String, String> environment =
        Map.of(
            "HOST", "127.0.0.1",
            "PORT", Integer.toString(port),
            "DATA", folder.resolve(name).toString());
    servers.put(
        name,
        ServerProcess.start(
            name, List.of(SERVE.toString(), name), environment, folder, () -> answers(port)));
  }

  /** The one way: another host for each service, here with a port that is free. */
  private String onThisMachine(Path properties) throws IOException {
    return Pattern.compile("http://(\\w+):\\d+")
        .matcher(Files.readString(properties))
        .replaceAll(match -> url(match.group(1)))
        .replace("file:///opt/flink/state", folder.toUri() + "state");
  }

  private String url(String name) {
    return "http://localhost:" + ports.get(name);
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

  private static boolean answers(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("localhost", port), 1000);
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }
}
