package io.chromasync.delta.runs;

import io.chromasync.model.CollectionName;
import io.chromasync.model.Excerpt;
import io.chromasync.model.ItemKey;
import io.chromasync.model.RunDelta;
import io.chromasync.model.RunReport;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;

/**
 * Writes the states of runs into their items. Each update follows three rules:
 *
 * <ul>
 *   <li>It changes only the attributes of one collection, so both collections may end at the same
 *       time.
 *   <li>It applies only to the item that the run was read from. A deleted run stays deleted, and a
 *       recreated run does not get the end of the first run.
 *   <li>It never overwrites COMPLETED, so a replay changes nothing.
 * </ul>
 *
 * <p>PROCESSING is written asynchronously, so it may arrive after the end of the same run. It has
 * the time at which loading began, and does not overwrite a later FAILED. A retried run begins
 * later than it failed, provided that the clocks of the tasks differ by less than that time.
 *
 * <p>Thread-safe.
 */
public final class RunStates implements AutoCloseable {

  /**
   * Maximum length of an error; longer errors are truncated, because an item is limited to 400 KB
   * and read by people.
   */
  public static final int LONGEST_ERROR = 1000;

  /** Key of no item. */
  private static final ItemKey NOTHING = new ItemKey("chromasync-probe", "chromasync-probe");

  private static final CollectionName NOBODY = new CollectionName("probe");

  private static final String COMPLETED = "COMPLETED";
  private static final String FAILED = "FAILED";

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSxxx", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final DynamoDbAsyncClient client;
  private final String table;
  private final InstantSource clock;

  /**
   * @param client closed with this object
   */
  public RunStates(DynamoDbAsyncClient client, String table, InstantSource clock) {
    this.client = client;
    this.table = table;
    this.clock = clock;
  }

  /**
   * Marks a run PROCESSING.
   *
   * @return true if written; false if the item is deleted, recreated, COMPLETED, or FAILED since
   */
  public CompletableFuture<Boolean> processing(RunDelta delta) {
    AttributeValue now = now();
    Update update = new Update(delta.collection(), "PROCESSING");
    update.onlyIfCreated(delta.created());
    update.notIfFailedSince(now);
    update.set("started_at", now);
    return write(update, now, delta.item());
  }

  /**
   * Marks a run COMPLETED or FAILED.
   *
   * @return true if written; false if the item is deleted, recreated, or already COMPLETED
   */
  CompletableFuture<Boolean> ended(RunReport report) {
    AttributeValue now = now();
    Update update = new Update(report.collection(), report.isFailure() ? FAILED : COMPLETED);
    update.onlyIfCreated(report.created());
    update.set("finished_at", now);
    if (report.isFailure()) {
      update.set("error", AttributeValue.fromS(Excerpt.of(report.error(), LONGEST_ERROR)));
    } else {
      update.set("merged_vectors", AttributeValue.fromN(Integer.toString(report.merged())));
      update.set("error", AttributeValue.fromNul(true));
    }
    return write(update, now, report.item());
  }

  /**
   * Checks that the table accepts updates, with an update that matches no item and so changes
   * nothing.
   */
  public CompletableFuture<Boolean> probe() {
    AttributeValue now = now();
    return write(new Update(NOBODY, "PROCESSING"), now, NOTHING);
  }

  @Override
  public void close() {
    client.close();
  }

  private CompletableFuture<Boolean> write(Update update, AttributeValue now, ItemKey item) {
    Map<String, AttributeValue> key =
        Map.of(
            ItemKey.PARTITION, AttributeValue.fromS(item.partitionKey()),
            ItemKey.SORT, AttributeValue.fromS(item.sortKey()));
    return send(update.request(now).tableName(table).key(key).build())
        .thenApply(written -> true)
        .exceptionally(RunStates::falseIfConditionFailed);
  }

  /** Reports every failure through the future. */
  private CompletableFuture<UpdateItemResponse> send(UpdateItemRequest request) {
    try {
      return client.updateItem(request);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static boolean falseIfConditionFailed(Throwable error) {
    Throwable cause = error instanceof CompletionException ? error.getCause() : error;
    if (cause instanceof ConditionalCheckFailedException) {
      return false;
    }
    throw new CompletionException(cause);
  }

  private AttributeValue now() {
    return AttributeValue.fromS(TIME.format(clock.instant()));
  }

  /** Update expression for one collection, with its condition. */
  private static final class Update {

    private final String prefix;
    private final Map<String, String> names = new TreeMap<>();
    private final Map<String, AttributeValue> values = new TreeMap<>();
    private final StringBuilder set = new StringBuilder("SET #state = :state, updated_at = :now");
    private final StringBuilder condition =
        new StringBuilder(
            "attribute_exists("
                + ItemKey.PARTITION
                + ") AND (attribute_not_exists(#state) OR #state <> :completed)");

    Update(CollectionName collection, String state) {
      this.prefix = collection.name() + "_";
      names.put("#state", prefix + "state");
      values.put(":state", AttributeValue.fromS(state));
      values.put(":completed", AttributeValue.fromS(COMPLETED));
    }

    void set(String attribute, AttributeValue value) {
      set.append(", %s%s = :%s".formatted(prefix, attribute, attribute));
      values.put(":" + attribute, value);
    }

    /**
     * Requires the item that the run was read from.
     *
     * @param created creation time of the item; null = unknown
     */
    void onlyIfCreated(String created) {
      if (created != null) {
        condition.append(" AND created_at = :created");
        values.put(":created", AttributeValue.fromS(created));
      }
    }

    void notIfFailedSince(AttributeValue time) {
      condition.append(" AND NOT (#state = :failed AND #finished >= :since)");
      names.put("#finished", prefix + "finished_at");
      values.put(":failed", AttributeValue.fromS(FAILED));
      values.put(":since", time);
    }

    UpdateItemRequest.Builder request(AttributeValue now) {
      values.put(":now", now);
      return UpdateItemRequest.builder()
          .updateExpression(set.toString())
          .conditionExpression(condition.toString())
          .expressionAttributeNames(names)
          .expressionAttributeValues(values);
    }
  }
}
