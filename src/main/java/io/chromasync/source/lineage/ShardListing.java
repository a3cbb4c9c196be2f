package io.chromasync.source.lineage;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Listing that is assembled from its pages. Not thread-safe: pages are added consecutively. */
public final class ShardListing {

  private final List<Shard> shards = new ArrayList<>();
  private final Set<String> closed = new HashSet<>();

  /**
   * Adds a shard.
   *
   * @param endsAt sequence number of its last record; null while the shard gets more records
   */
  public void add(String shard, List<String> parents, String endsAt) {
    shards.add(new Shard(shard, parents));
    if (endsAt != null) {
      closed.add(shard);
    }
  }

  /** Returns the complete listing; see {@link StreamResponse.Shards}. */
  public StreamResponse answer(boolean live) {
    return new StreamResponse.Shards(shards, closed, live);
  }
}
