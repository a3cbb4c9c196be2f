package io.chromasync.source.dynamodb;

import io.chromasync.aws.AwsClients;
import io.chromasync.aws.AwsClients.Calls;
import io.chromasync.config.AwsAccess;
import io.chromasync.runtime.RetryPolicy;
import io.chromasync.source.CallRate;
import io.chromasync.source.ItemFilter;
import io.chromasync.source.ShardStream;
import io.chromasync.source.StreamErrors;
import io.chromasync.source.kinesis.KinesisStream;
import io.chromasync.source.lineage.Position;
import io.chromasync.source.lineage.ShardListing;
import io.chromasync.source.lineage.ShardSplit;
import io.chromasync.source.lineage.StreamResponse;
import io.chromasync.source.lineage.StreamResponse.Reason;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.model.DescribeStreamRequest;
import software.amazon.awssdk.services.dynamodb.model.DescribeStreamResponse;
import software.amazon.awssdk.services.dynamodb.model.ExpiredIteratorException;
import software.amazon.awssdk.services.dynamodb.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.dynamodb.model.LimitExceededException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.ShardIteratorType;
import software.amazon.awssdk.services.dynamodb.model.StreamDescription;
import software.amazon.awssdk.services.dynamodb.model.StreamStatus;
import software.amazon.awssdk.services.dynamodb.model.TrimmedDataAccessException;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsAsyncClient;

/**
 * Stream of a DynamoDB table (<a
 * href="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB_Streams.html">API</a>).
 *
 * <p>The API has no iterator by timestamp: reading from a timestamp starts at the oldest record,
 * and older records are skipped. A sequence number that is itself trimmed is rejected even if no
 * record after it is missing. The oldest record is served even if others were trimmed before it.
 * Therefore {@link Position#readToMillis} decides whether there is a gap.
 */
public final class DynamoDbStream implements ShardStream {

  private static final Duration RETENTION = Duration.ofHours(24);

  /** Age at which an iterator is renewed; iterators expire after 15 minutes. */
  private static final Duration ITERATOR_LIFE = Duration.ofMinutes(12);

  /** Maximum number of records of a page: the limit of the API, besides 1 MB. */
  private static final int PAGE = 1000;

  /**
   * Limits of the API. AWS does not document how often a shard may be polled; {@link CallRate}
   * adapts to the actual limit.
   */
  private static final Limits LIMITS = new Limits(RETENTION, ITERATOR_LIFE, Duration.ZERO, true);

  private static final StreamErrors ERRORS = new StreamErrors(DynamoDbStream::reason);

  private final DynamoDbStreamsAsyncClient client;
  private final String arn;
  private final Factory factory;
  private final RetryPolicy listingRetries;

  private DynamoDbStream(DynamoDbStreamsAsyncClient client, String arn, Factory factory) {
    this.client = client;
    this.arn = arn;
    this.factory = factory;
    this.listingRetries =
        RetryPolicy.between(factory.betweenListings().multipliedBy(2), Duration.ofSeconds(10))
            .atMost(10);
  }

  /**
   * Opens a separate client for each reader, which closes it.
   *
   * @param filter selects the changes whose items are needed
   * @param betweenListings minimum time between two pages of a listing
   */
  public record Factory(AwsAccess access, ItemFilter filter, Duration betweenListings)
      implements ShardStream.Factory {

    /**
     * Creates a factory with AWS's limit of ten pages of a listing a second (<a
     * href="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_DescribeStream.html">DescribeStream</a>).
     */
    public Factory(AwsAccess access, ItemFilter filter) {
      this(access, filter, Duration.ofMillis(100));
    }

    @Override
    public ShardStream open(String stream) {
      return new DynamoDbStream(client(access), stream, this);
    }

    @Override
    public boolean follows(String older) {
      return !KinesisStream.isArn(older);
    }

    /**
     * Returns the timestamp at the end of the ARN (<a
     * href="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_StreamDescription.html">StreamLabel</a>).
     */
    @Override
    public Instant made(String stream) {
      try {
        String label = stream.substring(stream.lastIndexOf('/') + 1);
        return LocalDateTime.parse(label).toInstant(ZoneOffset.UTC);
      } catch (DateTimeParseException e) {
        return null;
      }
    }
  }

