package io.chromasync.ops.audit;

import io.chromasync.ops.QueryJob;
import io.chromasync.resolve.PartitionDump;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.function.Consumer;

/**
 * States of the running job, by queries through its request folder.
 *
 * @param timeout maximum wait for the next result
 */
record JobStates(QueryJob job, String requests, Duration timeout) implements States {

  @Override
  public void read(Collection<String> partitions, Consumer<PartitionDump> states)
      throws IOException {
    job.states(partitions, requests, timeout, states);
  }
}
