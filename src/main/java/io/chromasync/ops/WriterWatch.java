package io.chromasync.ops;

import java.lang.Thread.UncaughtExceptionHandler;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Monitor of the tasks that write the state of one savepoint. Flink runs each task in a separate
 * thread and never checks its result. The state of a failed task is silently missing from the
 * savepoint, or the job waits for it indefinitely. So the tasks report here, in the JVM that they
 * share with the waiting thread.
 *
 * <p>A failed task does not return before this is closed. Flink would treat its end as success, and
 * complete the savepoint.
 *
 * <p>Thread-safe. A thread that dies before it can report is detected too: an open watch is the
 * JVM's handler of uncaught exceptions.
 */
final class WriterWatch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(WriterWatch.class);
  private static final Map<UUID, WriterWatch> OPEN = new ConcurrentHashMap<>();

  /** Receiver of reports from tasks that outlive their watch. */
  private static final WriterWatch NOBODY = new WriterWatch();

  static {
    NOBODY.closed.countDown();
  }

  /** Part of the names that Flink gives these threads. */
  private static final String THREAD = "-bootstrap-thread-";

  private final UUID id = UUID.randomUUID();
  private final Map<Integer, Long> written = new ConcurrentHashMap<>();
  private final CompletableFuture<Throwable> failure = new CompletableFuture<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();

  private WriterWatch() {}

  /** Opens a watch. Only one watch may be open at a time. */
  static WriterWatch open() {
    WriterWatch watch = new WriterWatch();
    OPEN.put(watch.id, watch);
    Thread.setDefaultUncaughtExceptionHandler(watch::uncaught);
    return watch;
  }

  /** Returns the watch with this id, or an inactive watch if it is closed. */
  static WriterWatch of(UUID id) {
    return OPEN.getOrDefault(id, NOBODY);
  }

  UUID id() {
    return id;
  }

  /** Reports that a task has handed over its part of the savepoint. */
  void ended(int task, long partitions) {
    written.put(task, partitions);
  }

  /** Reports that a task closes, after its end or after a failure. */
  void closed(int task) {
    if (!written.containsKey(task)) {
      failed(new IllegalStateException("task %s closed before its end".formatted(task)));
    }
  }

  /** Reports that a task failed. Returns when this is closed. */
  void failed(Throwable reason) {
    failure.complete(reason);
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Cause of the first failure; never complete if no task fails. */
  CompletableFuture<Throwable> failure() {
    return failure;
  }

  /** Number of partitions whose state is in the savepoint. */
  long written() {
    return written.values().stream().mapToLong(Long::longValue).sum();
  }

  @Override
  public void close() {
    OPEN.remove(id);
    Thread.setDefaultUncaughtExceptionHandler(before);
    closed.countDown();
  }

  private void uncaught(Thread thread, Throwable reason) {
    if (before == null) {
      LOG.error("The thread {} ends with an exception", thread.getName(), reason);
    } else {
      before.uncaughtException(thread, reason);
    }
    if (thread.getName().contains(THREAD)) {
      failed(reason);
    }
  }
}
