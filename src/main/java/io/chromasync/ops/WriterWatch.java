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
 * What becomes of the tasks that write the state of one savepoint. Flink gives each a thread of its
 * own and never asks how it ended: of a task that fails, the state is missing from the savepoint
 * without a word, or the job waits for it for ever. So they tell it here, in the JVM that they
 * share with who waits for them.
 *
 * <p>A task that failed does not end before this is closed. To Flink its end would be success, and
 * there would be a savepoint.
 *
 * <p>Threadsafe. What dies before it can tell is noticed by the thread it leaves: for that an open
 * watch is the JVM's handler of exceptions that nobody catches.
 */
final class WriterWatch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(WriterWatch.class);
  private static final Map<UUID, WriterWatch> OPEN = new ConcurrentHashMap<>();

  /** What tasks tell that outlive their watch. */
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

  /** Begins to watch. One watch may be open at a time. */
  static WriterWatch open() {
    WriterWatch watch = new WriterWatch();
    OPEN.put(watch.id, watch);
    Thread.setDefaultUncaughtExceptionHandler(watch::uncaught);
    return watch;
  }

  /** The watch of this id, or one that listens to nobody if it is closed. */
  static WriterWatch of(UUID id) {
    return OPEN.getOrDefault(id, NOBODY);
  }

  UUID id() {
    return id;
  }

  /** A task has handed its part of the savepoint on. */
  void ended(int task, long images) {
    written.put(task, images);
  }

  /** A task closes, which it does once it has ended, or because it failed. */
  void closed(int task) {
    if (!written.containsKey(task)) {
      failed(new IllegalStateException("task %s closed before its end".formatted(task)));
    }
  }

  /** A task failed. Returns when this is closed. */
  void failed(Throwable reason) {
    failure.complete(reason);
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What the first that failed failed of; never complete if none does. */
  CompletableFuture<Throwable> failure() {
    return failure;
  }

  /** Of how many images the state is in the savepoint. */
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
