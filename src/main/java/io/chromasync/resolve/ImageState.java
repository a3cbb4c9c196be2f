package io.chromasync.resolve;

import java.util.List;
import java.util.Map;

/**
 * All that resolve remembers of one image.
 *
 * @param chunks by path
 * @param timers event times in milliseconds at which something of it may be forgotten
 * @param tombstones how many were written to get there, and not ended
 */
public record ImageState(
    String image, Map<String, Chunk> chunks, List<Long> timers, int tombstones) {

  /** How many facts are remembered, removals among them. */
  int facts() {
    return chunks.values().stream().mapToInt(chunk -> chunk.entries().size()).sum();
  }
}
