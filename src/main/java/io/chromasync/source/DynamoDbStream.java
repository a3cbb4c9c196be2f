package io.chromasync.source;

import io.chromasync.config.AwsAccess;
import io.chromasync.source.Answer.Reason;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
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
 * The stream of a DynamoDB table (<a
 * href="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB_Streams.html">API</a>).
 *
 * <p>It has no iterator for a moment: reading from one begins at the oldest record, and what is
 * older than the moment is passed over. A sequence number that is itself trimmed is refused even if
 * no record after it is missing, and the oldest record is served even if others were trimmed before
 * it; {@link Position#readToMillis} tells what is a gap.
 */
final class DynamoDbStream implements ShardStream {

  private static final Duration RETENTION = Duration.ofHours(24);

  /** Iterators live 15 minutes; renewed with time to spare. */
  private static final Duration ITERATOR_LIFE = Duration.ofMinutes(12);

  /** The API's own limit, besides 1 MB. */
  private static final int PAGE = 1000;

  /** How often a shard may be asked is in no document of AWS's; {@link CallRate} finds it. */
  private static final Limits LIMITS = new Limits(RETENTION, ITERATOR_LIFE, Duration.ZERO, true);

  private static final Refusals REFUSALS = new Refusals(DynamoDbStream::reason);

  private final DynamoDbStreamsAsyncClient client;
  private final String arn;
  private final Factory factory;
  private final Backoff listingBackoff;

  private DynamoDbStream(DynamoDbStreamsAsyncClient client, String arn, Factory factory) {
    this.client = client;
    this.arn = arn;
    this.factory = factory;
    this.listingBackoff =
        new Backoff(factory.betweenListings().multipliedBy(2), Duration.ofSeconds(10), 10);
  }

  /**
   * Opens a client of its own for each reader, and closes it with the reader.
   *
   * @param filter which items are wanted
   * @param betweenListings the least time between two pages of a listing
   */
  record Factory(AwsAccess access, ItemFilter filter, Duration betweenListings)
      implements ShardStream.Factory {

    /**
     * AWS lists ten times a second (<a
     * href="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_DescribeStream.html">DescribeStream</a>).
     */
    Factory(AwsAccess access, ItemFilter filter) {
      this(access, filter, Duration.ofMillis(100));
    }

    @Override
    public ShardStream open(String stream) {
      return new DynamoDbStream(DynamoDbClients.streams(access), stream, this);
    }

    @Override
    public boolean follows(String older) {
      return !KinesisStream.isArn(older);
    }

    /**
     * The ARN ends with a time (<a
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

  @Override
  public Limits limits() {
    return LIMITS;
  }

  @Override
  public CompletableFuture<Answer> shards() {
    return REFUSALS.orAnswer(() -> list(new ShardListing(), null));
  }

  @Override
  public CompletableFuture<Answer> iterator(String shard, Position position) {
    GetShardIteratorRequest.Builder request =
        GetShardIteratorRequest.builder().streamArn(arn).shardId(shard);
    if (position.isStart()) {
      request.shardIteratorType(ShardIteratorType.TRIM_HORIZON);
    } else {
      request
          .shardIteratorType(ShardIteratorType.AFTER_SEQUENCE_NUMBER)
          .sequenceNumber(position.sequence());
    }
    return REFUSALS.orAnswer(
        () ->
            client
                .getShardIterator(request.build())
                .thenApply(response -> new Answer.ShardIterator(response.shardIterator())));
  }

  @Override
  public CompletableFuture<Answer> page(String shard, String iterator) {
    String origin = ShardSplit.originOf(arn, shard);
    RawBody body = new RawBody();
    return REFUSALS.orAnswer(
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

  private CompletableFuture<Answer> list(ShardListing listing, String after) {
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
                  : later(factory.betweenListings(), () -> list(listing, last));
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
   * One page of a listing. A throttled one is asked for again by itself: a listing of many pages
   * that began anew each time might never come to its end.
   *
   * @param attempt 1 at first
   */
  private CompletableFuture<DescribeStreamResponse> describe(
      DescribeStreamRequest request, int attempt) {
    return client
        .describeStream(request)
        .exceptionallyCompose(
            error -> {
              boolean again = REFUSALS.of(error).reason() == Reason.THROTTLED;
              return again && !listingBackoff.isExhausted(attempt)
                  ? later(
                      listingBackoff.pause(attempt, ThreadLocalRandom.current()),
                      () -> describe(request, attempt + 1))
                  : CompletableFuture.failedFuture(error);
            });
  }

  private static <T> CompletableFuture<T> later(
      Duration pause, Supplier<CompletableFuture<T>> call) {
    Executor after = CompletableFuture.delayedExecutor(pause.toNanos(), TimeUnit.NANOSECONDS);
    return CompletableFuture.runAsync(() -> {}, after).thenCompose(nothing -> call.get());
  }

  private static Answer page(RawBody response, String origin, ItemFilter filter) {
    try {
      return StreamRecords.page(response.bytes(), origin, filter);
    } catch (IOException e) {
      throw SdkClientException.create("A page of %s is no JSON".formatted(origin), e);
    }
  }

  /** Null for what means nothing in particular. */
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
