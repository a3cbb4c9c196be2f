package io.chromasync.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.testing.Fault;
import io.chromasync.testing.FaultPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes are killed under load while the network before Chroma fails in every way we know, and
 * every record ends as the table says.
 *
 * <p>The short form is part of every build, as is {@link KillIT}, which restarts from a checkpoint
 * on disk; {@code mvn verify -Pchaos} is the long one: each disturbance once, then any of them
 * until {@code -Dchaos.minutes=} have passed. {@code -Dchaos.seed=} decides faults, edits and the
 * choice; what meets what also depends on time.
 */
@Tag("long")
final class ChaosIT {

  private static final Path REPORT = Path.of("target", "chaos-report.md");
  private static final long MINUTES = Long.getLong("chaos.minutes", 0);

  private static final List<Fault> FAULTS =
      List.of(
          Fault.DELAY,
          Fault.DROP_BEFORE,
          Fault.DROP_AFTER,
          Fault.CUT,
          Fault.THROTTLE,
          Fault.ERROR,
          Fault.DUPLICATE,
          Fault.LATE);

  /** Of all writes, for each fault. Many change nothing, so few faults would prove little. */
  private static final double SHARE = 0.04;

  @TempDir private Path folder;
  private final List<Recovery> recoveries = new ArrayList<>();

  @Test
  void everyRecordAgreesAfterEveryDisturbance() throws Exception {
    long seed = Long.getLong("chaos.seed", new Random().nextLong(1_000_000));
    System.out.println("chaos.seed=" + seed);
    FaultPlan plan = FaultPlan.of(seed, SHARE, FAULTS.toArray(Fault[]::new));
    try (Chaos chaos = new Chaos(settings(plan))) {
      if (MINUTES == 0) {
        shortForm(chaos);
        assertThat(chaos.faults()).isNotEmpty();
      } else {
        longForm(chaos, new Random(seed));
        assertThat(chaos.faults()).containsKeys(FAULTS.toArray(Fault[]::new));
        assertThat(chaos.watch().waits()).as("own writes waited for").isPositive();
      }
      System.out.printf("%s own writes were waited for%n", chaos.watch().waits());
      assertThat(chaos.watch().early()).isEmpty();
    } finally {
      report(seed);
    }
  }

  private Chaos.Settings settings(FaultPlan plan) {
    Path jar = Path.of(System.getProperty("chromasync.jar")).toAbsolutePath();
    return MINUTES == 0
        ? new Chaos.Settings(folder, jar, plan, 2, Duration.ofSeconds(2))
        : new Chaos.Settings(folder, jar, plan, 8, Duration.ofSeconds(10));
  }

  private void shortForm(Chaos chaos) throws IOException {
    tell(chaos.start(2));
    tell(chaos.killTaskManager());
    tell(chaos.killChroma());
  }

  private void longForm(Chaos chaos, Random random) throws IOException {
    long end = System.nanoTime() + Duration.ofMinutes(MINUTES).toNanos();
    tell(chaos.start(1));
    tell(chaos.rescale(4));
    tell(chaos.killTaskManager());
    tell(chaos.rescale(2));
    tell(chaos.killChroma());
    tell(chaos.stall(Duration.ofMinutes(1)));
    tell(chaos.killJobManager());
    while (System.nanoTime() < end) {
      tell(any(chaos, random));
    }
    tell(chaos.bringBack());
  }

  private static Recovery any(Chaos chaos, Random random) throws IOException {
    return switch (random.nextInt(5)) {
      case 0 -> chaos.killTaskManager();
      case 1 -> chaos.killJobManager();
      case 2 -> chaos.killChroma();
      case 3 -> chaos.rescale(1 + random.nextInt(4));
      default -> chaos.stall(Duration.ofSeconds(1 + random.nextInt(40)));
    };
  }

  private void tell(Recovery recovery) {
    System.out.println(recovery);
    recoveries.add(recovery);
  }

  private void report(long seed) throws IOException {
    String table = Recovery.table(recoveries);
    System.out.print(table);
    Files.createDirectories(REPORT.getParent());
    Files.writeString(
        REPORT,
        String.format(
            Locale.ROOT,
            "Seed %s, each fault on %.0f %% of writes.\n\n%s",
            seed,
            SHARE * 100,
            table));
  }
}
