package io.chromasync.resolve.rules;

import java.util.List;
import java.util.Map;

/**
 * Complete resolve state of one partition.
 *
 * @param chunks by path
 * @param timers event times in milliseconds at which parts of the state may expire
 * @param tombstones number of tombstones written while building the state that still hold
 */
public record PartitionState(
    String partition, Map<String, StateChunk> chunks, List<Long> timers, int tombstones) {

  /** Number of stored facts, tombstones included. */
  public int facts() {
    return chunks.values().stream().mapToInt(chunk -> chunk.entries().size()).sum();
  }
}
