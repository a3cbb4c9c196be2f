package io.chromasync.pressure;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.common.JobID;

/**
 * Whether the writers of a job have room for vectors, as far as they are in this process.
 *
 * <p>A writer that is full blocks its task, and with it every change that comes through the task:
 * Flink's backpressure does not tell a label from a vector. So who brings vectors asks here first,
 * and waits where nothing else waits. It is a hint: where loaders and writers are in different
 * processes, which Flink's slot sharing does not make of them, writers block as they always do.
 *
 * <p>One for each job and class loader. Thread-safe.
 */
public final class VectorRoom {

  private static final Map<JobID, VectorRoom> ROOMS = new ConcurrentHashMap<>();

  private final AtomicInteger full = new AtomicInteger();

  private VectorRoom() {}

  /** The room of a job in this process. */
  public static VectorRoom of(JobID job) {
    return ROOMS.computeIfAbsent(job, j -> new VectorRoom());
  }

  /** Whether no writer has enough to write. */
  public boolean isFree() {
    return full.get() == 0;
  }

  /** A writer enters, with room. */
  public Writer enter() {
    return new Writer();
  }

  /** One writer; used by its task's thread. */
  public final class Writer implements AutoCloseable {

    private boolean isFull;

    private Writer() {}

    /** Says whether the writer has as many vectors as it can write next. */
    public void full(boolean now) {
      if (now != isFull) {
        isFull = now;
        full.addAndGet(now ? 1 : -1);
      }
    }

    /** Leaves: nobody waits for it any more. */
    @Override
    public void close() {
      full(false);
    }
  }
}
