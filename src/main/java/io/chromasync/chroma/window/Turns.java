package io.chromasync.chroma.window;

import io.chromasync.model.CollectionName;
import io.chromasync.model.Mutation.Verb;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;

/**
 * Queues of ready writes, and the choice of the next queue.
 *
 * <p>Cheap verbs go before expensive verbs: a delete costs Chroma less than an update, an update a
 * tenth of a vector. A label edit therefore waits only for vectors that are already in flight. No
 * queue starves: a due queue is next after it was skipped a fixed number of times.
 */
final class Turns {

  /**
   * Number of times a due queue is skipped: an expensive verb gets every fifth request, however
   * many cheap writes are ready.
   */
  static final int MOST_SKIPS = 4;

  private static final Comparator<ReadyWrites<?>> BY_COST =
      Comparator.<ReadyWrites<?>>comparingInt(queue -> cost(queue.verb))
          .thenComparingInt(queue -> -queue.passedOver());

  private final int mostSkips;
  private final Map<CollectionName, ReadyWrites<DeleteByFilterGate>> deletesByFilter =
      new TreeMap<>();
  private final Map<CollectionName, Map<Verb, ReadyWrites<RecordWrites>>> records = new TreeMap<>();
  private final List<ReadyWrites<?>> queues = new ArrayList<>();

  /**
   * @param mostSkips number of times a due queue is skipped before it is next
   */
  Turns(int mostSkips) {
    this.mostSkips = mostSkips;
  }

  ReadyWrites<DeleteByFilterGate> deletesByFilter(CollectionName collection) {
    add(collection);
    return deletesByFilter.get(collection);
  }

  ReadyWrites<RecordWrites> records(CollectionName collection, Verb verb) {
    add(collection);
    return records.get(collection).get(verb);
  }

  /** Adds the queues of a collection at its first write, in the order of collections. */
  private void add(CollectionName collection) {
    if (deletesByFilter.containsKey(collection)) {
      return;
    }
    deletesByFilter.put(collection, new ReadyWrites<>(collection, Verb.DELETE_BY_FILTER));
    records.put(collection, new EnumMap<>(Verb.class));
    for (Verb verb : List.of(Verb.DELETE, Verb.UPDATE, Verb.UPSERT)) {
      records.get(collection).put(verb, new ReadyWrites<>(collection, verb));
    }
    queues.clear();
    deletesByFilter.forEach(
        (each, queue) -> {
          queues.add(queue);
          queues.addAll(records.get(each).values());
        });
  }

  /** Number of ready writes. */
  long size() {
    return sum(ReadyWrites::size);
  }

  /** Bytes of ready writes. */
  long bytes() {
    return sum(ReadyWrites::bytes);
  }

  /**
   * Returns the processing time at which the first ready write is due; {@link Long#MAX_VALUE} if
   * none is ready.
   */
  long dueAt() {
    return queues.stream().mapToLong(ReadyWrites::dueAt).min().orElse(Long.MAX_VALUE);
  }

  /**
   * Returns the next queue to serve; null if none is due.
   *
   * @param isDue tests a queue that is not empty
   */
  ReadyWrites<?> next(Predicate<ReadyWrites<?>> isDue) {
    List<ReadyWrites<?>> due =
        queues.stream().filter(queue -> !queue.isEmpty() && isDue.test(queue)).toList();
    ReadyWrites<?> next =
        due.stream()
            .filter(queue -> queue.passedOver() >= mostSkips)
            .max(Comparator.comparingInt(ReadyWrites::passedOver))
            .or(() -> due.stream().min(BY_COST))
            .orElse(null);
    due.forEach(ReadyWrites::passOver);
    if (next != null) {
      next.serve();
    }
    return next;
  }

  private long sum(ToLongFunction<ReadyWrites<?>> part) {
    return queues.stream().mapToLong(part).sum();
  }

  private static int cost(Verb verb) {
    return switch (verb) {
      case DELETE_BY_FILTER -> 0;
      case DELETE -> 1;
      case UPDATE -> 2;
      case UPSERT -> 3;
    };
  }
}
