package io.chromasync.ops.audit;

import io.chromasync.resolve.PartitionDump;
import java.io.IOException;
import java.util.Collection;
import java.util.function.Consumer;

/** States of partitions: those of the running job, or those that the table implies. */
interface States {

  /**
   * Returns the state of each partition once, in any order.
   *
   * @throws IOException if they cannot be read in time
   */
  void read(Collection<String> partitions, Consumer<PartitionDump> states) throws IOException;
}
