package io.chromasync.runtime;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.common.JobID;

/**
 * Tells loaders of vectors whether all writers of their job in this process have room.
 *
 * <p>A full writer blocks its task, and with it every change that passes through the task: Flink's
 * backpressure does not distinguish labels from vectors. Loaders of vectors therefore check the
 * room first, and wait where they block nothing else. The room is a hint. If loaders and writers
 * run in different processes, which Flink's slot sharing avoids, a full writer blocks as usual.
 *
 * <p>There is one room for each job and class loader. Thread-safe.
 */
public final class VectorRoom {

  private static final Map<JobID, VectorRoom> ROOMS = new ConcurrentHashMap<>();

  private final AtomicInteger full = new AtomicInteger();

  private VectorRoom() {}

  /** Returns the room of a job in this process. */
  public static VectorRoom of(JobID job) {
    return ROOMS.computeIfAbsent(job, j -> new VectorRoom());
  }

  /** Returns whether no writer is full. */
  public boolean isFree() {
    return full.get() == 0;
  }

  /** Registers a writer, which has room at first. */
  public Writer enter() {
    return new Writer();
  }

  /** Registered writer; used by its task's thread. */
  public final class Writer implements AutoCloseable {

    private boolean isFull;

    private Writer() {}

    /** Reports whether the writer has as many vectors as it can write next. */
    public void full(boolean now) {
      if (now != isFull) {
        isFull = now;
        full.addAndGet(now ? 1 : -1);
      }
    }

    /** Unregisters the writer, so that loaders no longer wait for it. */
    @Override
    public void close() {
      full(false);
    }
  }
}
