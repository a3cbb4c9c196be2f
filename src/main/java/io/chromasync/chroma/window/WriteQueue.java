package io.chromasync.chroma.window;

import io.chromasync.model.Collection;
import io.chromasync.model.Mutation;
import io.chromasync.model.Mutation.Verb;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Pending writes of one sink task, in order per record, and the choice of the next request.
 *
 * <p>Order: of each record at most one mutation is under way, and at most one {@link PendingWrite}
 * waits, into which newer mutations are coalesced. A sweep drops the pending writes it covers, is
 * taken when nothing it covers is under way, and holds back what comes after it until it is settled
 * ({@link SweepGate}). Different records have no order.
 *
 * <p>Choice: a group takes all ready writes of one collection and verb, up to a limit, so groups
 * are as large as the backlog. A write is due after its linger; none lingers while as much is
 * pending as the settings say, or while the queue is flushed. {@link Turns} says which due group is
 * first.
 *
 * <p>Whoever takes a group settles it, once Chroma has acknowledged it or it was given up, in parts
 * or as a whole; until then its records are under way. Time is given with each call. Not safe for
 * use by several threads.
 */
public class WriteQueue {

  /** Bounds of the next group. */
  public interface Limits {

    /** Most mutations of a group. */
    int records(Collection collection, Verb verb);

    /** Most bytes of a group of more than one mutation, as {@link Mutation#weight} estimates. */
    long bytes();
  }

  /** Later than any write is due. */
  private static final long ALL = Long.MAX_VALUE - 1;

  private final WindowSettings settings;
  private final Function<Mutation, List<Mutation>> fit;
  private final Map<Scope.Key, Scope> scopes = new HashMap<>();
  private final Turns turns;
  private final Unsettled pending = new Unsettled();
  private final Unsettled underWay = new Unsettled();

  /**
   * @param fit the mutations to write instead of one of a record, in this order and each in a
   *     request of its own; empty = none
   */
  public WriteQueue(WindowSettings settings, Function<Mutation, List<Mutation>> fit) {
    this(settings, fit, new Turns());
  }

  WriteQueue(WindowSettings settings, Function<Mutation, List<Mutation>> fit, Turns turns) {
    this.settings = settings;
    this.fit = fit;
    this.turns = turns;
  }

  /**
   * Takes a mutation that is newer than all the queue has of its record; no report.
   *
   * @param now processing time in milliseconds
   * @return how many mutations no longer need a write of their own
   */
  public int add(Mutation newer, long now) {
    int before = pending.mutations();
    long lingersUntil = now + settings.maxAge().toMillis();
    Scope scope = scopes.computeIfAbsent(Scope.Key.of(newer.record()), unused -> new Scope());
    if (newer.verb() == Verb.SWEEP) {
      addSweep(scope, newer, lingersUntil);
    } else {
      RecordWrites record = scope.records.computeIfAbsent(newer.record(), RecordWrites::new);
      replacePending(record, () -> record.add(newer, lingersUntil));
      enqueue(scope, record);
    }
    return before + 1 - pending.mutations();
  }

  /**
   * Takes the next group that is due.
   *
   * @param now processing time in milliseconds
   * @param flushes whether everything that is ready is due
   * @return null if none is due
   */
  public WriteGroup next(long now, boolean flushes, Limits limits) {
    long due = flushes || isFull() ? ALL : now;
    ReadyWrites<?> queue = turns.next(due);
    while (queue != null) {
      WriteGroup group =
          queue.verb == Verb.SWEEP
              ? takeSweep(turns.sweeps(queue.collection))
              : takeRecords(turns.records(queue.collection, queue.verb), limits);
      if (group != null) {
        return group;
      }
      queue = turns.next(due);
    }
    return null;
  }

  /** Processing time at which the first of all ready writes is due; the end of time if none is. */
  public long dueAt() {
    return turns.dueAt();
  }

  /** Ends a group, or a part of one: its records may be written again. */
  public void settle(WriteGroup group) {
    for (Mutation mutation : group.mutations()) {
      Scope.Key key = Scope.Key.of(mutation.record());
      Scope scope = scopes.get(key);
      if (mutation.verb() == Verb.SWEEP) {
        settleSweep(scope, mutation);
      } else {
        settleRecord(scope, scope.records.get(mutation.record()));
      }
      removeIfEmpty(key, scope);
    }
  }

  /** Mutations that are pending or under way. */
  public int size() {
    return pending.mutations() + underWay.mutations();
  }

  /** Bytes of what is pending or under way, as {@link Mutation#weight} estimates them. */
  public long bytes() {
    return pending.bytes() + underWay.bytes();
  }

  /** Event time of the oldest change in it, in microseconds; {@link Long#MAX_VALUE} if empty. */
  public long oldestMicros() {
    return Math.min(pending.oldestMicros(), underWay.oldestMicros());
  }

  /** Whether a record may be sent: what is under way of it has to be settled first. */
  boolean isFree(RecordWrites record) {
    return record.underWay == null;
  }

  /** Whether a sweep may be sent: what is under way of its records has to be settled first. */
  boolean isFree(SweepGate gate, Scope scope) {
    return scope.records.values().stream()
        .noneMatch(record -> record.underWay != null && gate.sweep.deletes(record.record));
  }

  /** Whether a record has to wait for a sweep that came before. */
  boolean isHeldBack(RecordWrites record, Scope scope) {
    return scope.holdsBack(record.record);
  }

  private boolean isFull() {
    return pending.mutations() >= settings.maxRecords() || pending.bytes() >= settings.maxBytes();
  }

