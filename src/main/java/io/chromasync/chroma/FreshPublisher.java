package io.chromasync.chroma;

import io.chromasync.chroma.FreshRecords.Fresh;
import io.chromasync.chroma.RetriedExchange.Step;
import io.chromasync.chroma.client.ChromaFailure;
import io.chromasync.chroma.delivery.Shape;
import io.chromasync.model.CollectionName;
import io.chromasync.model.Rollback;
import io.chromasync.runtime.HeldWatermarks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/**
 * Publishes the instant up to which the collections reflect every change, as {@link FreshRecords}.
 * Never early:
 *
 * <ul>
 *   <li>Before its first write, a task lowers its records to {@link FreshRecords#UNKNOWN}: a
 *       restored job writes older content again.
 *   <li>Before each publication, the task's records are compared with the acknowledged records. A
 *       difference fails the job, because Chroma may have lost writes; the job writes again from
 *       its last checkpoint.
 *   <li>Records are published even if no instant has changed, because a backup that is put back is
 *       detected only if it is older than the last publication.
 *   <li>After a rollback, nothing is published until resolve has rewritten all records and they are
 *       acknowledged. The records contain the pending rewrites, for a job that restarts meanwhile.
 *       A rewrite is removed from them at a barrier: a checkpoint that contains the rewrite does
 *       not contain the request for it any more.
 * </ul>
 *
 * <p>It has no request of its own in flight: {@link RollbackGuard} executes the steps
 * consecutively. Used by the task's thread.
 */
final class FreshPublisher implements RollbackGuard.Publications {

  /** Interval between two publications. */
  static final Duration INTERVAL = Duration.ofSeconds(1);

  private final FreshRecords records;
  private final List<CollectionName> collections;
  private final ChromaSettings settings;
  private final ToLongFunction<CollectionName> freshUpTo;
  private final SinkMetrics metrics;
  private final LongSupplier clock;
  private final int task;
  private final int tasks;
  private final String job;
  private final Rules rules;
  private final Set<String> rewrites = new TreeSet<>();
  private final Set<String> rewritten = new HashSet<>();
  private List<Fresh> acknowledged = List.of();
  private List<Fresh> sent = List.of();
  private boolean isDue;

  /** False while Chroma has records of tasks that the job no longer has. */
  private boolean isAlone = true;

  /**
   * @param freshUpTo instant up to which everything of a collection is acknowledged, as in {@link
   *     io.chromasync.chroma.window.WriteQueue#freshUpTo}
   */
  FreshPublisher(
      ChromaTarget destination,
      ToLongFunction<CollectionName> freshUpTo,
      Rules rules,
      WriterInitContext context,
      SinkMetrics metrics) {
    this.records = FreshRecords.of(destination);
    this.settings = destination.settings();
    this.collections = List.copyOf(destination.profile().collections().keySet());
    this.freshUpTo = freshUpTo;
    this.rules = rules;
    this.metrics = metrics;
    this.clock = context.getProcessingTimeService()::getCurrentProcessingTime;
    this.task = context.getTaskInfo().getIndexOfThisSubtask();
    this.tasks = context.getTaskInfo().getNumberOfParallelSubtasks();
    this.job = context.getJobInfo().getJobId().toString();
  }

  /** Rules of a publication; a test breaks one of them. */
  interface Rules {

    /** Keeps all rules. */
    Rules KEPT = new Rules() {};

    /** Returns whether the records are lowered before the first write. */
    default boolean lowers() {
      return true;
    }

    /** Returns whether Chroma's records are compared before each publication. */
    default boolean compares() {
      return true;
    }

    /** Returns whether a rollback holds publications until everything is rewritten. */
    default boolean awaitsRewrites() {
      return true;
    }
  }

  @Override
  public Step start(Step next) {
    collections.forEach(each -> metrics.freshUpTo(each, clock.getAsLong()));
    isDue = rules.lowers();
    return findRewrites(0, next);
  }

  @Override
  public Step beforehand(Step next) {
    if (!isDue) {
      return next;
    }
    return put(
        collections.stream().map(each -> fresh(each, FreshRecords.UNKNOWN)).toList(),
        () -> {
          isDue = false;
          return next;
        });
  }

