package io.chromasync.chroma;

import io.chromasync.chroma.FoundMarks.Next;
import io.chromasync.chroma.RetriedExchange.Step;
import io.chromasync.chroma.delivery.Shape;
import io.chromasync.model.Rollback;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Detects a rollback of Chroma, as after a restore from a backup, and handles it as {@code
 * chroma.on-rollback} requires.
 *
 * <p>At each barrier, when all writes are acknowledged, Chroma is compared with the last
 * acknowledged mark. Only then a greater mark is written, which becomes state. State therefore
 * contains only marks that Chroma acknowledged before the checkpoint: Chroma may be newer than
 * state, never older. An unacknowledged mark fails the job like any other write; if nothing was
 * written since the last barrier, the previous mark remains instead. At the start every restored
 * mark is compared before the first write. Between rare checkpoints the last mark is compared every
 * {@link #INTERVAL}.
 *
 * <p>A new mark is written immediately after a rollback is detected. Without it, a second restore
 * of the same backup, which undoes the repair, would go undetected.
 *
 * <p>Marks of other collections are ignored: the state of a forked job contains marks of the
 * original job.
 */
final class RollbackGuard implements WriteGuard {

  static final Duration INTERVAL = Duration.ofMinutes(2);

  private static final Logger LOG = LoggerFactory.getLogger(RollbackGuard.class);

  private final ChromaTarget destination;
  private final RollbackPolicy policy;
  private final Consumer<Rollback> repairs;
  private final RollbackMarks marks;
  private final Publications fresh;
  private final RetriedExchange exchange;
  private final ProcessingTimeService time;
  private final SinkMetrics metrics;
  private final int task;
  private final Set<Integer> tasks = new TreeSet<>();
  private long eventTime = Long.MIN_VALUE;
  private List<Mark> expected = List.of();
  private long newest;
  private boolean hasStarted;
  private boolean isMarkDue;

  RollbackGuard(
      ChromaTarget destination,
      Rules rules,
      RandomGenerator random,
      Publications fresh,
      WriterInitContext context,
      SinkMetrics metrics) {
    this.fresh = fresh;
    this.destination = destination;
    this.policy = rules.policy();
    this.repairs = rules.repairs();
    this.marks = RollbackMarks.of(destination);
    this.exchange = new RetriedExchange(destination.settings(), random, context);
    this.time = context.getProcessingTimeService();
    this.metrics = metrics;
    this.task = context.getTaskInfo().getIndexOfThisSubtask();
    for (int each = 0; each < context.getTaskInfo().getNumberOfParallelSubtasks(); each++) {
      tasks.add(each);
    }
  }

  /**
   * Publications that depend on rollbacks, as steps of the guard's exchange; here there are none.
   */
  interface Publications {

    /** Returns the steps before the first comparison, followed by that comparison. */
    default Step start(Step next) {
      return next;
    }

    /** Returns the step that must precede another step, followed by it; null = no step. */
    default Step beforehand(Step next) {
      return next;
    }

    /** Returns whether {@link #beforehand} adds a step, which a checkpoint must not lack. */
    default boolean isDue() {
      return false;
    }

    /** Stops publications until everything is rewritten. */
    default void hold(Rollback rollback) {}

    /** Takes the end of a rewrite: all its mutations have arrived. */
    default void rewritten(Rollback rollback) {}

    /** Takes a barrier: everything that arrived is acknowledged. */
    default void flushed() {}

    /** Returns the steps of a publication; null if there is nothing new to publish. */
    default Step publication() {
      return null;
    }
  }

  /**
   * Actions after a rollback.
   *
   * @param repairs requests a repair; returns once the request is durable
   */
  record Rules(RollbackPolicy policy, Consumer<Rollback> repairs) {}

  /**
   * Starts the first comparison, after the lowering of what was published.
   *
   * @param restored marks from state, possibly of other tasks
   */
  void start(java.util.Collection<Mark> restored) {
    expected =
        restored.stream().filter(mark -> mark.collections().equals(now().collections())).toList();
    expected.forEach(mark -> tasks.add(mark.task()));
    restored.forEach(mark -> newest = Math.max(newest, mark.at()));
    exchange.begin(fresh.start(comparison(false)));
    every(INTERVAL, () -> exchange.tryOnce(comparison(false)));
    every(
        FreshPublisher.INTERVAL,
        () -> {
          Step publication = fresh.publication();
          if (publication != null) {
            exchange.offer(publication);
          }
        });
  }

  @Override
  public void awaitStart() throws InterruptedException {
    if (!hasStarted) {
      exchange.await();
      hasStarted = true;
    }
  }

  @Override
  public void flushed(boolean wrote) throws InterruptedException {
    exchange.await();
    fresh.flushed();
    if (wrote || fresh.isDue()) {
      exchange.begin(comparison(true));
    } else {
      exchange.tryOnce(comparison(true));
    }
    exchange.await();
  }

  @Override
  public void watermark(long newest) {
    eventTime = newest;
  }

  @Override
  public void rewritten(Rollback rollback) {
    fresh.rewritten(rollback);
  }

  @Override
  public List<Mark> state() {
    return expected;
  }

  @Override
  public void close() {
    exchange.close();
  }

  // A failed timer fails the task, so its future is needed only for cancelling.
  @SuppressWarnings("FutureReturnValueIgnored")
  private void every(Duration interval, Runnable exchanges) {
    time.registerTimer(
        time.getCurrentProcessingTime() + interval.toMillis(),
        at -> {
          if (!exchange.isBusy()) {
            exchanges.run();
          }
          every(interval, exchanges);
        });
  }

  /**
   * Reads the marks and compares them. If the following write of a mark is retried, the comparison
   * is repeated, because Chroma may have been rolled back in between.
   *
   * @param advances true if a mark is also written without a rollback
   */
  private Step comparison(boolean advances) {
    return new Step(
        "the get of marks in " + collection(),
        Shape.MARKS,
        () -> marks.get(now()),
        answer -> {
          FoundMarks found = FoundMarks.of(answer);
          compare(found);
          return fresh.beforehand(advances || isMarkDue ? write(found) : null);
        },
        false);
  }

  private Step write(FoundMarks found) {
    Next next = found.next(newest, now(), tasks);
    return new Step(
        "the upsert of a mark in " + collection(),
        Shape.ACKNOWLEDGEMENT,
        () -> marks.put(next),
        answer -> {
          expected = List.of(next.mark());
          newest = next.mark().at();
          isMarkDue = false;
          return null;
        },
        isMarkDue);
  }

  private void compare(FoundMarks found) {
    Rollback rollback = found.rollback(expected, time.getCurrentProcessingTime());
    if (rollback != null) {
      wentBack(rollback);
    }
    expected = Stream.ofNullable(found.byTask().get(task)).toList();
  }

  private void wentBack(Rollback rollback) {
    metrics.rolledBack();
    String sentence = policy.sentence(rollback, describe());
    if (policy.fails(rollback)) {
      throw new ChromaRolledBack(sentence);
    }
    LOG.warn(sentence);
    if (policy.repairs(rollback)) {
      fresh.hold(rollback);
      repairs.accept(rollback);
    }
    isMarkDue = true;
  }

  /** Returns a mark with the current timestamp. */
  private Mark now() {
    return new Mark(
        String.join("/", new TreeMap<>(destination.profile().collections()).values()),
        task,
        time.getCurrentProcessingTime(),
        eventTime);
  }

  private String collection() {
    return "collection '%s'".formatted(destination.settings().marksCollection());
  }

  private String describe() {
    ChromaSettings settings = destination.settings();
    String names =
        settings.collections().stream()
            .map(each -> "'%s'".formatted(settings.nameOf(each)))
            .collect(Collectors.joining(", "));
    return "Chroma at %s (collections %s)".formatted(settings.url(), names);
  }
}