  /** A pending sweep that deletes nothing beyond another needs no request of its own. */
  private void addSweep(Scope scope, Mutation newer, long lingersUntil) {
    dropPending(scope, Sweep.of(newer));
    SweepGate gate = new SweepGate(Sweep.of(newer), newer.version().micros(), lingersUntil);
    for (SweepGate older : scope.pendingGates()) {
      if (older.sweep.below().equals(gate.sweep.below())) {
        gate = gate.insteadOf(older, older.sweep.and(gate.sweep));
      }
    }
    for (SweepGate older : scope.pendingGates()) {
      if (older.sweep.deletesAllOf(gate.sweep)) {
        return;
      }
      if (gate.sweep.deletesAllOf(older.sweep)) {
        gate = gate.insteadOf(older, gate.sweep);
        drop(scope, older);
      }
    }
    scope.gates.add(gate);
    pending.add(gate.sweep.mutation(), gate.since);
    enqueueAll(scope);
  }

  private void dropPending(Scope scope, Sweep sweep) {
    for (RecordWrites record : List.copyOf(scope.records.values())) {
      if (record.pending != null && sweep.deletes(record.record)) {
        replacePending(record, () -> record.pending = record.pending.swept());
        enqueue(scope, record);
        removeIfEmpty(scope, record);
      }
    }
  }

  private void drop(Scope scope, SweepGate gate) {
    scope.gates.remove(gate);
    turns.sweeps(gate.sweep.below().collection()).writes.remove(gate);
    pending.remove(gate.sweep.mutation(), gate.since);
  }

  private WriteGroup takeSweep(ReadyWrites<SweepGate> queue) {
    SweepGate gate = queue.writes.iterator().next();
    Mutation sweep = gate.sweep.mutation();
    queue.writes.remove(gate);
    gate.queued = false;
    gate.underWay = true;
    pending.remove(sweep, gate.since);
    underWay.add(sweep, gate.since);
    return new WriteGroup(queue.collection, Verb.SWEEP, List.of(sweep), gate.since);
  }

  /** Null if no write was left of what it took. */
  private WriteGroup takeRecords(ReadyWrites<RecordWrites> queue, Limits limits) {
    int most = limits.records(queue.collection, queue.verb);
    List<Mutation> taken = new ArrayList<>();
    long bytes = 0;
    long oldest = Long.MAX_VALUE;
    Iterator<RecordWrites> writes = queue.writes.iterator();
    while (writes.hasNext() && taken.size() < most) {
      RecordWrites record = writes.next();
      bytes += record.pending.first().weight();
      if (bytes > limits.bytes() && !taken.isEmpty()) {
        break;
      }
      writes.remove();
      record.queuedIn = null;
      take(record);
      if (record.underWay != null) {
        taken.add(record.underWay);
        oldest = Math.min(oldest, record.underWaySince);
      }
    }
    return taken.isEmpty() ? null : new WriteGroup(queue.collection, queue.verb, taken, oldest);
  }

  private void take(RecordWrites record) {
    replacePending(record, () -> record.take(fit.apply(record.pending.first())));
    if (record.underWay != null) {
      underWay.add(record.underWay, record.underWaySince);
      return;
    }
    Scope.Key key = Scope.Key.of(record.record);
    Scope scope = scopes.get(key);
    enqueue(scope, record);
    removeIfEmpty(scope, record);
    removeIfEmpty(key, scope);
  }

  private void settleRecord(Scope scope, RecordWrites record) {
    underWay.remove(record.underWay, record.underWaySince);
    record.underWay = null;
    enqueue(scope, record);
    removeIfEmpty(scope, record);
    enqueueSweeps(scope);
  }

  private void settleSweep(Scope scope, Mutation sweep) {
    SweepGate gate =
        scope.gates.stream()
            .filter(each -> each.underWay && each.sweep.mutation() == sweep)
            .findFirst()
            .orElseThrow();
    scope.gates.remove(gate);
    underWay.remove(sweep, gate.since);
    enqueueAll(scope);
  }

  private void replacePending(RecordWrites record, Runnable replacement) {
    if (record.pending != null) {
      pending.remove(record.pending, record.pendingSince);
    }
    replacement.run();
    if (record.pending != null) {
      pending.add(record.pending, record.pendingSince);
    }
  }

  private void enqueueAll(Scope scope) {
    scope.records.values().forEach(record -> enqueue(scope, record));
    enqueueSweeps(scope);
  }

  private void enqueue(Scope scope, RecordWrites record) {
    boolean ready = record.pending != null && isFree(record) && !isHeldBack(record, scope);
    ReadyWrites<RecordWrites> queue =
        ready ? turns.records(record.record.collection(), record.pending.first().verb()) : null;
    if (queue == record.queuedIn) {
      return;
    }
    if (record.queuedIn != null) {
      record.queuedIn.writes.remove(record);
    }
    if (queue != null) {
      queue.writes.add(record);
    }
    record.queuedIn = queue;
  }

  private void enqueueSweeps(Scope scope) {
    for (SweepGate gate : scope.gates) {
      if (!gate.underWay && !gate.queued && isFree(gate, scope)) {
        gate.queued = true;
        turns.sweeps(gate.sweep.below().collection()).writes.add(gate);
      }
    }
  }

  private static void removeIfEmpty(Scope scope, RecordWrites record) {
    if (record.isEmpty()) {
      scope.records.remove(record.record);
    }
  }

  private void removeIfEmpty(Scope.Key key, Scope scope) {
    if (scope.isEmpty()) {
      scopes.remove(key);
    }
  }
}