  @Override
  public boolean isDue() {
    return isDue;
  }

  @Override
  public void hold(Rollback rollback) {
    if (rules.awaitsRewrites() && rewrites.add(rollback.name())) {
      rewritten.remove(rollback.name());
      isDue = true;
    }
  }

  @Override
  public void rewritten(Rollback rollback) {
    rewritten.add(rollback.name());
  }

  @Override
  public void flushed() {
    isDue |= rewrites.removeAll(rewritten);
  }

  @Override
  public Step publication() {
    if (!rewrites.isEmpty()) {
      return null;
    }
    List<Fresh> next = new ArrayList<>();
    for (CollectionName collection : collections) {
      long upTo = freshUpTo.applyAsLong(collection);
      next.add(fresh(collection, upTo == HeldWatermarks.NONE ? FreshRecords.UNKNOWN : upTo));
    }
    if (next.stream().allMatch(each -> each.upTo() == FreshRecords.UNKNOWN)) {
      return null;
    }
    metrics.publishing();
    Step put =
        put(
            next,
            () -> {
              metrics.published();
              for (int each = 0; each < next.size(); each++) {
                metrics.freshUpTo(collections.get(each), next.get(each).upTo());
              }
              return null;
            });
    return task == 0 && !isAlone ? deleteOthers(0, compare(put)) : compare(put);
  }

  /** Returns the time of the last acknowledged publication; 0 = none. */
  long publishedAt() {
    return acknowledged.isEmpty() ? 0 : acknowledged.get(0).publishedAt();
  }

  private Fresh fresh(CollectionName collection, long upTo) {
    return new Fresh(settings.nameOf(collection), task, tasks, upTo, clock.getAsLong(), rewrites);
  }

  /** Reads the pending rewrites of all tasks: tasks may be fewer than before. */
  private Step findRewrites(int index, Step next) {
    String name = settings.nameOf(collections.get(index));
    return new Step(
        "the get of records in " + describe(),
        Shape.MARKS,
        () -> records.get(name),
        answer -> {
          for (Fresh found : FreshRecords.parse(answer)) {
            rewrites.addAll(found.rewrites());
            isAlone &= found.task() < tasks;
          }
          return index + 1 < collections.size() ? findRewrites(index + 1, next) : beforehand(next);
        },
        false);
  }

  private Step deleteOthers(int index, Step next) {
    String name = settings.nameOf(collections.get(index));
    return new Step(
        "the delete of records in " + describe(),
        Shape.ACKNOWLEDGEMENT,
        () -> records.deleteFrom(name, tasks),
        answer -> {
          isAlone = index + 1 == collections.size();
          return isAlone ? next : deleteOthers(index + 1, next);
        },
        false);
  }

  /** Compares what Chroma has with what it acknowledged, or may have applied without a response. */
  private Step compare(Step next) {
    if (sent.isEmpty() || !rules.compares() || settings.onRollback() == OnRollback.IGNORE) {
      return next;
    }
    return new Step(
        "the get of own records in " + describe(),
        Shape.MARKS,
        () -> records.get(sent),
        answer -> {
          Set<Fresh> found = Set.copyOf(FreshRecords.parse(answer));
          if (!found.equals(Set.copyOf(sent)) && !found.equals(Set.copyOf(acknowledged))) {
            throw lost();
          }
          return next;
        },
        false);
  }

  private Step put(List<Fresh> newer, Supplier<Step> after) {
    return new Step(
        "the upsert of records in " + describe(),
        Shape.ACKNOWLEDGEMENT,
        () -> {
          sent = newer;
          return records.put(newer, job);
        },
        answer -> {
          acknowledged = newer;
          return after.get();
        },
        isDue);
  }

  private ChromaFailure lost() {
    return new ChromaFailure(
        ("Chroma at %s: the records of task %s in %s are not the acknowledged records. Chroma was"
                + " rolled back, or something else writes there. The job restarts from its last"
                + " checkpoint and writes everything since then again")
            .formatted(settings.url(), task, describe()));
  }

  private String describe() {
    return "collection '%s'".formatted(settings.freshCollection());
  }
}
