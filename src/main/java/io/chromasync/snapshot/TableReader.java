package io.chromasync.snapshot;

import io.chromasync.aws.AwsClients;
import io.chromasync.aws.AwsClients.Calls;
import io.chromasync.aws.DynamoDbJson;
import io.chromasync.config.AwsAccess;
import io.chromasync.model.ItemKey;
import io.chromasync.model.TableLayout;
import io.chromasync.snapshot.TablePage.TableRow;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.DescribeTableResponse;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.ReturnConsumedCapacity;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

/**
 * Reads pages of the table with consistent reads and the given attributes only. Does not retry.
 *
 * <p>Thread-safe.
 */
public final class TableReader implements AutoCloseable {

  private final DynamoDbAsyncClient client;
  private final TableLayout layout;
  private final String table;
  private final String projection;
  private final Map<String, String> names = new HashMap<>();

  /**
   * @param client closed with this
   * @param layout partitions of the table, and attributes to read
   */
  public TableReader(DynamoDbAsyncClient client, String table, TableLayout layout) {
    this.client = client;
    this.layout = layout;
    this.table = table;
    // Some attribute names are reserved words, so each gets a placeholder.
    layout.attributes().forEach(name -> names.put("#a" + names.size(), name));
    this.projection = String.join(", ", names.keySet());
  }

  /**
   * Opens a reader with a new client, which the reader closes.
   *
   * @param layout partitions of the table, and attributes to read
   */
  public static TableReader open(AwsAccess access, String table, TableLayout layout) {
    return new TableReader(AwsClients.dynamoDb(access, Calls.SINGLE), table, layout);
  }

  /** Returns the partitions of the table. */
  public TableLayout layout() {
    return layout;
  }

  /** Returns the name of the table. */
  public String table() {
    return table;
  }

  /** Describes the table; a role that can read the table may lack the permission. */
  public CompletableFuture<TableDescription> describe() {
    return client
        .describeTable(request -> request.tableName(table))
        .thenApply(DescribeTableResponse::table);
  }

  /**
   * Reads a page of a segment.
   *
   * @param after null = the first page
   * @param limit maximum number of items; null = as many as fit
   */
  public CompletableFuture<TablePage> scan(
      SnapshotSplit.Segment segment, ItemKey after, Integer limit) {
    ScanRequest request =
        ScanRequest.builder()
            .tableName(table)
            .segment(segment.index())
            .totalSegments(segment.total())
            .consistentRead(true)
            .projectionExpression(projection)
            .expressionAttributeNames(names)
            .returnConsumedCapacity(ReturnConsumedCapacity.TOTAL)
            .exclusiveStartKey(attributes(after))
            .limit(limit)
            .build();
    return client
        .scan(request)
        .thenApply(page -> page(page.items(), page.lastEvaluatedKey(), page.consumedCapacity()));
  }

  /**
   * Reads a page of a partition.
   *
   * @param after null = the first page
   */
  public CompletableFuture<TablePage> query(String partition, ItemKey after) {
    return query(layout.partitionKey(partition), null, after);
  }

  /**
   * Reads a page of the items before a given item of a partition.
   *
   * @param after null = the first page
   */
  public CompletableFuture<TablePage> queryBefore(ItemKey item, ItemKey after) {
    return query(item.partitionKey(), item.sortKey(), after);
  }

  private CompletableFuture<TablePage> query(String partition, String before, ItemKey after) {
    Map<String, String> allNames = new HashMap<>(names);
    allNames.put("#pk", ItemKey.PARTITION);
    Map<String, AttributeValue> values = new HashMap<>();
    values.put(":pk", AttributeValue.fromS(partition));
    String condition = "#pk = :pk";
    if (before != null) {
      allNames.put("#sk", ItemKey.SORT);
      values.put(":sk", AttributeValue.fromS(before));
      condition += " AND #sk < :sk";
    }
    QueryRequest request =
        QueryRequest.builder()
            .tableName(table)
            .consistentRead(true)
            .keyConditionExpression(condition)
            .projectionExpression(projection)
            .expressionAttributeNames(allNames)
            .expressionAttributeValues(values)
            .returnConsumedCapacity(ReturnConsumedCapacity.TOTAL)
            .exclusiveStartKey(attributes(after))
            .build();
    return client
        .query(request)
        .thenApply(page -> page(page.items(), page.lastEvaluatedKey(), page.consumedCapacity()));
  }

  @Override
  public void close() {
    client.close();
  }

  private static TablePage page(
      List<Map<String, AttributeValue>> items,
      Map<String, AttributeValue> last,
      ConsumedCapacity capacity) {
    List<TableRow> rows =
        items.stream().map(item -> new TableRow(key(item), DynamoDbJson.write(item))).toList();
    Double units = capacity == null ? null : capacity.capacityUnits();
    return new TablePage(rows, last.isEmpty() ? null : key(last), units == null ? 0 : units);
  }

  private static ItemKey key(Map<String, AttributeValue> item) {
    return new ItemKey(text(item, ItemKey.PARTITION), text(item, ItemKey.SORT));
  }

  private static String text(Map<String, AttributeValue> item, String name) {
    AttributeValue value = item.get(name);
    if (value == null || value.s() == null) {
      throw new SnapshotFailure(
          ("The table's keys must be the strings PK and SK, but an item has no string %s; 'table' in"
                  + " group 'snapshot' must name the table of the stream")
              .formatted(name));
    }
    return value.s();
  }

  /** Key attributes; null for a null key. */
  private static Map<String, AttributeValue> attributes(ItemKey key) {
    return key == null
        ? null
        : Map.of(
            ItemKey.PARTITION, AttributeValue.fromS(key.partitionKey()),
            ItemKey.SORT, AttributeValue.fromS(key.sortKey()));
  }
}
