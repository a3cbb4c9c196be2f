package io.chromasync.bench;

import io.chromasync.testing.TemporaryFolder;
import org.apache.flink.runtime.state.StateBackend;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.runtime.state.storage.FileSystemCheckpointStorage;

/**
 * How many changes resolve takes in a CPU second of its thread, on RocksDB and on the heap: {@code
 * ResolveBenchmark CHANGES}, about so many of labels.
 */
// A harness's close() declares Exception.
@SuppressWarnings("try")
final class ResolveBenchmark {

  /** Changes of the label of each word. */
  private static final int TURNS = 4;

  private final String backend;
  private final ResolveAlone resolve;
  private final int images;

  private ResolveBenchmark(String backend, ResolveAlone resolve, int images) {
    this.backend = backend;
    this.resolve = resolve;
    this.images = images;
  }

  public static void main(String[] args) throws Exception {
    int images = Math.max(1, Integer.parseInt(args[0]) / ResolveAlone.WORDS / TURNS);
    measure("RocksDB", ResolveAlone.rocksDb(), images);
    measure("heap", new HashMapStateBackend(), images);
  }

  private static void measure(String name, StateBackend backend, int images) throws Exception {
    FigureLine.step("%s: %,d images of %,d words", name, images, ResolveAlone.WORDS);
    try (TemporaryFolder folder = TemporaryFolder.make();
        ResolveAlone resolve =
            new ResolveAlone(
                backend, new FileSystemCheckpointStorage(folder.path().toUri()), null)) {
      new ResolveBenchmark(name, resolve, images).run();
    }
  }

  private void run() throws Exception {
    int words = images * ResolveAlone.WORDS;
    resolve.insert(0, images);
    for (int turn = 0; turn < TURNS; turn++) {
      resolve.review(images);
    }
    time(
        "label changes",
        words * TURNS,
        () -> {
          for (int turn = 0; turn < TURNS; turn++) {
            resolve.review(images);
          }
        });
    long before = resolve.mutations();
    double seconds =
        time(
            "place changes",
            images * TURNS,
            () -> {
              for (int turn = 0; turn < TURNS; turn++) {
                resolve.rename(images);
              }
            });
    FigureLine.print(
        Figure.rate("records that place changes alter, " + backend, "records/CPU s"),
        (resolve.mutations() - before) / seconds);
    time("removals of words", words, () -> resolve.remove(images));
  }

  /** CPU seconds of this thread. */
  private double time(String what, int changes, Work work) throws Exception {
    double all = CpuClock.jvmNow();
    double start = CpuClock.threadNow();
    work.run();
    double seconds = CpuClock.threadNow() - start;
    FigureLine.print(Figure.rate(what + ", " + backend, "changes/CPU s"), changes / seconds);
    FigureLine.print(
        Figure.cost(what + ", " + backend + ", CPU of all threads", "us a change"),
        (CpuClock.jvmNow() - all) / changes * 1e6);
    return seconds;
  }

  /** What is timed. */
  private interface Work {
    void run() throws Exception;
  }
}
