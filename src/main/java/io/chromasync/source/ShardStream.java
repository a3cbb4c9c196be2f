package io.chromasync.source;

import io.chromasync.source.lineage.Position;
import io.chromasync.source.lineage.StreamResponse;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/**
 * Client of a sharded stream: all operations that the source needs from an API. DynamoDB Streams
 * and Kinesis have the same three calls.
 *
 * <p>Calls return at once and never throw. Their futures complete normally, also after an error
 * ({@link StreamResponse.Refused}). Used by several threads.
 */
public interface ShardStream extends AutoCloseable {

  /** Returns the limits of the API. */
  Limits limits();

  /** Lists all shards of the stream: {@link StreamResponse.Shards} or an error. */
  CompletableFuture<StreamResponse> shards();

  /**
   * Requests an iterator that starts right after the position, or at the oldest record if nothing
   * was read: {@link StreamResponse.ShardIterator} or an error. In the latter case, a stream with
   * iterators by timestamp may start at the position's timestamp.
   */
  CompletableFuture<StreamResponse> iterator(String shard, Position position);

  /** Reads one page: {@link StreamResponse.Page} or an error. */
  CompletableFuture<StreamResponse> page(String shard, String iterator);

  @Override
  void close();

  /**
   * Limits of the API.
   *
   * @param retention retention of a record
   * @param iteratorLife guaranteed lifetime of an iterator
   * @param betweenPages documented minimum time between the starts of two page calls for a shard;
   *     zero = none is documented
   * @param refusesTrimmed true if a position is rejected when its next records are trimmed;
   *     otherwise reading silently continues at the oldest record
   */
  record Limits(
      Duration retention, Duration iteratorLife, Duration betweenPages, boolean refusesTrimmed) {

    /** Maximum lag of the local clock behind the stream's clock that does not hide a gap. */
    private static final Duration SKEW = Duration.ofMinutes(1);

    /**
     * Returns the start of the retention window: records created earlier may be trimmed already.
     */
    public Instant retainedSince(Instant now) {
      return now.minus(retention).plus(SKEW);
    }
  }

  /** Opens clients of a stream, in the JobManager and in every subtask. */
  interface Factory extends Serializable {
    ShardStream open(String stream);

    /**
     * Returns whether this stream follows an older stream without a change in common, as successive
     * streams of a table do. The unread rest of the older stream is then read first.
     */
    default boolean follows(String older) {
      return true;
    }

    /**
     * Returns whether timestamps of changes are rounded down to a unit coarser than the microsecond
     * of a version.
     */
    default boolean roundsTimes() {
      return true;
    }

    /** Returns the creation time of a stream, or null if it is unknown. */
    default Instant made(String stream) {
      return null;
    }
  }
}
