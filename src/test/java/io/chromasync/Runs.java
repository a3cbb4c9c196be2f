package io.chromasync;

import io.chromasync.local.deltas.DeltaTar;
import io.chromasync.local.servers.DynamoDbLocal;
import io.chromasync.local.servers.S3Server;
import io.chromasync.model.CollectionName;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.testing.DeltaProducer;
import io.chromasync.testing.TableItem;
import io.chromasync.testing.TemporaryFolder;
import io.chromasync.testing.TestCredentials;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The bucket and the table that the producers of runs share with the job, on real servers:
 *
 * <pre>{@code
 * runs.produce(run);
 * runs.state(run, WORDS); // PENDING
 * }</pre>
 */
public final class Runs implements AutoCloseable {

  public static final String TABLE = "receipts";
  public static final int DIMENSION = 2;

  private final S3Server s3 = S3Server.startEmpty();
  private final DynamoDbLocal dynamoDb = DynamoDbLocal.start();

  private Runs() {
    s3.createBucket(RunEnds.BUCKET);
    dynamoDb.createTable(TABLE);
  }

  public static Runs start() {
    TestCredentials.use();
    return new Runs();
  }

  /** What the job needs to know of them. */
  public RunEnds ends() {
    return RunEnds.at(s3.endpoint(), dynamoDb.endpoint(), TABLE, DIMENSION);
  }

  /** As {@link #ends}, with the budget for missing deltas that the job has by itself: a minute. */
  public RunEnds patientEnds() {
    return RunEnds.at(s3.endpoint(), dynamoDb.endpoint(), TABLE, DIMENSION, "1 min");
  }

  /** Where the table is. */
  public URI table() {
    return dynamoDb.endpoint();
  }

  /** Where the bucket is, and exports of the table. */
  public S3Server bucket() {
    return s3;
  }

  /** Switches the table's stream off, or on. */
  public void stream(boolean on) {
    dynamoDb.switchStream(TABLE, on);
  }

  public void put(List<TableItem> items) {
    for (TableItem item : items) {
      dynamoDb.client().putItem(request -> request.tableName(TABLE).item(item.attributes())).join();
    }
  }

  public void remove(TableItem item) {
    dynamoDb.client().deleteItem(request -> request.tableName(TABLE).key(item.key())).join();
  }

  /** Makes both deltas of a run, then its item. */
  public Run produce(Run run) {
    for (CollectionName collection : List.of(ReceiptTree.WORDS, ReceiptTree.LINES)) {
      upload(run, collection, archive(run, collection));
    }
    return announce(run);
  }

  /** Makes only the item of a run. */
  public Run announce(Run run) {
    put(List.of(run.item()));
    return run;
  }

  /** Puts whatever it is where the archive of a delta is looked for. */
  public void upload(Run run, CollectionName collection, byte[] archive) {
    s3.put(RunEnds.BUCKET, run.prefix(collection) + "delta.tar.gz", archive);
  }

  /** A delta, packed. */
  public byte[] archive(Run run, CollectionName collection) {
    try (TemporaryFolder folder = TemporaryFolder.make()) {
      try (DeltaProducer delta = DeltaProducer.start(folder.path(), collection)) {
        if (!run.embeddings(collection).isEmpty()) {
          delta.upsert(run.embeddings(collection));
        }
      }
      return packed(folder.path());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An archive of a folder. */
  public static byte[] packed(Path folder) throws IOException {
    try (TemporaryFolder archive = TemporaryFolder.make()) {
      return Files.readAllBytes(DeltaTar.pack(folder, archive.path().resolve("delta.tar.gz")));
    }
  }

  /** Removes the item of a run, as who gives up its receipt does. */
  public void forget(Run run) {
    remove(run.item());
  }

  /** PENDING, PROCESSING, COMPLETED or FAILED; null if the item is gone. */
  public String state(Run run, CollectionName collection) {
    AttributeValue state = attribute(run, collection, "state");
    return state == null ? null : state.s();
  }

  /** How many vectors are told to be merged. */
  public int merged(Run run, CollectionName collection) {
    return Integer.parseInt(attribute(run, collection, "merged_vectors").n());
  }

  /** The error that is told, or null. */
  public String error(Run run, CollectionName collection) {
    return attribute(run, collection, "error").s();
  }

  /** Ends the server of the bucket in the middle of whatever it does. */
  public void loseBucket() {
    s3.kill();
  }

  /** Starts it again. */
  public void findBucket() {
    s3.restart();
  }

  public static String name(CollectionName collection) {
    return collection.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public void close() {
    s3.close();
    dynamoDb.close();
  }

  private AttributeValue attribute(Run run, CollectionName collection, String name) {
    return dynamoDb
        .client()
        .getItem(request -> request.tableName(TABLE).key(run.item().key()).consistentRead(true))
        .join()
        .item()
        .get(name(collection) + "_" + name);
  }
}
