package io.chromasync.source;

import io.chromasync.config.AwsAccess;
import io.chromasync.source.Answer.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.ExpiredIteratorException;
import software.amazon.awssdk.services.kinesis.model.ExpiredNextTokenException;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.kinesis.model.KmsThrottlingException;
import software.amazon.awssdk.services.kinesis.model.LimitExceededException;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
import software.amazon.awssdk.services.kinesis.model.ListShardsResponse;
import software.amazon.awssdk.services.kinesis.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.kinesis.model.ResourceInUseException;
import software.amazon.awssdk.services.kinesis.model.ResourceNotFoundException;
import software.amazon.awssdk.services.kinesis.model.ShardIteratorType;
import software.amazon.awssdk.services.kinesis.model.StreamDescriptionSummary;
import software.amazon.awssdk.services.kinesis.model.StreamStatus;

/**
 * A Kinesis data stream to which DynamoDB writes the changes of a table (<a
 * href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_Operations.html">API</a>).
 *
 * <p>Where records are dropped that were to be read, it goes on without a word at the oldest there
 * is; {@link Position#readToMillis} tells what is a gap. How long it keeps records can be changed
 * at any time, so that is asked again with every listing, and with an iterator every few minutes.
 */
final class KinesisStream implements ShardStream {

  /** Iterators live 5 minutes; renewed with time to spare. */
  private static final Duration ITERATOR_LIFE = Duration.ofMinutes(4);

  /** How long an answer about the retention is good. */
  private static final Duration KNOWN = Duration.ofMinutes(5);

  /**
   * The API allows 10,000 records, or 10 MB. A shard takes in 1,000 records a second, and gives out
   * five pages a second; so this is enough, and keeps what is in memory small.
   */
  private static final int PAGE = 1000;

  private final KinesisAsyncClient client;
  private final String arn;
  private final Factory factory;
  private volatile Duration retention;
  private volatile long askedNanos;

  private KinesisStream(KinesisAsyncClient client, String arn, Factory factory) {
    this.client = client;
    this.arn = arn;
    this.factory = factory;
    this.retention = factory.retention();
    this.askedNanos = System.nanoTime();
  }

  /** Whether an ARN names a stream of Kinesis. */
  static boolean isArn(String stream) {
    return stream.matches("arn:[^:]+:kinesis:[^:]+:[^:]*:stream/[^/:]+");
  }

  /**
   * Opens a client of its own for each reader, and closes it with the reader.
   *
   * @param table whose changes are wanted; null for those of any
   * @param retention how long the stream keeps records, as far as is known
   * @param made when the stream was made
   * @param betweenPages the least time between two pages of one shard
   * @param shardsPerPage of a listing
   */
  record Factory(
      AwsAccess access,
      String table,
      Duration retention,
      Instant made,
      Duration betweenPages,
      int shardsPerPage)
      implements ShardStream.Factory {

    /** AWS takes five calls a second and shard, and lists up to 10,000 shards at once. */
    Factory(AwsAccess access, String table, Duration retention, Instant made) {
      this(access, table, retention, made, Duration.ofMillis(200), 1000);
    }

    @Override
    public ShardStream open(String stream) {
      return new KinesisStream(KinesisClients.records(access), stream, this);
    }

    /** What is unread of another stream is in this one too. */
    @Override
    public boolean follows(String older) {
      return false;
    }

    @Override
    public boolean roundsTimes() {
      return false;
    }

    @Override
    public Instant made(String stream) {
      return made;
    }
  }

  @Override
  public Limits limits() {
    return new Limits(retention, ITERATOR_LIFE, factory.betweenPages(), false);
  }

  @Override
  public CompletableFuture<Answer> shards() {
    return answer(
        () -> describe().thenCompose(stream -> list(new Listing(isLive(stream)), firstPage())));
  }

  @Override
  public CompletableFuture<Answer> iterator(String shard, Position position) {
    GetShardIteratorRequest request = request(shard, position);
    boolean known = System.nanoTime() - askedNanos < KNOWN.toNanos();
    return answer(
        () ->
            (known ? CompletableFuture.completedFuture(null) : describe())
                .thenCompose(retentionKnown -> client.getShardIterator(request))
                .thenApply(response -> new Answer.ShardIterator(response.shardIterator())));
  }

  @Override
  public CompletableFuture<Answer> page(String shard, String iterator) {
    String origin = ShardSplit.originOf(arn, shard);
    return answer(
        () ->
            client
                .getRecords(r -> r.streamARN(arn).shardIterator(iterator).limit(PAGE))
                .thenApply(response -> page(response, origin)));
  }

  @Override
  public void close() {
    client.close();
  }

