package io.chromasync.delta;

import io.chromasync.model.Collection;
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
 * The states of runs in their items. Only the attributes of one collection are written, so both
 * collections may end at the same moment; only while the item is there, so a removed run stays
 * removed; and never over COMPLETED, so a replay changes nothing.
 *
 * <p>Thread-safe.
 */
final class RunStates implements AutoCloseable {

  /** Longer error texts are cut: an item has room for 400 KB, and is read by people. */
  static final int LONGEST_ERROR = 1000;

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSxxx", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private static final String CONDITION =
      "attribute_exists(PK) AND (attribute_not_exists(#state) OR #state <> :completed)";

  private final DynamoDbAsyncClient client;
  private final String table;
  private final InstantSource clock;

  /**
   * @param client closed with this
   */
  RunStates(DynamoDbAsyncClient client, String table, InstantSource clock) {
    this.client = client;
    this.table = table;
    this.clock = clock;
  }

  /**
   * Tells that loading began.
   *
   * @return whether it was written; false if the item is gone or COMPLETED
   */
  CompletableFuture<Boolean> processing(RunDelta delta) {
    AttributeValue now = now();
    Update update = new Update(delta.collection(), "PROCESSING");
    update.set("started_at", now);
    return write(update, now, delta.image(), delta.receipt(), delta.run());
  }

  /**
   * Tells how a run ended.
   *
   * @return whether it was written; false if the item is gone or COMPLETED already
   */
  CompletableFuture<Boolean> ended(RunReport report) {
    AttributeValue now = now();
    Update update = new Update(report.collection(), report.isFailure() ? "FAILED" : "COMPLETED");
    update.set("finished_at", now);
    if (report.isFailure()) {
      update.set("error", AttributeValue.fromS(Excerpt.of(report.error(), LONGEST_ERROR)));
    } else {
      update.set("merged_vectors", AttributeValue.fromN(Integer.toString(report.merged())));
      update.set("error", AttributeValue.fromNul(true));
    }
    return write(update, now, report.image(), report.receipt(), report.run());
  }

  /** Asks whether the table takes an update, with one that finds no item and so changes none. */
  CompletableFuture<Boolean> probe() {
    AttributeValue now = now();
    return write(new Update(Collection.WORDS, "PROCESSING"), now, "none", 0, "none");
  }

  @Override
  public void close() {
    client.close();
  }

  private CompletableFuture<Boolean> write(
      Update update, AttributeValue now, String image, int receipt, String run) {
    Map<String, AttributeValue> key =
        Map.of(
            "PK",
            AttributeValue.fromS("IMAGE#" + image),
            "SK",
            AttributeValue.fromS("RECEIPT#%05d#COMPACTION_RUN#%s".formatted(receipt, run)));
    return send(update.request(now).tableName(table).key(key).build())
        .thenApply(written -> true)
        .exceptionally(RunStates::falseIfRefusedByCondition);
  }

  /** However it fails, the future tells. */
  private CompletableFuture<UpdateItemResponse> send(UpdateItemRequest request) {
    try {
      return client.updateItem(request);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static boolean falseIfRefusedByCondition(Throwable error) {
    Throwable cause = error instanceof CompletionException ? error.getCause() : error;
    if (cause instanceof ConditionalCheckFailedException) {
      return false;
    }
    throw new CompletionException(cause);
  }

  private AttributeValue now() {
    return AttributeValue.fromS(TIME.format(clock.instant()));
  }

  /** The attributes of one collection that are to be set. */
  private static final class Update {

    private final String prefix;
    private final String state;
    private final Map<String, AttributeValue> set = new TreeMap<>();

    Update(Collection collection, String state) {
      this.prefix = collection.name().toLowerCase(Locale.ROOT) + "_";
      this.state = state;
    }

    void set(String attribute, AttributeValue value) {
      set.put(attribute, value);
    }

    UpdateItemRequest.Builder request(AttributeValue now) {
      Map<String, AttributeValue> values = new TreeMap<>();
      values.put(":completed", AttributeValue.fromS("COMPLETED"));
      values.put(":state", AttributeValue.fromS(state));
      values.put(":now", now);
      StringBuilder expression = new StringBuilder("SET #state = :state, updated_at = :now");
      set.forEach(
          (attribute, value) -> {
            expression.append(", %s%s = :%s".formatted(prefix, attribute, attribute));
            values.put(":" + attribute, value);
          });
      return UpdateItemRequest.builder()
          .updateExpression(expression.toString())
          .conditionExpression(CONDITION)
          .expressionAttributeNames(Map.of("#state", prefix + "state"))
          .expressionAttributeValues(values);
    }
  }
}
