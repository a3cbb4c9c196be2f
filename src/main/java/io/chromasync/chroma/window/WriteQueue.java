package io.chromasync.chroma.window;

import io.chromasync.model.Collection;
import io.chromasync.model.Mutation;
import io.chromasync.model.Mutation.Verb;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Pending writes of one sink task, in order per record, and the choice of the next request.
 *
 * <p>Order: of each record at most one mutation is under way, and at most one {@link PendingWrite}
 * waits, into which newer mutations are coalesced. A sweep drops the pending writes it covers, is
 * taken when nothing it covers is under way, and holds back what comes after it until it is settled
 * ({@link SweepGate}). Different records have no order ({@link Order}).
 *
 * <p>Choice: a group takes all ready writes of one collection and verb, up to a limit, so groups
 * are as large as the backlog. A write is due after its linger; at once when a full group is ready,
 * or as much as the settings say. {@link Turns} says which due group is first.
 *
 * <p>Whoever takes a group settles it, once Chroma has acknowledged it or it was given up, in parts
 * or as a whole; until then its records are under way. Time is given with each call. Not safe for
 * use by several threads.
 */
public final class WriteQueue {

  /** Bounds of a group. */
  public interface Limits {

    /** Most mutations of a group. */
    int records(Collection collection, Verb verb);

    /** Most bytes of a group of more than one mutation, as {@link Mutation#weight} estimates. */
    long bytes();
  }

  /** Fits mutations to what a server takes. */
  public interface Fit {

    /**
     * The mutations to write instead of one of a record, in this order and each in a request of its
     * own; empty = none. Called once for each mutation that is taken; parts of it are fitted again.
     */
    List<Mutation> fit(Mutation mutation);
  }

  /** About so many sweeps take Chroma as long as one full request of records. */
  static final int SWEEPS_A_REQUEST = 20;

  private final WindowSettings settings;
  private final Fit fit;
  private final Order order;
  private final Turns turns;
  private final Map<Scope.Key, Scope> scopes = new HashMap<>();
  private final Unsettled unsettled = new Unsettled();

  public WriteQueue(WindowSettings settings, Fit fit) {
    this(settings, fit, Order.KEPT, new Turns(Turns.PATIENCE));
  }

  WriteQueue(WindowSettings settings, Fit fit, Order order, Turns turns) {
    this.settings = settings;
    this.fit = fit;
    this.order = order;
    this.turns = turns;
  }

  /**
   * Takes a mutation that is newer than all the queue has of its record; no report.
   *
   * @param now processing time in milliseconds
   * @return how many mutations no longer need a write of their own
   */
  public int add(Mutation newer, long now) {
    int before = unsettled.mutations();
    scopes
        .computeIfAbsent(Scope.Key.of(newer.record()), this::scope)
        .add(newer, now + settings.maxAge().toMillis());
    return before + 1 - unsettled.mutations();
  }

  /**
   * Takes the next group that is due.
   *
   * @param now processing time in milliseconds
   * @param urgent whether everything that is ready is due
   * @return null if none is due
   */
  public WriteGroup next(long now, boolean urgent, Limits limits) {
    boolean all = urgent || isMuch();
    WriteGroup group = null;
    ReadyWrites<?> queue;
    do {
      queue = turns.next(each -> all || each.dueAt() <= now || isFull(each, limits));
      if (queue != null) {
        group = take(queue, limits);
      }
    } while (queue != null && group == null);
    return group;
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
      scope.settle(mutation);
      removeIfEmpty(key, scope);
    }
  }

  /** Mutations that are pending or under way. */
  public int size() {
    return unsettled.mutations();
  }

  /** Bytes of what is pending or under way, as {@link Mutation#weight} estimates them. */
  public long bytes() {
    return unsettled.bytes();
  }

  /** Requests, as large as they may be, that the pending and sent mutations of a verb make. */
  public double requests(Verb verb, Limits limits) {
    double requests = 0;
    for (Collection collection : Collection.values()) {
      int mutations = unsettled.mutations(collection, verb);
      if (mutations > 0) {
        requests += mutations / (double) atOnce(collection, verb, limits);
      }
    }
    return requests;
  }

  private static int atOnce(Collection collection, Verb verb, Limits limits) {
    return verb == Verb.SWEEP ? SWEEPS_A_REQUEST : limits.records(collection, verb);
  }

  /** Event time of the oldest change in it, in microseconds; {@link Long#MAX_VALUE} if empty. */
  public long oldestMicros() {
    return unsettled.oldestMicros();
  }

  private Scope scope(Scope.Key key) {
    return new Scope(key.collection(), order, turns, unsettled);
  }

  private boolean isMuch() {
    return turns.size() >= settings.maxRecords() || turns.bytes() >= settings.maxBytes();
  }

  private static boolean isFull(ReadyWrites<?> queue, Limits limits) {
    return queue.size() >= limits.records(queue.collection, queue.verb)
        || queue.bytes() >= limits.bytes();
  }

  private WriteGroup take(ReadyWrites<?> queue, Limits limits) {
    return queue.verb == Verb.SWEEP
        ? takeSweep(turns.sweeps(queue.collection))
        : takeRecords(turns.records(queue.collection, queue.verb), limits);
  }

  private static WriteGroup takeSweep(ReadyWrites<SweepGate> queue) {
    SweepGate gate = queue.first();
    queue.remove(gate);
    gate.begin();
    return new WriteGroup(
        queue.collection, Verb.SWEEP, List.of(gate.sweep.mutation()), gate.since());
  }

  /** Null if nothing is left to write of what was ready. */
  private WriteGroup takeRecords(ReadyWrites<RecordWrites> queue, Limits limits) {
    int most = limits.records(queue.collection, queue.verb);
    List<Mutation> taken = new ArrayList<>();
    long bytes = 0;
    long oldest = Long.MAX_VALUE;
    while (!queue.isEmpty() && taken.size() < most) {
      RecordWrites record = queue.first();
      bytes += record.pendingBytes();
      if (bytes > limits.bytes() && !taken.isEmpty()) {
        break;
      }
      begin(record);
      if (record.underWay() != null) {
        taken.add(record.underWay());
        oldest = Math.min(oldest, record.underWaySince());
      }
    }
    return taken.isEmpty() ? null : new WriteGroup(queue.collection, queue.verb, taken, oldest);
  }

  private void begin(RecordWrites record) {
    Scope.Key key = Scope.Key.of(record.key);
    Scope scope = scopes.get(key);
    scope.begin(record, fit.fit(record.pending().first()));
    removeIfEmpty(key, scope);
  }

  private void removeIfEmpty(Scope.Key key, Scope scope) {
    if (scope.isEmpty()) {
      scopes.remove(key);
    }
  }
}
