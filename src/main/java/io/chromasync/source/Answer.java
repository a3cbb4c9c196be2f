package io.chromasync.source;

import java.util.List;
import java.util.Set;

/** What a shard stream answers to one call. Stays inside the operator that asked. */
sealed interface Answer {

  /**
   * The shards a stream has.
   *
   * @param closed the ids of those that get no more records
   * @param live whether the stream goes on; if not, what happens to the table is no longer recorded
   */
  record Shards(List<Shard> shards, Set<String> closed, boolean live) implements Answer {
    public Shards {
      shards = List.copyOf(shards);
      closed = Set.copyOf(closed);
    }
  }

  /** A place in a shard to read from, good for minutes. */
  record ShardIterator(String value) implements Answer {}

  /**
   * Some records of a shard, in their order; none does not mean that there are none further on.
   *
   * @param next where to go on, or null if the shard is closed and this is its end
   * @param full whether the page was filled to its limit, so more waits
   * @param millisBehind how far behind the shard's tip this page ends, or null if the API does not
   *     say (Kinesis does, DynamoDB does not)
   */
  record Page(List<ShardRecord> records, String next, boolean full, Long millisBehind)
      implements Answer {
    public Page {
      records = List.copyOf(records);
    }

    boolean endsShard() {
      return next == null;
    }
  }

  /**
   * No.
   *
   * @param detail what the API said, for people
   * @param cause null if there is none
   */
  record Refused(Reason reason, String detail, Throwable cause) implements Answer {}

  /** Why not, by what to do about it. */
  enum Reason {
    /** The position is older than what the stream still holds. */
    TRIMMED,
    /** The iterator is too old: take a new one. */
    EXPIRED,
    /** The shard, or the stream, is not there any more. */
    GONE,
    /** Too many calls: slow down. */
    THROTTLED,
    /** A bad moment (network, time-out, 5xx): try again. */
    UNAVAILABLE,
    /** Trying again does not help: access denied, for example. */
    FATAL
  }
}
