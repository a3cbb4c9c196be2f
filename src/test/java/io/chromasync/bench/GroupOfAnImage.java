package io.chromasync.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * A FIFO queue with a group for each image: ten changes of an image at a time, in the order in
 * which they arrived, and several images at once.
 */
record GroupOfAnImage(int workers) implements Strategy {

  @Override
  public String title() {
    return "FIFO queue, group of an image, %s workers".formatted(workers);
  }

  @Override
  public int run(List<RecordChange> arrivals, OldRecords records) {
    Map<Integer, List<RecordChange>> byImage =
        arrivals.stream()
            .collect(
                Collectors.groupingBy(
                    RecordChange::image, LinkedHashMap::new, Collectors.toList()));
    Queue<Queue<List<RecordChange>>> groups = new ConcurrentLinkedQueue<>();
    byImage.values().forEach(all -> groups.add(Strategy.batches(all, FifoQueue.BATCH)));
    AtomicInteger invocations = new AtomicInteger();
    Workers.run(
        workers,
        () -> {
          for (Queue<List<RecordChange>> group = groups.poll();
              group != null;
              group = groups.poll()) {
            invocations.incrementAndGet();
            Strategy.inOrder(group.remove(), records);
            if (!group.isEmpty()) {
              groups.add(group);
            }
          }
        });
    return invocations.get();
  }
}
