package io.chromasync;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Metric;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.scope.ScopeFormat;
import org.apache.flink.runtime.testutils.InMemoryReporter;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.test.junit5.MiniClusterExtension;

/** What the jobs of a cluster counted of their own, as a metric reporter sees it. */
public final class JobCounters {

  private final InMemoryReporter reporter = InMemoryReporter.createWithRetainedMetrics();

  /** A cluster that reports here. */
  public MiniClusterExtension cluster() {
    return new MiniClusterExtension(
        new MiniClusterResourceConfiguration.Builder()
            .setNumberTaskManagers(1)
            .setNumberSlotsPerTaskManager(1)
            .setConfiguration(configuration())
            .build());
  }

  /** Of a cluster that reports here. */
  Configuration configuration() {
    return reporter.addToConfiguration(new Configuration());
  }

  /**
   * The sum of a job's own counters, over all tasks and labels. Exact once the job has ended.
   *
   * @param names regular expression of whole names
   */
  long sum(JobID job, String names) {
    return sum(names, group -> isOwn(group, job));
  }

  /** The sum over all jobs so far; while one runs, a little behind it. */
  long sum(String names) {
    return sum(names, group -> true);
  }

  private long sum(String names, Predicate<MetricGroup> groups) {
    return sum(find(names, groups));
  }

  private static long sum(List<Counter> counters) {
    return counters.stream().mapToLong(Counter::getCount).sum();
  }

  private List<Counter> find(String names, Predicate<MetricGroup> groups) {
    return reporter.getMetricsByGroup().entrySet().stream()
        .filter(group -> groups.test(group.getKey()))
        .flatMap(group -> group.getValue().entrySet().stream())
        .filter(metric -> metric.getKey().matches(names))
        .map(metric -> (Counter) metric.getValue())
        .toList();
  }

  /**
   * A sum as {@link #sum(String)} that may be asked for often while times are taken: it looks for
   * new counters twice a second only. A loop that looked each time took a third of the CPU of what
   * it measured.
   */
  Watch watch(String names) {
    return new Watch(names);
  }

  /** Used by one thread. */
  final class Watch {
    private static final long LOOK_NANOS = 500_000_000;

    private final String names;
    private List<Counter> found = List.of();
    private long lookedAt;

    private Watch(String names) {
      this.names = names;
    }

    long sum() {
      if (found.isEmpty() || System.nanoTime() - lookedAt > LOOK_NANOS) {
        found = find(names, group -> true);
        lookedAt = System.nanoTime();
      }
      return JobCounters.sum(found);
    }
  }

  /**
   * A metric of the job's own.
   *
   * @param labels what it has values of, as in {@code collection}; empty = none
   * @param kind counter or gauge
   */
  public record Own(String step, String name, String labels, String kind) {}

  /** All metrics of the jobs' own that there were, once for all tasks and values of a label. */
  public Set<Own> own() {
    Set<Own> all = new HashSet<>();
    reporter
        .getMetricsByGroup()
        .forEach(
            (group, metrics) -> {
              List<String> scope = List.of(group.getScopeComponents());
              int own = scope.indexOf("kinesisanalytics");
              if (own >= 0) {
                String labels = own + 1 < scope.size() ? scope.get(own + 1) : "";
                metrics.forEach(
                    (name, metric) -> all.add(new Own(step(group), name, labels, kind(metric))));
              }
            });
    return all;
  }

  /** The name of its operator, without what Flink puts around it. */
  private static String step(MetricGroup group) {
    String operator = group.getAllVariables().get(ScopeFormat.SCOPE_OPERATOR_NAME);
    return operator
        .replaceFirst("^Source: ", "")
        .replaceFirst(": Writer$", "")
        .replaceFirst(" -> .*", "");
  }

  private static String kind(Metric metric) {
    return metric.getMetricType().name().toLowerCase(Locale.ROOT);
  }

  private static boolean isOwn(MetricGroup group, JobID job) {
    return job.toString().equals(group.getAllVariables().get(ScopeFormat.SCOPE_JOB_ID))
        && List.of(group.getScopeComponents()).contains("kinesisanalytics");
  }
}
