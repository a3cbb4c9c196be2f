package io.chromasync.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.local.Patience;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * Wherever the job fails, every line of every split is told, and the end only after all of them are
 * part of a complete checkpoint. A failing run names its seed; {@code -Dseed=} plays it again, and
 * {@code -Dseeds=} tries more of them.
 */
class SnapshotSimulationTest {

  private static final int RUNS = Integer.getInteger("seeds", 150);
  private static final int STEPS = 40;

  /** Readers fetch in threads of their own, which a busy machine may leave waiting. */
  private static final Duration STANDSTILL = Duration.ofSeconds(60);

  @Test
  void allIsToldAndTheEndOnlyWhenAllIsKept() throws Exception {
    Long one = Long.getLong("seed");
    long first = one == null ? System.nanoTime() : one;
    for (long seed = first; seed < first + (one == null ? RUNS : 1); seed++) {
      try {
        run(new Random(seed));
      } catch (Throwable e) {
        throw new AssertionError("Failed with -Dseed=" + seed, e);
      }
    }
  }

  private static void run(Random random) throws Exception {
    int parallelism = 1 + random.nextInt(3);
    try (SimulatedReading job = new SimulatedReading(1 + random.nextInt(6), parallelism, random)) {
      for (int step = 0; step < STEPS; step++) {
        disturb(job, random);
      }
      runToEnd(job);

      assertThat(job.delivered()).containsAll(job.expected());
      assertThat(job.isEndTold()).as("the end is told").isTrue();
      assertThat(job.isOver()).as("the source ends").isTrue();
    }
  }

  /** Until all is over, or nothing has come for long. */
  private static void runToEnd(SimulatedReading job) throws Exception {
    Patience patience = new Patience(STANDSTILL, System::nanoTime);
    while (!(job.isEndTold() && job.isOver()) && !patience.isOverAt(job.delivered().size())) {
      job.step();
      job.checkpoint(true);
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }

  private static void disturb(SimulatedReading job, Random random) throws Exception {
    switch (random.nextInt(10)) {
      case 0 -> job.fail(List.of(random.nextInt(job.parallelism())));
      case 1 -> job.fail(all(job.parallelism()));
      case 2 -> job.restore(1 + random.nextInt(3));
      case 3, 4 -> job.checkpoint(random.nextBoolean());
      default -> job.step();
    }
  }

  private static List<Integer> all(int parallelism) {
    List<Integer> readers = new ArrayList<>();
    for (int reader = 0; reader < parallelism; reader++) {
      readers.add(reader);
    }
    return readers;
  }
}
