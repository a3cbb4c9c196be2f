package io.chromasync.local.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.StreamSpecification;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;

/**
 * AWS's own DynamoDB Local, with streams, as a process of its own. Its tables are in memory: a
 * {@link #restart} begins with none.
 */
public final class DynamoDbLocal implements AutoCloseable {

  private final int port;
  private ServerProcess process;
  private DynamoDbAsyncClient client;

  private DynamoDbLocal(int port) {
    this.port = port;
    launch();
  }

  /** Starts on a free port, and returns when it answers. */
  public static DynamoDbLocal start() {
    return start(0);
  }

  /** Starts on the preferred port if it is free, else on another. */
  public static DynamoDbLocal start(int preferredPort) {
    return new DynamoDbLocal(ServerProcess.freePort(preferredPort));
  }

  public URI endpoint() {
    return URI.create("http://localhost:" + port);
  }

  /** A client that stays good until this server is closed, across restarts too. */
  public DynamoDbAsyncClient client() {
    return client;
  }

  /**
   * Creates a table with the keys PK and SK and a stream of new and old images, and returns the ARN
   * of the stream.
   */
  public String createTable(String name) {
    return createTable(name, stream(StreamViewType.NEW_AND_OLD_IMAGES), "PK", "SK");
  }

  /** Creates a table of string keys; the stream's ARN, or null without one. */
  public String createTable(
      String name, StreamSpecification stream, String partitionKey, String sortKey) {
    CreateTableRequest request =
        CreateTableRequest.builder()
            .tableName(name)
            .billingMode(BillingMode.PAY_PER_REQUEST)
            .attributeDefinitions(attribute(partitionKey), attribute(sortKey))
            .keySchema(key(partitionKey, KeyType.HASH), key(sortKey, KeyType.RANGE))
            .streamSpecification(stream)
            .build();
    return client.createTable(request).join().tableDescription().latestStreamArn();
  }

  /** Switches the stream of a table off, or on, which makes a new one. */
  public void switchStream(String table, boolean on) {
    StreamSpecification specification =
        on
            ? stream(StreamViewType.NEW_AND_OLD_IMAGES)
            : StreamSpecification.builder().streamEnabled(false).build();
    client.updateTable(update -> update.tableName(table).streamSpecification(specification)).join();
  }

  public static StreamSpecification stream(StreamViewType type) {
    return StreamSpecification.builder().streamEnabled(true).streamViewType(type).build();
  }

  /** Kills it as a crash would. */
  public void kill() {
    process.kill();
  }

  /** Ends it if it runs, and starts it again on the same port, without any table. */
  public void restart() {
    close();
    launch();
  }

  @Override
  public void close() {
    client.close();
    process.close();
  }

  private void launch() {
    process =
        ServerProcess.start(
            "dynamodb-local", command(), Map.of(), ServerProcess.SERVERS, this::answers);
    client =
        DynamoDbAsyncClient.builder()
            .endpointOverride(endpoint())
            .region(Region.EU_WEST_1)
            .credentialsProvider(
                StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
            .build();
  }

  private List<String> command() {
    Path classPath = ServerProcess.SERVERS.resolve("dynamodb-local.classpath");
    try {
      return List.of(
          Path.of(System.getProperty("java.home"), "bin", "java").toString(),
          "-Xmx768m",
          "-Dsqlite4java.library.path=" + ServerProcess.SERVERS.resolve("native"),
          "-cp",
          Files.readString(classPath).strip(),
          "software.amazon.dynamodb.services.local.main.ServerRunner",
          "-inMemory",
          "-port",
          String.valueOf(port),
          "-disableTelemetry",
          "-sharedDb");
    } catch (IOException e) {
      throw new UncheckedIOException(
          classPath + " cannot be read; 'mvn generate-test-resources' makes it", e);
    }
  }

  private boolean answers() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("localhost", port), 1000);
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  private static AttributeDefinition attribute(String name) {
    return AttributeDefinition.builder()
        .attributeName(name)
        .attributeType(ScalarAttributeType.S)
        .build();
  }

  private static KeySchemaElement key(String name, KeyType type) {
    return KeySchemaElement.builder().attributeName(name).keyType(type).build();
  }
}
