package io.chromasync.local;

import io.chromasync.local.samples.SampleTable;
import io.chromasync.ops.Tool;
import java.net.URI;
import java.time.Clock;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import software.amazon.awssdk.http.Protocol;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.ResourceInUseException;

/**
 * {@code docker/chromasync replicate}: writes the changes of the table of a laptop into a Kinesis
 * stream, until it is ended. One that begins anew writes all of them once more.
 */
@Command(
    name = "chromasync replicate",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = "Writes the table's changes into the Kinesis stream 'receipts-changes'.")
public final class ReplicateTable implements Callable<Integer> {

  static final String STREAM = "receipts-changes";

  @Option(
      names = "--dynamodb",
      paramLabel = "URL",
      required = true,
      description = "Endpoint of DynamoDB Local.")
  private URI dynamoDb;

  @Option(
      names = "--kinesis",
      paramLabel = "URL",
      required = true,
      description = "Endpoint of the Kinesis server.")
  private URI kinesis;

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** The command. */
  static CommandLine commandLine() {
    return Tool.commandLine(new ReplicateTable());
  }

  @Override
  public Integer call() throws InterruptedException {
    try (KinesisAsyncClient client = client(kinesis)) {
      create(client);
      try (TableReplicator replicator =
          TableReplicator.start(dynamoDb, client, STREAM, Clock.systemUTC(), 1)) {
        System.out.println("writing the table's changes to " + STREAM);
        replicator.join();
      }
    }
    return 0;
  }

  static KinesisAsyncClient client(URI kinesis) {
    return KinesisAsyncClient.builder()
        .endpointOverride(kinesis)
        .region(Region.US_EAST_1)
        .httpClientBuilder(NettyNioAsyncHttpClient.builder().protocol(Protocol.HTTP1_1))
        .credentialsProvider(SampleTable.credentials())
        .build();
  }

  private static void create(KinesisAsyncClient client) {
    try {
      client.createStream(request -> request.streamName(STREAM).shardCount(2)).join();
    } catch (CompletionException e) {
      if (!(e.getCause() instanceof ResourceInUseException)) {
        throw e;
      }
    }
    client.waiter().waitUntilStreamExists(request -> request.streamName(STREAM)).join();
  }
}