  /** Creates a client that keeps the bytes of a page for {@link StreamRecords}. */
  public static DynamoDbStreamsAsyncClient client(AwsAccess access) {
    return AwsClients.dynamoDbStreams(access, Calls.SINGLE.with(new RawBody.Interceptor()));
  }

  @Override
  public Limits limits() {
    return LIMITS;
  }

  @Override
  public CompletableFuture<StreamResponse> shards() {
    return ERRORS.respond(() -> list(new ShardListing(), null));
  }

  @Override
  public CompletableFuture<StreamResponse> iterator(String shard, Position position) {
    GetShardIteratorRequest.Builder request =
        GetShardIteratorRequest.builder().streamArn(arn).shardId(shard);
    if (position.isStart()) {
      request.shardIteratorType(ShardIteratorType.TRIM_HORIZON);
    } else {
      request
          .shardIteratorType(ShardIteratorType.AFTER_SEQUENCE_NUMBER)
          .sequenceNumber(position.sequence());
    }
    return ERRORS.respond(
        () ->
            client
                .getShardIterator(request.build())
                .thenApply(response -> new StreamResponse.ShardIterator(response.shardIterator())));
  }

  @Override
  public CompletableFuture<StreamResponse> page(String shard, String iterator) {
    String origin = ShardSplit.originOf(arn, shard);
    RawBody body = new RawBody();
    return ERRORS.respond(
        () ->
            client
                .getRecords(
                    request ->
                        request
                            .shardIterator(iterator)
                            .limit(PAGE)
                            .overrideConfiguration(
                                call -> call.putExecutionAttribute(RawBody.WANTED, body)))
                .thenApply(unread -> page(body, origin, factory.filter())));
  }

  @Override
  public void close() {
    client.close();
  }

  private CompletableFuture<StreamResponse> list(ShardListing listing, String after) {
    DescribeStreamRequest request =
        DescribeStreamRequest.builder().streamArn(arn).exclusiveStartShardId(after).build();
    return describe(request, 1)
        .thenCompose(
            page -> {
              StreamDescription stream = page.streamDescription();
              stream.shards().forEach(shard -> add(listing, shard));
              String last = stream.lastEvaluatedShardId();
              return last == null
                  ? CompletableFuture.completedFuture(listing.answer(isLive(stream)))
                  : RetryPolicy.later(factory.betweenListings(), () -> list(listing, last));
            });
  }

  private static void add(
      ShardListing listing, software.amazon.awssdk.services.dynamodb.model.Shard shard) {
    String parent = shard.parentShardId();
    listing.add(
        shard.shardId(),
        parent == null ? List.of() : List.of(parent),
        shard.sequenceNumberRange().endingSequenceNumber());
  }

  private static boolean isLive(StreamDescription stream) {
    StreamStatus status = stream.streamStatus();
    return status == StreamStatus.ENABLED || status == StreamStatus.ENABLING;
  }

  /**
   * Requests one page of a listing. A throttled page is retried separately: a listing of many pages
   * that restarted from its first page each time might never complete.
   *
   * @param attempt 1 for the first attempt
   */
  private CompletableFuture<DescribeStreamResponse> describe(
      DescribeStreamRequest request, int attempt) {
    return client
        .describeStream(request)
        .exceptionallyCompose(
            error -> {
              boolean again = ERRORS.of(error).reason() == Reason.THROTTLED;
              return again && !listingRetries.isExhausted(attempt)
                  ? RetryPolicy.later(
                      listingRetries.delay(attempt, ThreadLocalRandom.current()),
                      () -> describe(request, attempt + 1))
                  : CompletableFuture.failedFuture(error);
            });
  }

  private static StreamResponse page(RawBody response, String origin, ItemFilter filter) {
    try {
      return StreamRecords.page(response.bytes(), origin, filter);
    } catch (IOException e) {
      throw SdkClientException.create("A page of %s is no JSON".formatted(origin), e);
    }
  }

  /** Returns null for an error that is not specific to the API. */
  private static Reason reason(AwsServiceException error) {
    if (error instanceof TrimmedDataAccessException) {
      return Reason.TRIMMED;
    }
    if (error instanceof ExpiredIteratorException) {
      return Reason.EXPIRED;
    }
    if (error instanceof ResourceNotFoundException) {
      return Reason.GONE;
    }
    return error instanceof LimitExceededException ? Reason.THROTTLED : null;
  }
}
