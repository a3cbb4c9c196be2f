package io.chromasync.bench;

import io.chromasync.model.Mutation;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Writes records as fast as a plain client can: requests made beforehand, of one size, some at
 * once.
 *
 * @param size records of a request
 * @param atOnce requests at once
 */
record PlainWrites(int size, int atOnce) {

  @Override
  public String toString() {
    return "%s records a request, %s at once".formatted(size, atOnce);
  }

  /**
   * Writes mutations of different records.
   *
   * @param path of the collection
   * @return seconds until Chroma has counted its records, which brings its index up to date
   */
  double seconds(PlainClient client, String path, List<Mutation> mutations) {
    Queue<PlainRequest> requests = new ConcurrentLinkedQueue<>(PlainRequest.cut(mutations, size));
    long start = System.nanoTime();
    Workers.run(
        atOnce,
        () -> {
          for (PlainRequest each = requests.poll(); each != null; each = requests.poll()) {
            client.post(path + "/" + each.verb(), each.body());
          }
        });
    client.count(path);
    return (System.nanoTime() - start) / 1e9;
  }
}
