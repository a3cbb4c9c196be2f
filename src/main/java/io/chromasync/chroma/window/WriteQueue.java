package io.chromasync.chroma.window;

import io.chromasync.model.CollectionName;
import io.chromasync.model.Mutation;
import io.chromasync.model.Mutation.Verb;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Pending writes of one sink task, in order per record, and the choice of the next request.
 *
 * <p>OrderingRules: each record has at most one mutation in flight and at most one {@link
 * PendingWrite}, into which newer mutations are coalesced. A delete by filter drops the pending
 * writes it covers, is taken when no covered record is in flight, and delays later writes until it
 * is settled ({@link DeleteByFilterGate}). Writes of different records are not ordered ({@link
 * OrderingRules}).
 *
 * <p>Choice: a group takes all ready writes of one collection and verb, up to a limit, so group
 * size follows the backlog. A write is due after its linger. It is due immediately when a full
 * group is ready, or when the bounds of {@link WindowSettings} are reached. {@link Turns} chooses
 * among due groups.
 *
 * <p>The caller settles each group it takes, in parts or as a whole, once Chroma has acknowledged
 * it or it was given up. Until then the group's records are in flight. Time is passed in with each
 * call. Not thread-safe.
 */
public final class WriteQueue {

  /** Bounds of a group. */
  public interface Limits {

    /** Returns the maximum number of mutations in a group. */
    int records(CollectionName collection, Verb verb);

    /**
     * Returns the maximum estimated size in bytes of a group of several mutations, as in {@link
     * Mutation#estimatedBytes}.
     */
    long bytes();
  }

  /** Fits mutations to the limits of a server. */
  public interface Fit {

    /**
     * Returns the mutations to write instead of a record's mutation, in this order and each in a
     * separate request; empty = none. Called once for each mutation taken; its parts are fitted
     * again.
     */
    List<Mutation> fit(Mutation mutation);
  }

  /** Number of deletes by filter that take Chroma about as long as one full request of records. */
  static final int DELETES_BY_FILTER_PER_REQUEST = 20;

  private final WindowSettings settings;
  private final Fit fit;
  private final OrderingRules order;
  private final Turns turns;
  private final Map<Scope.Key, Scope> scopes = new HashMap<>();
  private final Unsettled unsettled;

  /**
   * Creates an empty queue.
   *
   * @param fit fits mutations to the limits of the server
   */
  public WriteQueue(WindowSettings settings, Fit fit) {
    this(settings, fit, OrderingRules.KEPT, new Turns(Turns.MOST_SKIPS));
  }

  WriteQueue(WindowSettings settings, Fit fit, OrderingRules order, Turns turns) {
    this.settings = settings;
    this.fit = fit;
    this.order = order;
    this.turns = turns;
    this.unsettled = new Unsettled(order);
  }

  /**
   * Adds a mutation that is newer than all earlier mutations of its record; must not be a report.
   *
   * @param now processing time in milliseconds
   * @return number of mutations that no longer need a separate write
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
   * @param urgent true if every ready write is due
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

  /**
   * Returns the processing time at which the first ready write is due; {@link Long#MAX_VALUE} if
   * none is ready.
   */
  public long dueAt() {
    return turns.dueAt();
  }

  /** Settles a group or a part of a group: its records may be written again. */
  public void settle(WriteGroup group) {
    for (Mutation mutation : group.mutations()) {
      Scope.Key key = Scope.Key.of(mutation.record());
      Scope scope = scopes.get(key);
      scope.settle(mutation);
      removeIfEmpty(key, scope);
    }
  }

  /** Returns the number of mutations pending or in flight. */
  public int size() {
    return unsettled.mutations();
  }

  /**
   * Returns the estimated size in bytes of everything pending or in flight, as in {@link
   * Mutation#estimatedBytes}.
   */
  public long bytes() {
    return unsettled.bytes();
  }

  /**
   * Returns the number of full-size requests needed for the pending and sent mutations of a verb.
   */
  public double requests(Verb verb, Limits limits) {
    double requests = 0;
    for (Map.Entry<WriteKind, Integer> each : unsettled.byKind().entrySet()) {
      WriteKind kind = each.getKey();
      if (kind.verb() == verb && each.getValue() > 0) {
        requests += each.getValue() / (double) atOnce(kind.collection(), verb, limits);
      }
    }
    return requests;
  }

  private static int atOnce(CollectionName collection, Verb verb, Limits limits) {
    return verb == Verb.DELETE_BY_FILTER
        ? DELETES_BY_FILTER_PER_REQUEST
        : limits.records(collection, verb);
  }

  /**
   * Returns the event time of the oldest unsettled change, in microseconds; {@link Long#MAX_VALUE}
   * if there is none.
   */
  public long oldestMicros() {
    return unsettled.oldestMicros();
  }

  /**
   * Takes a watermark: no change with this event time or an earlier one is added from now on.
   *
   * @param millis greater than all earlier watermarks
   */
  public void watermark(long millis) {
    unsettled.watermark(millis);
  }

  /**
   * Returns the instant up to which a collection reflects every change: the newest watermark before
   * which everything that was added for the collection is settled. In milliseconds of event time;
   * {@link io.chromasync.runtime.HeldWatermarks#NONE} if there is none.
   */
  public long freshUpTo(CollectionName collection) {
    return unsettled.freshUpTo(collection);
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
    return queue.verb == Verb.DELETE_BY_FILTER
        ? takeDelete(turns.deletesByFilter(queue.collection))
        : takeRecords(turns.records(queue.collection, queue.verb), limits);
  }

  private static WriteGroup takeDelete(ReadyWrites<DeleteByFilterGate> queue) {
    DeleteByFilterGate gate = queue.first();
    queue.remove(gate);
    gate.begin();
    return new WriteGroup(
        queue.collection,
        Verb.DELETE_BY_FILTER,
        List.of(gate.delete.mutation()),
        gate.since().micros());
  }

  /** Returns null if none of the ready writes remains to be written. */
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
        oldest = Math.min(oldest, record.underWaySince().micros());
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
