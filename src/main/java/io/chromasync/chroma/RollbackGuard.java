package io.chromasync.chroma;

import io.chromasync.chroma.FoundMarks.Next;
import io.chromasync.chroma.PatientExchange.Step;
import io.chromasync.model.Collection;
import io.chromasync.model.Rollback;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that Chroma went back, and says so by {@code chroma.on-rollback}.
 *
 * <p>At each barrier, when all writes are acknowledged, Chroma is compared with the mark that it
 * acknowledged last, and only then a greater mark is written, which becomes state. So state never
 * holds a mark that Chroma did not acknowledge before the checkpoint: Chroma may be ahead of state,
 * never behind it. A mark that is not acknowledged fails the job as any write does, but where there
 * was nothing to write the last one stays. At the start every restored mark is compared before the
 * first write, and between rare checkpoints the last one every {@link #INTERVAL}. A rollback that
 * is noticed is followed by a mark at once: it tells another to the same backup, which loses the
 * repair.
 *
 * <p>Marks of other collections are ignored: state of a fork brings those of the first job.
 */
final class RollbackGuard implements WriteGuard {

  static final Duration INTERVAL = Duration.ofMinutes(2);

  private static final Logger LOG = LoggerFactory.getLogger(RollbackGuard.class);

  private final Destination destination;
  private final RollbackPolicy policy;
  private final Consumer<Rollback> repairs;
  private final MarkCollection marks;
  private final PatientExchange exchange;
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
      Destination destination,
      Rules rules,
      Retries retries,
      WriterInitContext context,
      SinkMetrics metrics) {
    this.destination = destination;
    this.policy = rules.policy();
    this.repairs = rules.repairs();
    this.marks = MarkCollection.of(destination);
    this.exchange = new PatientExchange(destination.settings(), retries, context);
    this.time = context.getProcessingTimeService();
    this.metrics = metrics;
    this.task = context.getTaskInfo().getIndexOfThisSubtask();
    for (int each = 0; each < context.getTaskInfo().getNumberOfParallelSubtasks(); each++) {
      tasks.add(each);
    }
  }

  /**
   * What follows from a rollback.
   *
   * @param repairs asks for a repair, which is then not lost
   */
  record Rules(RollbackPolicy policy, Consumer<Rollback> repairs) {}

  /**
   * Begins the comparison at the start.
   *
   * @param restored from state, perhaps of other tasks
   */
  void start(java.util.Collection<Mark> restored) {
    expected =
        restored.stream().filter(mark -> mark.collections().equals(now().collections())).toList();
    expected.forEach(mark -> tasks.add(mark.task()));
    restored.forEach(mark -> newest = Math.max(newest, mark.at()));
    exchange.begin(comparison(false));
    scheduleCheck();
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
    if (wrote) {
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
  public List<Mark> state() {
    return expected;
  }

  @Override
  public void close() {
    exchange.close();
  }

  // A timer's failure fails the task; its future is only good for cancelling.
  @SuppressWarnings("FutureReturnValueIgnored")
  private void scheduleCheck() {
    time.registerTimer(
        time.getCurrentProcessingTime() + INTERVAL.toMillis(),
        at -> {
          if (!exchange.isBusy()) {
            exchange.tryOnce(comparison(false));
          }
          scheduleCheck();
        });
  }

  /**
   * Reads the marks and compares them; one that is written then and must be sent again is compared
   * again, as Chroma may have gone back in between.
   *
   * @param advances whether a mark is written also if Chroma did not go back
   */
  private Step comparison(boolean advances) {
    return new Step(
        "the get of marks in " + collection(),
        Shape.MARKS,
        () -> marks.get(now()),
        answer -> {
          FoundMarks found = FoundMarks.of(answer);
          compare(found);
          return advances || isMarkDue ? write(found) : null;
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
      repairs.accept(rollback);
    }
    isMarkDue = true;
  }

  /** A mark as of now. */
  private Mark now() {
    return new Mark(
        destination.profile().collections().get(Collection.WORDS),
        destination.profile().collections().get(Collection.LINES),
        task,
        time.getCurrentProcessingTime(),
        eventTime);
  }

  private String collection() {
    return "collection '%s'".formatted(destination.settings().marksCollection());
  }

  private String describe() {
    ChromaSettings settings = destination.settings();
    return "Chroma at %s (collections '%s' and '%s')"
        .formatted(settings.url(), settings.wordsCollection(), settings.linesCollection());
  }
}
