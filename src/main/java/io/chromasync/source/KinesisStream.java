package io.chromasync.source;

import io.chromasync.config.AwsAccess;
import io.chromasync.source.Answer.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.services.kinesis.KinesisAsyncClient;
import software.amazon.awssdk.services.kinesis.model.ExpiredIteratorException;
import software.amazon.awssdk.services.kinesis.model.ExpiredNextTokenException;
import software.amazon.awssdk.services.kinesis.model.GetRecordsResponse;
import software.amazon.awssdk.services.kinesis.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.kinesis.model.KmsThrottlingException;
import software.amazon.awssdk.services.kinesis.model.LimitExceededException;
import software.amazon.awssdk.services.kinesis.model.ListShardsRequest;
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

  private static final Refusals REFUSALS = new Refusals(KinesisStream::reason);

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
   * @param filter which items are wanted
   * @param retention how long the stream keeps records, as far as is known
   * @param made when the stream was made
   * @param betweenPages the least time between the starts of two calls for a page of one shard
   * @param shardsPerPage of a listing
   */
  record Factory(
      AwsAccess access,
      String table,
      ItemFilter filter,
      Duration retention,
      Instant made,
      Duration betweenPages,
      int shardsPerPage)
      implements ShardStream.Factory {

    /**
     * AWS takes five calls a second and shard, besides 2 MB a second (<a
     * href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html">GetRecords</a>),
     * and lists up to 10,000 shards at once.
     */
    Factory(AwsAccess access, String table, ItemFilter filter, Duration retention, Instant made) {
      this(access, table, filter, retention, made, Duration.ofMillis(200), 1000);
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
    return REFUSALS.orAnswer(
        () ->
            describe()
                .thenCompose(stream -> list(new ShardListing(), firstPage(), isLive(stream))));
  }

  @Override
  public CompletableFuture<Answer> iterator(String shard, Position position) {
    GetShardIteratorRequest request = request(shard, position);
    boolean known = System.nanoTime() - askedNanos < KNOWN.toNanos();
    return REFUSALS.orAnswer(
        () ->
            (known ? CompletableFuture.completedFuture(null) : describe())
                .thenCompose(retentionKnown -> client.getShardIterator(request))
                .thenApply(response -> new Answer.ShardIterator(response.shardIterator())));
  }

  @Override
  public CompletableFuture<Answer> page(String shard, String iterator) {
    String origin = ShardSplit.originOf(arn, shard);
    return REFUSALS.orAnswer(
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

  private CompletableFuture<Answer> list(
      ShardListing listing, ListShardsRequest request, boolean live) {
    return client
        .listShards(request)
        .thenCompose(
            page -> {
              page.shards().forEach(shard -> add(listing, shard));
              return page.nextToken() == null
                  ? CompletableFuture.completedFuture(listing.answer(live))
                  : list(listing, nextPage(page.nextToken()), live);
            });
  }

  private static void add(
      ShardListing listing, software.amazon.awssdk.services.kinesis.model.Shard shard) {
    List<String> parents =
        Stream.of(shard.parentShardId(), shard.adjacentParentShardId())
            .filter(parent -> parent != null)
            .toList();
    listing.add(shard.shardId(), parents, shard.sequenceNumberRange().endingSequenceNumber());
  }

  private Answer page(GetRecordsResponse response, String origin) {
    List<ShardRecord> records =
        response.records().stream()
            .map(record -> KinesisRecords.read(record, origin, factory.table(), factory.filter()))
            .toList();
    long behind = response.millisBehindLatest() == null ? 0 : response.millisBehindLatest();
    return new Answer.Page(records, response.nextShardIterator(), behind > 0, behind);
  }

  /** Null for what means nothing in particular. */
  private static Reason reason(AwsServiceException error) {
    if (error instanceof ExpiredIteratorException) {
      return Reason.EXPIRED;
    }
    if (error instanceof ResourceNotFoundException) {
      return Reason.GONE;
    }
    if (error instanceof ResourceInUseException || error instanceof ExpiredNextTokenException) {
      return Reason.UNAVAILABLE;
    }
    boolean throttled =
        error instanceof ProvisionedThroughputExceededException
            || error instanceof LimitExceededException
            || error instanceof KmsThrottlingException;
    return throttled ? Reason.THROTTLED : null;
  }
}
