package io.chromasync.local;

import io.chromasync.local.deltas.DeltaTar;
import io.chromasync.local.samples.BaseRecords;
import io.chromasync.local.samples.ChromaRecord;
import io.chromasync.local.samples.Sample.Receipt;
import io.chromasync.local.samples.SampleItems;
import io.chromasync.local.samples.SampleTable;
import io.chromasync.local.samples.SampleTable.Write;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.flink.util.FileUtils;
import software.amazon.awssdk.core.async.AsyncRequestBody;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.s3.S3AsyncClient;
import software.amazon.awssdk.services.s3.model.BucketAlreadyOwnedByYouException;

/**
 * Embeds receipts as the upload pipeline does: each delta is written into a folder of its own, by a
 * real Chroma unless told otherwise, the folder goes to S3 as an archive, and when both are there
 * the run's item goes into the table. One run after the other, while whatever else happens to the
 * table goes on.
 *
 * <p>Each run has vectors of its own, so that a record tells whose it shows.
 */
final class RunProducer implements AutoCloseable {

  static final String BUCKET = "deltas";

  private final S3AsyncClient s3;
  private final SampleTable table;
  private final InstantSource clock;
  private final Path folder;
  private final DeltaWriter deltas;
  private final ExecutorService thread = Executors.newSingleThreadExecutor();
  private final List<Future<?>> planned = new ArrayList<>();
  private final Map<String, Integer> newest = new ConcurrentHashMap<>();

  /**
   * @param s3 stays open
   * @param folder for deltas in the making
   */
  RunProducer(S3AsyncClient s3, SampleTable table, Path folder, InstantSource clock) {
    this(s3, table, folder, clock, DeltaWriter.byServer());
  }

  /** As the other, with deltas written in this way. */
  RunProducer(
      S3AsyncClient s3, SampleTable table, Path folder, InstantSource clock, DeltaWriter deltas) {
    this.deltas = deltas;
    this.s3 = s3;
    this.table = table;
    this.folder = folder;
    this.clock = clock;
    createBucket();
  }

  /** S3 may be kept for longer than the table, which DynamoDB Local has in memory only. */
  private void createBucket() {
    try {
      s3.createBucket(request -> request.bucket(BUCKET)).join();
    } catch (CompletionException e) {
      if (!(e.getCause() instanceof BucketAlreadyOwnedByYouException)) {
        throw e;
      }
    }
  }

  /** Plans a run of a receipt as it is now. */
  void embed(Receipt receipt) {
    int run = planned.size() + 1;
    List<ChromaRecord> words = BaseRecords.words(receipt, run);
    List<ChromaRecord> lines = BaseRecords.lines(receipt, run);
    planned.add(thread.submit(() -> produce(run, receipt, Map.of("words", words, "lines", lines))));
  }

  /** How many runs were planned. */
  int planned() {
    return planned.size();
  }

  /**
   * How many runs are in the table.
   *
   * @throws IllegalStateException if one could not be produced
   */
  int produced() {
    List<Future<?>> done = planned.stream().filter(Future::isDone).toList();
    try {
      for (Future<?> run : done) {
        run.get();
      }
      return done.size();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a run could not be produced", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Whether all that were planned are in the table. */
  boolean isIdle() {
    return produced() == planned();
  }

  /** The vector that the newest run with this record gave it, or null if none has it. */
  float[] vector(String id) {
    Integer run = newest.get(id);
    return run == null ? null : BaseRecords.vector(id, run);
  }

  private void produce(int run, Receipt receipt, Map<String, List<ChromaRecord>> collections) {
    UUID id = UUID.randomUUID();
    collections.forEach((collection, records) -> upload(collection, id, records));
    table.write(List.of(item(receipt, id)));
    collections
        .values()
        .forEach(records -> records.forEach(record -> newest.put(record.id(), run)));
  }

  private void upload(String collection, UUID run, List<ChromaRecord> records) {
    try {
      Path delta = Files.createTempDirectory(folder, collection + "-");
      deltas.write(delta, collection, records);
      Path archive = DeltaTar.pack(delta, folder.resolve(delta.getFileName() + ".tar.gz"));
      String key = SampleItems.deltaPrefix(collection, run) + "delta.tar.gz";
      s3.putObject(request -> request.bucket(BUCKET).key(key), AsyncRequestBody.fromFile(archive))
          .join();
      Files.delete(archive);
      FileUtils.deleteDirectory(delta.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Write item(Receipt receipt, UUID run) {
    Map<String, AttributeValue> item = SampleItems.run(receipt, run, clock.instant());
    return new Write(item.get("PK").s(), item.get("SK").s(), item);
  }

  /** Gives up what is not yet in the table. */
  @Override
  public void close() {
    thread.shutdownNow();
    try {
      thread.awaitTermination(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
