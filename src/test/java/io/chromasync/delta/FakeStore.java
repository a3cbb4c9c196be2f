package io.chromasync.delta;

import io.chromasync.delta.format.UnusableDelta;
import io.chromasync.model.RunDelta;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/**
 * A store whose deltas are one file each; some of them fail first, some hang until they are let go.
 * Thread-safe.
 */
final class FakeStore implements DeltaStore {

  /** Where deltas were unpacked. */
  final Set<Path> folders = ConcurrentHashMap.newKeySet();

  private final Map<String, Queue<Exception>> failures = new HashMap<>();
  private final Map<String, CountDownLatch> hanging = new ConcurrentHashMap<>();
  private final Set<String> arrived = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /** The next fetch of this run fails so; one after the other. */
  synchronized FakeStore fail(String run, Exception failure) {
    failures.computeIfAbsent(run, r -> new ArrayDeque<>()).add(failure);
    return this;
  }

  FakeStore hang(String run) {
    hanging.put(run, new CountDownLatch(1));
    return this;
  }

  void letGo(String run) {
    hanging.get(run).countDown();
  }

  boolean hasArrived(String run) {
    return arrived.contains(run);
  }

  boolean isClosed() {
    return closed;
  }

  @Override
  public void fetch(RunDelta delta, Path folder) throws UnusableDelta, Unavailable {
    folders.add(folder);
    arrived.add(delta.run());
    try {
      Files.createDirectory(folder.resolve("segment"));
      Files.writeString(folder.resolve("segment").resolve("data"), delta.run());
      if (hanging.containsKey(delta.run())) {
        hanging.get(delta.run()).await();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new Unavailable("interrupted", e);
    }
    fail(delta.run());
  }

  @Override
  public void close() {
    closed = true;
  }

  private synchronized void fail(String run) throws UnusableDelta, Unavailable {
    Exception failure = failures.getOrDefault(run, new ArrayDeque<>()).poll();
    if (failure instanceof UnusableDelta bad) {
      throw bad;
    }
    if (failure instanceof Unavailable unavailable) {
      throw unavailable;
    }
    if (failure instanceof RuntimeException bug) {
      throw bug;
    }
  }
}
