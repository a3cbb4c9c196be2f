package io.chromasync.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * The complete checkpoints of a job, and what it had done before it failed: until that is done
 * again, Chroma is ahead of the state.
 */
final class Checkpoints {

  private final RandomGenerator random;
  private final List<State> complete = new ArrayList<>();
  private final int[] readBefore;
  private final Set<String> loadedBefore = new TreeSet<>();
  private int requestsBefore;

  /**
   * @param first the state in which a job begins
   */
  Checkpoints(State first, RandomGenerator random) {
    this.random = random;
    this.readBefore = new int[first.positions.length];
    complete.add(first);
  }

  void add(State state) {
    complete.add(state.copy());
  }

  State newest() {
    return complete.get(complete.size() - 1);
  }

  /** What was done until now is not in state any more. */
  void fail(State state) {
    for (int shard = 0; shard < readBefore.length; shard++) {
      readBefore[shard] = Math.max(readBefore[shard], state.positions[shard]);
    }
    loadedBefore.addAll(state.loaded.keySet());
    requestsBefore = Math.max(requestsBefore, state.requestsRead);
  }

  /** The state of the newest checkpoint, or now and then of the one before, for good. */
  State restored() {
    if (random.nextInt(6) == 0 && complete.size() > 1) {
      complete.remove(complete.size() - 1);
    }
    return newest().copy();
  }

  /** Whether all that was ever done is done again. */
  boolean holdAllOf(State state) {
    boolean again =
        state.loaded.keySet().containsAll(loadedBefore) && state.requestsRead >= requestsBefore;
    for (int shard = 0; shard < readBefore.length; shard++) {
      again &= state.positions[shard] >= readBefore[shard];
    }
    return again;
  }
}
