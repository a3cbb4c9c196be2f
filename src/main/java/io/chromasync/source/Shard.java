package io.chromasync.source;

import java.util.List;

/**
 * A part of a stream whose records have an order.
 *
 * @param parents the shards to be read before this one; empty for a stream's first shards, two
 *     after a merge (Kinesis)
 */
record Shard(String id, List<String> parents) {
  Shard {
    parents = List.copyOf(parents);
  }
}
