package io.chromasync.bench;

import java.util.List;
import java.util.Queue;

/** A FIFO queue with one group: ten changes at a time, in the order in which they arrived. */
record FifoQueue() implements Strategy {

  /** What a FIFO queue hands over at once. */
  static final int BATCH = 10;

  @Override
  public String title() {
    return "FIFO queue";
  }

  @Override
  public int workers() {
    return 1;
  }

  @Override
  public int run(List<RecordChange> arrivals, OldRecords records) {
    Queue<List<RecordChange>> batches = Strategy.batches(arrivals, BATCH);
    batches.forEach(batch -> Strategy.inOrder(batch, records));
    return batches.size();
  }
}
