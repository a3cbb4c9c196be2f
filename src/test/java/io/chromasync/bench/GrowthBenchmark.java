package io.chromasync.bench;

import io.chromasync.testing.TemporaryFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.storage.FileSystemCheckpointStorage;

/**
 * Resolve on RocksDB with more and more state: {@code GrowthBenchmark FACTS…}, ascending. For each
 * number of facts: label changes, a checkpoint of all state, and the restore from it until the
 * first change is done.
 */
// A harness's close() declares Exception.
@SuppressWarnings("try")
final class GrowthBenchmark {

  /** Label changes that are timed, at least. */
  private static final int CHANGES = 20_000;

  private GrowthBenchmark() {}

  public static void main(String[] args) throws Exception {
    List<Double> rates = new ArrayList<>();
    measure(Integer.parseInt(args[0]), false);
    for (String facts : args) {
      rates.add(measure(Integer.parseInt(facts), true));
    }
    FigureLine.print(Figure.rate("most ÷ least", ""), rates.get(rates.size() - 1) / rates.get(0));
  }

  /**
   * Changes of labels in a CPU second of this thread.
   *
   * @param isPrinted false = it only warms up
   */
  private static double measure(int facts, boolean isPrinted) throws Exception {
    try (TemporaryFolder folder = TemporaryFolder.make()) {
      FileSystemCheckpointStorage storage = new FileSystemCheckpointStorage(folder.path().toUri());
      try (ResolveAlone resolve = new ResolveAlone(ResolveAlone.rocksDb(), storage, null)) {
        int images = Math.max(1, facts / resolve.factsOfAnImage());
        FigureLine.step("%,d facts of %,d images", facts, images);
        resolve.insert(0, images);
        int turns = Math.max(1, CHANGES / (images * ResolveAlone.WORDS));
        resolve.review(images);
        double cpu = CpuClock.threadNow();
        for (int turn = 0; turn < turns; turn++) {
          resolve.review(images);
        }
        cpu = CpuClock.threadNow() - cpu;
        double rate = (double) turns * images * ResolveAlone.WORDS / cpu;
        long start = System.nanoTime();
        OperatorSubtaskState checkpoint = resolve.checkpoint();
        double checkpointSeconds = seconds(start);
        long bytes = size(folder.path());
        double restoreSeconds = restore(checkpoint, storage);
        if (isPrinted) {
          String with = String.format(Locale.ROOT, "%,d facts, ", facts);
          FigureLine.print(Figure.rate(with + "label changes", "changes/CPU s"), rate);
          FigureLine.print(Figure.cost(with + "checkpoint", "s"), checkpointSeconds);
          FigureLine.print(Figure.cost(with + "restore", "s"), restoreSeconds);
          FigureLine.print(Figure.note(with + "size of the checkpoint", "MB"), bytes / 1e6);
          FigureLine.print(
              Figure.cost(with + "state", "bytes a fact"),
              (double) bytes / images / resolve.factsOfAnImage());
        }
        return rate;
      }
    }
  }

  private static double restore(
      OperatorSubtaskState checkpoint, FileSystemCheckpointStorage storage) throws Exception {
    long start = System.nanoTime();
    try (ResolveAlone resolve = new ResolveAlone(ResolveAlone.rocksDb(), storage, checkpoint)) {
      resolve.rename(1);
      return seconds(start);
    }
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }

  private static long size(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }
}
