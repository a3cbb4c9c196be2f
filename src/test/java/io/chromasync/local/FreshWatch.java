package io.chromasync.local;

import io.chromasync.local.samples.ChromaRecord;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Reader that edits a label again and again, waits until the published freshness says that the edit
 * is reflected, and then looks whether it is. Beside disturbances, whatever fails meanwhile.
 *
 * <p>The freshness is read again after the record: a job that was restored in between lowers it
 * before it writes older content.
 */
final class FreshWatch implements AutoCloseable {

  private static final String COLLECTION = "chromasync-fresh";
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final FreshnessProbe probe;
  private final ChromaCollections chroma;
  private final InstantSource clock;
  private final List<String> early = new ArrayList<>();
  private final Thread thread = new Thread(this::watch, "fresh-watch");
  private volatile boolean isOver;
  private final AtomicInteger waits = new AtomicInteger();

  /**
   * @param probe whose image nobody else edits
   */
  FreshWatch(FreshnessProbe probe, ChromaCollections chroma, InstantSource clock) {
    this.probe = probe;
    this.chroma = chroma;
    this.clock = clock;
  }

  void start() {
    thread.setDaemon(true);
    thread.start();
  }

  /** Number of edits that were waited for. */
  int waits() {
    return waits.get();
  }

  /** Edits that were not shown although they counted as reflected. */
  synchronized List<String> early() {
    return List.copyOf(early);
  }

  /** Begins once the first edit is shown: before that, no run may have supplied the record. */
  private void watch() {
    probe.edit();
    while (!isOver && !isShown()) {
      Stage.pause(PAUSE);
    }
    while (!isOver) {
      try {
        probe.edit();
        long written = clock.millis();
        while (!isOver && !isReflected(written)) {
          Stage.pause(PAUSE);
        }
      } catch (RuntimeException disturbed) {
        Stage.pause(PAUSE);
      }
    }
  }

  /** Whether the edit counts as reflected; then it must be shown. */
  private boolean isReflected(long written) {
    try {
      if (freshUpTo() < written) {
        return false;
      }
      boolean isShown = probe.isShown();
      if (freshUpTo() < written) {
        return false;
      }
      waits.incrementAndGet();
      if (!isShown) {
        synchronized (this) {
          early.add("the edit of %s is not shown, but counts as reflected".formatted(written));
        }
      }
      return true;
    } catch (RuntimeException disturbed) {
      return false;
    }
  }

  private boolean isShown() {
    try {
      return probe.isShown();
    } catch (RuntimeException disturbed) {
      return false;
    }
  }

  private long freshUpTo() {
    if (!chroma.names().contains(COLLECTION)) {
      return 0;
    }
    List<ChromaRecord> tasks =
        chroma.all(COLLECTION).values().stream()
            .filter(record -> "words".equals(record.metadata().get("collection")))
            .toList();
    long least = Long.MAX_VALUE;
    for (ChromaRecord task : tasks) {
      if (((Number) task.metadata().get("tasks")).intValue() != tasks.size()) {
        return 0;
      }
      least = Math.min(least, ((Number) task.metadata().get("fresh_up_to")).longValue());
    }
    return tasks.isEmpty() ? 0 : least;
  }

  @Override
  public void close() {
    isOver = true;
  }
}
