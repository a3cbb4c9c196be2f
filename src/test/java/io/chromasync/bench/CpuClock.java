package io.chromasync.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** CPU seconds of this JVM and of one other process since a moment. */
final class CpuClock {

  private static final Duration LOOK = Duration.ofMillis(500);
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /** Of a look; less is housekeeping. */
  private static final double IDLE_SECONDS = 0.02;

  private final long pid;
  private final double jvm;
  private final double other;

  private CpuClock(long pid) {
    this.pid = pid;
    this.jvm = jvmNow();
    this.other = now(pid);
  }

  /**
   * Starts.
   *
   * @param pid of the other process
   */
  static CpuClock start(long pid) {
    return new CpuClock(pid);
  }

  /**
   * Waits until a process has nothing to do: Chroma goes on working after it has acknowledged, and
   * who writes next would pay for it.
   */
  static void awaitIdle(long pid) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    double before = now(pid);
    double used = Double.MAX_VALUE;
    while (used > IDLE_SECONDS && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(LOOK.toMillis());
      double after = now(pid);
      used = after - before;
      before = after;
    }
  }

  /** Of this JVM. */
  double jvm() {
    return jvmNow() - jvm;
  }

  /** Of the other process. */
  double other() {
    return now(pid) - other;
  }

  /** Of this JVM since its start. */
  static double jvmNow() {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return system.getProcessCpuTime() / 1e9;
  }

  /** Of the thread that asks, since its start. */
  static double threadNow() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() / 1e9;
  }

  private static double now(long pid) {
    return ProcessHandle.of(pid)
            .flatMap(process -> process.info().totalCpuDuration())
            .orElse(Duration.ZERO)
            .toMillis()
        / 1e3;
  }
}
