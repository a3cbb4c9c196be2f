package io.chromasync.source;

import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/**
 * A stream that is cut into shards: all that the source needs from an API. DynamoDB Streams and
 * Kinesis have the same three calls.
 *
 * <p>Calls return at once and never throw; their futures complete normally, also for a refusal
 * ({@link Answer.Refused}). Used by several threads.
 */
interface ShardStream extends AutoCloseable {

  /** What the API allows. */
  Limits limits();

  /** Lists all shards the stream has: {@link Answer.Shards} or a refusal. */
  CompletableFuture<Answer> shards();

  /**
   * Asks for an iterator that starts right after the position, or, where nothing has been read, at
   * the oldest record (a stream that can start at a moment may start at the position's): {@link
   * Answer.ShardIterator} or a refusal.
   */
  CompletableFuture<Answer> iterator(String shard, Position position);

  /** Reads one page: {@link Answer.Page} or a refusal. */
  CompletableFuture<Answer> page(String shard, String iterator);

  @Override
  void close();

  /**
   * What the API allows.
   *
   * @param retention how long the stream keeps a record
   * @param iteratorLife how long an iterator is surely good
   * @param betweenPages the least time between the starts of two calls for a page of one shard, as
   *     the API's documents say; zero = they say nothing
   * @param refusesTrimmed whether a place whose next records are dropped is refused; else reading
   *     goes on, without a word, at the oldest there is
   */
  record Limits(
      Duration retention, Duration iteratorLife, Duration betweenPages, boolean refusesTrimmed) {

    /** How far our clock may lag behind the stream's without hiding a gap. */
    private static final Duration SKEW = Duration.ofMinutes(1);

    /** Records created before this moment may be dropped already. */
    Instant horizon(Instant now) {
      return now.minus(retention).plus(SKEW);
    }
  }

  /** Makes clients of a stream, in the JobManager and in every subtask. */
  interface Factory extends Serializable {
    ShardStream open(String stream);

    /**
     * Whether what is unread of an older stream is to be read by this before another is: the
     * streams of a table follow each other without a change in common.
     */
    default boolean follows(String older) {
      return true;
    }

    /**
     * Whether times of changes are rounded down to more than the microsecond that versions hold.
     */
    default boolean roundsTimes() {
      return true;
    }

    /** When a stream was switched on, or null where its name does not say. */
    default Instant made(String stream) {
      return null;
    }
  }
}
