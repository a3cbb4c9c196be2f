package io.chromasync.source;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The pages of one listing, put together. For one page after the other. */
final class ShardListing {

  private final List<Shard> shards = new ArrayList<>();
  private final Set<String> closed = new HashSet<>();

  /**
   * One more.
   *
   * @param endsAt sequence number of its last record; null while it gets more
   */
  void add(String shard, List<String> parents, String endsAt) {
    shards.add(new Shard(shard, parents));
    if (endsAt != null) {
      closed.add(shard);
    }
  }

  /** All of them; see {@link Answer.Shards}. */
  Answer answer(boolean live) {
    return new Answer.Shards(shards, closed, live);
  }
}