  private GetShardIteratorRequest request(String shard, Position position) {
    GetShardIteratorRequest.Builder request =
        GetShardIteratorRequest.builder().streamARN(arn).shardId(shard);
    if (!position.isStart()) {
      return request
          .shardIteratorType(ShardIteratorType.AFTER_SEQUENCE_NUMBER)
          .startingSequenceNumber(position.sequence())
          .build();
    }
    if (position.fromMillis() == Position.EVERYTHING) {
      return request.shardIteratorType(ShardIteratorType.TRIM_HORIZON).build();
    }
    return request
        .shardIteratorType(ShardIteratorType.AT_TIMESTAMP)
        .timestamp(Instant.ofEpochMilli(position.fromMillis()))
        .build();
  }

  private CompletableFuture<StreamDescriptionSummary> describe() {
    return client
        .describeStreamSummary(request -> request.streamARN(arn))
        .thenApply(
            response -> {
              StreamDescriptionSummary stream = response.streamDescriptionSummary();
              retention = Duration.ofHours(stream.retentionPeriodHours());
              askedNanos = System.nanoTime();
              return stream;
            });
  }

  /** One that is being deleted takes no more records. */
  private static boolean isLive(StreamDescriptionSummary stream) {
    return stream.streamStatus() != StreamStatus.DELETING;
  }

  private ListShardsRequest firstPage() {
    return ListShardsRequest.builder().streamARN(arn).maxResults(factory.shardsPerPage()).build();
  }

  /** A token says by itself which stream it is of. */
  private ListShardsRequest nextPage(String token) {
    return ListShardsRequest.builder().nextToken(token).maxResults(factory.shardsPerPage()).build();
  }

  private CompletableFuture<Answer> list(Listing listing, ListShardsRequest request) {
    return client
        .listShards(request)
        .thenCompose(
            page -> {
              listing.add(page);
              return page.nextToken() == null
                  ? CompletableFuture.completedFuture(listing.answer())
                  : list(listing, nextPage(page.nextToken()));
            });
  }

  private Answer page(GetRecordsResponse response, String origin) {
    List<ShardRecord> records =
        response.records().stream()
            .map(record -> KinesisRecords.read(record, origin, factory.table()))
            .toList();
    long behind = response.millisBehindLatest() == null ? 0 : response.millisBehindLatest();
    return new Answer.Page(records, response.nextShardIterator(), behind > 0, behind);
  }

  /** Makes every failure a refusal. */
  private static CompletableFuture<Answer> answer(
      Supplier<CompletableFuture<? extends Answer>> call) {
    CompletableFuture<? extends Answer> answer;
    try {
      answer = call.get();
    } catch (RuntimeException e) {
      return CompletableFuture.completedFuture(refused(e));
    }
    return answer.handle((good, error) -> error == null ? good : refused(error));
  }

  private static Answer.Refused refused(Throwable error) {
    Throwable cause =
        error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    return new Answer.Refused(reason(cause), String.valueOf(cause.getMessage()), cause);
  }

  private static Reason reason(Throwable error) {
    if (error instanceof ExpiredIteratorException) {
      return Reason.EXPIRED;
    }
    if (error instanceof ResourceNotFoundException) {
      return Reason.GONE;
    }
    if (error instanceof ResourceInUseException || error instanceof ExpiredNextTokenException) {
      return Reason.UNAVAILABLE;
    }
    if (error instanceof AwsServiceException service) {
      return reason(service);
    }
    return error instanceof SdkClientException ? Reason.UNAVAILABLE : Reason.FATAL;
  }

  private static Reason reason(AwsServiceException error) {
    boolean throttled =
        error instanceof ProvisionedThroughputExceededException
            || error instanceof LimitExceededException
            || error instanceof KmsThrottlingException
            || error.isThrottlingException();
    if (throttled) {
      return Reason.THROTTLED;
    }
    return error.statusCode() >= 500 ? Reason.UNAVAILABLE : Reason.FATAL;
  }

  /** The pages of one listing, put together. */
  private static final class Listing {
    private final List<Shard> shards = new ArrayList<>();
    private final Set<String> closed = new HashSet<>();
    private final boolean live;

    Listing(boolean live) {
      this.live = live;
    }

    void add(ListShardsResponse page) {
      page.shards()
          .forEach(
              shard -> {
                List<String> parents =
                    Stream.of(shard.parentShardId(), shard.adjacentParentShardId())
                        .filter(parent -> parent != null)
                        .toList();
                shards.add(new Shard(shard.shardId(), parents));
                if (shard.sequenceNumberRange().endingSequenceNumber() != null) {
                  closed.add(shard.shardId());
                }
              });
    }

    Answer answer() {
      return new Answer.Shards(shards, closed, live);
    }
  }
}
