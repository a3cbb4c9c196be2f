package io.chromasync.source.kinesis;

import io.chromasync.aws.AwsClients;
import io.chromasync.aws.AwsClients.Calls;
import io.chromasync.config.AwsAccess;
import io.chromasync.source.ItemFilter;
import io.chromasync.source.ShardStream;
import io.chromasync.source.StreamErrors;
import io.chromasync.source.lineage.Position;
import io.chromasync.source.lineage.ShardListing;
import io.chromasync.source.lineage.ShardRecord;
import io.chromasync.source.lineage.ShardSplit;
import io.chromasync.source.lineage.StreamResponse;
import io.chromasync.source.lineage.StreamResponse.Reason;
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
 * Client of a Kinesis data stream to which DynamoDB writes the changes of a table (<a
 * href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_Operations.html">API</a>).
 *
 * <p>If unread records are trimmed, reading silently continues at the oldest record; {@link
 * Position#readToMillis} decides whether there is a gap. The retention can change at any time, so
 * it is requested with every listing, and every few minutes with an iterator.
 */
public final class KinesisStream implements ShardStream {

  /** Age at which an iterator is renewed; iterators expire after 5 minutes. */
  private static final Duration ITERATOR_LIFE = Duration.ofMinutes(4);

  /** Time for which a response with the retention is valid. */
  private static final Duration KNOWN = Duration.ofMinutes(5);

  /**
   * Maximum number of records of a page. The API allows 10,000 records, or 10 MB. A shard accepts
   * 1,000 records and serves five pages a second, so this limit suffices and keeps memory usage
   * low.
   */
  private static final int PAGE = 1000;

  private static final StreamErrors ERRORS = new StreamErrors(KinesisStream::reason);

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

  /** Returns whether an ARN names a Kinesis data stream. */
  public static boolean isArn(String stream) {
    return stream.matches("arn:[^:]+:kinesis:[^:]+:[^:]*:stream/[^/:]+");
  }

  /**
   * Opens a separate client for each reader, which closes it.
   *
   * @param table table whose changes are read; null for changes of any table
   * @param filter selects the changes whose items are needed
   * @param retention retention of the stream, as last known
   * @param made creation time of the stream
   * @param betweenPages minimum time between the starts of two page calls for a shard
   * @param shardsPerPage maximum number of shards of a page of a listing
   */
  public record Factory(
      AwsAccess access,
      String table,
      ItemFilter filter,
      Duration retention,
      Instant made,
      Duration betweenPages,
      int shardsPerPage)
      implements ShardStream.Factory {

    /**
     * Creates a factory with AWS's limit of five calls a second and shard, besides 2 MB a second
     * (<a
     * href="https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetRecords.html">GetRecords</a>).
     * AWS lists up to 10,000 shards in a page.
     */
    public Factory(
        AwsAccess access, String table, ItemFilter filter, Duration retention, Instant made) {
      this(access, table, filter, retention, made, Duration.ofMillis(200), 1000);
    }

    @Override
    public ShardStream open(String stream) {
      return new KinesisStream(AwsClients.kinesis(access, Calls.SINGLE), stream, this);
    }

    /** Returns false: this stream also contains the unread changes of another stream. */
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
  public CompletableFuture<StreamResponse> shards() {
    return ERRORS.respond(
        () ->
            describe()
                .thenCompose(stream -> list(new ShardListing(), firstPage(), isLive(stream))));
  }

  @Override
  public CompletableFuture<StreamResponse> iterator(String shard, Position position) {
    GetShardIteratorRequest request = request(shard, position);
    boolean known = System.nanoTime() - askedNanos < KNOWN.toNanos();
    return ERRORS.respond(
        () ->
            (known ? CompletableFuture.completedFuture(null) : describe())
                .thenCompose(retentionKnown -> client.getShardIterator(request))
                .thenApply(response -> new StreamResponse.ShardIterator(response.shardIterator())));
  }

  @Override
  public CompletableFuture<StreamResponse> page(String shard, String iterator) {
    String origin = ShardSplit.originOf(arn, shard);
    return ERRORS.respond(
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

  /** Returns false for a stream that is being deleted, which accepts no more records. */
  private static boolean isLive(StreamDescriptionSummary stream) {
    return stream.streamStatus() != StreamStatus.DELETING;
  }

  private ListShardsRequest firstPage() {
    return ListShardsRequest.builder().streamARN(arn).maxResults(factory.shardsPerPage()).build();
  }

  /** Returns the request for the next page; the token identifies the stream. */
  private ListShardsRequest nextPage(String token) {
    return ListShardsRequest.builder().nextToken(token).maxResults(factory.shardsPerPage()).build();
  }

  private CompletableFuture<StreamResponse> list(
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

  private StreamResponse page(GetRecordsResponse response, String origin) {
    List<ShardRecord> records =
        response.records().stream()
            .map(record -> KinesisRecords.read(record, origin, factory.table(), factory.filter()))
            .toList();
    long behind = response.millisBehindLatest() == null ? 0 : response.millisBehindLatest();
    return new StreamResponse.Page(records, response.nextShardIterator(), behind > 0, behind);
  }

  /** Returns null for an error that is not specific to the API. */
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
