package io.chromasync.source;

import java.util.List;

/**
 * What the enumerator remembers across restarts.
 *
 * @param stream the ARN of the stream all this is about
 * @param fromMillis the moment the start was pinned to, or null as long as no shard was ever listed
 * @param listedMillis when the shards were last listed; 0 if never. The stream was watched until
 *     then
 * @param shards every shard known, with what is known of it
 */
record LineageState(String stream, Long fromMillis, long listedMillis, List<TrackedShard> shards) {
  LineageState {
    shards = List.copyOf(shards);
  }

  /**
   * A shard and where it stands.
   *
   * @param finishedMillis when its end was reported; 0 unless finished
   */
  record TrackedShard(ShardSplit split, Status status, long finishedMillis) {}

  /** Where a shard stands. Its number is what checkpoints hold. */
  enum Status {
    /** Nobody reads it yet. */
    WAITING(0),
    /** A reader has it, and its position. */
    ASSIGNED(1),
    /** Read to its end. */
    FINISHED(2);

    private final int number;

    Status(int number) {
      this.number = number;
    }

    int number() {
      return number;
    }

    static Status of(int number) {
      for (Status status : values()) {
        if (status.number == number) {
          return status;
        }
      }
      throw new IllegalArgumentException("a shard's status must be 0, 1 or 2 but was " + number);
    }
  }
}
