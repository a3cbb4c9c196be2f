package io.chromasync.source.lineage;

import java.util.List;

/**
 * Part of a stream whose records are ordered.
 *
 * @param parents shards to be read before this shard; empty for a stream's first shards, two after
 *     a merge (Kinesis)
 */
public record Shard(String id, List<String> parents) {
  public Shard {
    parents = List.copyOf(parents);
  }
}
