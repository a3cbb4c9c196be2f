package io.chromasync.local.samples;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;
import software.amazon.awssdk.services.dynamodb.model.TransactWriteItem;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/**
 * The table of receipts in DynamoDB Local, with its stream, and the two ways in which producers
 * write to it: in transactions, and in unordered groups of 25.
 */
public final class SampleTable implements AutoCloseable {

  public static final String REGION = "us-east-1";
  public static final String ACCESS_KEY = "local";

  private static final int GROUP = 25;
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final DynamoDbAsyncClient client;
  private final String name;

  public SampleTable(String endpoint, String name) {
    this.name = name;
    this.client =
        DynamoDbAsyncClient.builder()
            .endpointOverride(URI.create(endpoint))
            .region(Region.of(REGION))
            .credentialsProvider(credentials())
            .overrideConfiguration(o -> o.apiCallTimeout(TIMEOUT))
            .build();
  }

  /** What the local servers take; the table is another for every access key. */
  public static AwsCredentialsProvider credentials() {
    return StaticCredentialsProvider.create(AwsBasicCredentials.create(ACCESS_KEY, "local"));
  }

  public boolean isThere() {
    return client.listTables().join().tableNames().contains(name);
  }

  public void create() {
    client
        .createTable(
            table ->
                table
                    .tableName(name)
                    .billingMode(BillingMode.PAY_PER_REQUEST)
                    .keySchema(key("PK", KeyType.HASH), key("SK", KeyType.RANGE))
                    .attributeDefinitions(text("PK"), text("SK"))
                    .streamSpecification(
                        s ->
                            s.streamEnabled(true)
                                .streamViewType(StreamViewType.NEW_AND_OLD_IMAGES)))
        .join();
    client.waiter().waitUntilTableExists(t -> t.tableName(name)).join();
  }

  /** Switches its stream on, which is another than before, or off. */
  public void stream(boolean on) {
    client
        .updateTable(
            table ->
                table
                    .tableName(name)
                    .streamSpecification(
                        s ->
                            s.streamEnabled(on)
                                .streamViewType(on ? StreamViewType.NEW_AND_OLD_IMAGES : null)))
        .join();
    client.waiter().waitUntilTableExists(t -> t.tableName(name)).join();
  }

  /** Writes in groups of 25, eight at a time, in any order: for many items. */
  public void write(Collection<Write> writes) {
    List<WriteRequest> requests = writes.stream().map(Write::toRequest).toList();
    List<CompletableFuture<BatchWriteItemResponse>> running = new ArrayList<>();
    for (int from = 0; from < requests.size(); from += GROUP) {
      if (running.size() == 8) {
        running.forEach(this::finish);
        running.clear();
      }
      List<WriteRequest> group = requests.subList(from, Math.min(from + GROUP, requests.size()));
      running.add(client.batchWriteItem(batch -> batch.requestItems(Map.of(name, group))));
    }
    running.forEach(this::finish);
  }

  /** Writes all or nothing: for what belongs together, at most 100 items. */
  public void transact(Collection<Write> writes) {
    List<TransactWriteItem> items =
        writes.stream().map(write -> write.toTransaction(name)).toList();
    client.transactWriteItems(transaction -> transaction.transactItems(items)).join();
  }

  /** All items, read consistently. */
  public List<Map<String, AttributeValue>> scan() {
    List<Map<String, AttributeValue>> items = new ArrayList<>();
    client
        .scanPaginator(scan -> scan.tableName(name).consistentRead(true))
        .items()
        .subscribe(items::add)
        .join();
    return items;
  }

  private static KeySchemaElement key(String name, KeyType type) {
    return KeySchemaElement.builder().attributeName(name).keyType(type).build();
  }

  private static AttributeDefinition text(String name) {
    return AttributeDefinition.builder()
        .attributeName(name)
        .attributeType(ScalarAttributeType.S)
        .build();
  }

  private void finish(CompletableFuture<BatchWriteItemResponse> response) {
    Map<String, List<WriteRequest>> rest = response.join().unprocessedItems();
    if (!rest.isEmpty()) {
      finish(client.batchWriteItem(batch -> batch.requestItems(rest)));
    }
  }

  @Override
  public void close() {
    client.close();
  }

  /**
   * One item put or deleted.
   *
   * @param item null = delete
   */
  public record Write(String partitionKey, String sortKey, Map<String, AttributeValue> item) {

    /** What turns one set of items of a partition, by sort key, into another. */
    public static List<Write> between(
        Map<String, Map<String, AttributeValue>> before,
        Map<String, Map<String, AttributeValue>> after) {
      String partition =
          (after.isEmpty() ? before : after).values().iterator().next().get("PK").s();
      Stream<Write> deletes =
          before.keySet().stream()
              .filter(key -> !after.containsKey(key))
              .map(key -> new Write(partition, key, null));
      Stream<Write> puts =
          after.entrySet().stream()
              .filter(entry -> !entry.getValue().equals(before.get(entry.getKey())))
              .map(entry -> new Write(partition, entry.getKey(), entry.getValue()));
      return Stream.concat(deletes, puts).toList();
    }

    private Map<String, AttributeValue> key() {
      return Map.of("PK", AttributeValue.fromS(partitionKey), "SK", AttributeValue.fromS(sortKey));
    }

    private WriteRequest toRequest() {
      return WriteRequest.builder()
          .applyMutation(
              request -> {
                if (item == null) {
                  request.deleteRequest(d -> d.key(key()));
                } else {
                  request.putRequest(p -> p.item(item));
                }
              })
          .build();
    }

    private TransactWriteItem toTransaction(String table) {
      return TransactWriteItem.builder()
          .applyMutation(
              request -> {
                if (item == null) {
                  request.delete(d -> d.tableName(table).key(key()));
                } else {
                  request.put(p -> p.tableName(table).item(item));
                }
              })
          .build();
    }
  }
}
