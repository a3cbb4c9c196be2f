package io.chromasync.source.lineage;

import java.util.List;
import java.util.Set;

/** Response of a shard stream to one call. Stays inside the operator that made the call. */
public sealed interface StreamResponse {

  /**
   * Listing of a stream's shards.
   *
   * @param closed ids of the shards that get no more records
   * @param live true while the stream records changes; if false, further changes of the table are
   *     not recorded in it
   */
  record Shards(List<Shard> shards, Set<String> closed, boolean live) implements StreamResponse {
    public Shards {
      shards = List.copyOf(shards);
      closed = Set.copyOf(closed);
    }
  }

  /** Shard iterator: a position to read from, valid for minutes. */
  record ShardIterator(String value) implements StreamResponse {}

  /**
   * Page of a shard's records, in their order. An empty page does not mean that no records follow.
   *
   * @param next iterator of the next page, or null if the shard is closed and this page is its end
   * @param full true if the page is filled to its limit, so that more records are waiting
   * @param millisBehind distance of the page's end from the shard's tip, in milliseconds, or null
   *     if the API does not report it (Kinesis does, DynamoDB does not)
   */
  record Page(List<ShardRecord> records, String next, boolean full, Long millisBehind)
      implements StreamResponse {
    public Page {
      records = List.copyOf(records);
    }

    /** Returns whether this page is the end of a closed shard. */
    public boolean endsShard() {
      return next == null;
    }
  }

  /**
   * Error response.
   *
   * @param detail message of the API, for people
   * @param cause exception, or null
   */
  record Refused(Reason reason, String detail, Throwable cause) implements StreamResponse {}

  /** Kind of error, by the required reaction. */
  enum Reason {
    /** A position older than the oldest record of the stream. */
    TRIMMED,
    /** An iterator that has expired: request a new iterator. */
    EXPIRED,
    /** A shard or stream that no longer exists. */
    GONE,
    /** Too many calls: slow down. */
    THROTTLED,
    /** Transient error (network, time-out, 5xx): retry. */
    UNAVAILABLE,
    /** Permanent error, such as denied access: a retry does not help. */
    FATAL
  }
}
