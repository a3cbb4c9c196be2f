package io.chromasync.snapshot;

import io.chromasync.model.ItemKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;

/**
 * A table whose segments end anywhere, also in the middle of a partition, which DynamoDB Local
 * never does; and whose pages are of any size, the last one empty or not.
 *
 * <p>Like DynamoDB it refuses to go on in a segment from a key that does not lie in it.
 */
public final class CutTable implements DynamoDbAsyncClient {

  private final List<ItemKey> items;
  private final List<Integer> cuts;
  private final Random random;

  /**
   * @param items partition after partition
   * @param cuts where the segments begin, and the end of the last, among the items
   */
  public CutTable(List<ItemKey> items, List<Integer> cuts, Random random) {
    this.items = items;
    this.cuts = cuts;
    this.random = random;
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}

  @Override
  public CompletableFuture<ScanResponse> scan(ScanRequest request) {
    List<ItemKey> segment =
        items.subList(cuts.get(request.segment()), cuts.get(request.segment() + 1));
    Page page = page(segment, request.exclusiveStartKey());
    return CompletableFuture.completedFuture(
        ScanResponse.builder().items(page.items()).lastEvaluatedKey(page.last()).build());
  }

  @Override
  public CompletableFuture<QueryResponse> query(QueryRequest request) {
    String partition = request.expressionAttributeValues().get(":pk").s();
    AttributeValue before = request.expressionAttributeValues().get(":sk");
    List<ItemKey> found =
        items.stream()
            .filter(key -> key.partitionKey().equals(partition))
            .filter(key -> before == null || key.sortKey().compareTo(before.s()) < 0)
            .toList();
    Page page = page(found, request.exclusiveStartKey());
    return CompletableFuture.completedFuture(
        QueryResponse.builder().items(page.items()).lastEvaluatedKey(page.last()).build());
  }

  /**
   * @param last where the next goes on; null = there is none
   */
  private record Page(List<Map<String, AttributeValue>> items, Map<String, AttributeValue> last) {}

  private Page page(List<ItemKey> all, Map<String, AttributeValue> after) {
    int from = after.isEmpty() ? 0 : all.indexOf(key(after)) + 1;
    if (!after.isEmpty() && from == 0) {
      throw new IllegalArgumentException("The provided starting key is invalid: " + after);
    }
    int to = Math.min(all.size(), from + 1 + random.nextInt(4));
    List<Map<String, AttributeValue>> page = new ArrayList<>();
    all.subList(from, to).forEach(key -> page.add(item(key)));
    boolean more = to < all.size() || (to > from && random.nextBoolean());
    return new Page(page, more ? item(all.get(to - 1)) : null);
  }

  private static ItemKey key(Map<String, AttributeValue> item) {
    return new ItemKey(item.get(ItemKey.PARTITION).s(), item.get(ItemKey.SORT).s());
  }

  private static Map<String, AttributeValue> item(ItemKey key) {
    return Map.of(
        ItemKey.PARTITION, AttributeValue.fromS(key.partitionKey()),
        ItemKey.SORT, AttributeValue.fromS(key.sortKey()));
  }
}
