package io.chromasync.simulation;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * How the changes of a history come: by shards, of which each has all changes of its images. After
 * a restore they come again in this order.
 */
record Arrival(List<List<Change>> shards) {

  /** Most places by which changes are out of order. */
  private static final int HORIZON = 24;

  /** A change and the place at which it comes. */
  private record At(int place, Change change) {}

  /** In their true order, each once, as DynamoDB Streams gives them. */
  static Arrival inOrder(History history) {
    return new Arrival(List.of(history.changes()));
  }

  /** The same beside one more shard. */
  Arrival and(List<Change> shard) {
    List<List<Change>> all = new ArrayList<>(shards);
    all.add(shard);
    return new Arrival(all);
  }

  /** With duplicates, and out of order by up to a horizon, as Kinesis may give them. */
  static Arrival disordered(History history, RandomGenerator random) {
    int shards = 1 + random.nextInt(3);
    int horizon = random.nextBoolean() ? 1 : 1 + random.nextInt(HORIZON);
    int twice = random.nextInt(30);
    int stragglers = random.nextInt(15);
    List<List<Change>> arriving = new ArrayList<>();
    for (int shard = 0; shard < shards; shard++) {
      List<At> at = new ArrayList<>();
      for (Change change : history.changes()) {
        if (shardOf(change, shards) == shard) {
          int late = random.nextInt(100) < stragglers ? HORIZON : 0;
          at.add(new At(at.size() + random.nextInt(horizon) + late, change));
          if (random.nextInt(100) < twice) {
            at.add(new At(at.size() + random.nextInt(2 * horizon), change));
          }
        }
      }
      at.sort(Comparator.comparingInt(At::place));
      arriving.add(at.stream().map(At::change).toList());
    }
    return new Arrival(arriving);
  }

  /** The first changes of each shard. */
  List<Change> until(int[] positions) {
    List<Change> read = new ArrayList<>();
    for (int shard = 0; shard < shards.size(); shard++) {
      read.addAll(shards.get(shard).subList(0, positions[shard]));
    }
    return read;
  }

  private static int shardOf(Change change, int shards) {
    return change.image().charAt(0) % shards;
  }
}
