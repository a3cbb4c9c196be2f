package io.chromasync.chroma.window;

import io.chromasync.model.CollectionName;
import io.chromasync.model.Mutation;
import io.chromasync.model.Mutation.Verb;
import io.chromasync.model.RecordKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes of one partition in one collection, the widest scope of a delete by filter. Adds writes to
 * the queues of {@link Turns} once no ordering rule delays them.
 */
final class Scope {

  /** Identifies a scope. */
  record Key(CollectionName collection, String partition) {

    static Key of(RecordKey record) {
      return new Key(record.collection(), record.partition());
    }
  }

  private final Map<RecordKey, RecordWrites> records = new LinkedHashMap<>();
  private final DeleteByFilterGates gates;
  private final OrderingRules order;
  private final Turns turns;
  private final Unsettled unsettled;

  Scope(CollectionName collection, OrderingRules order, Turns turns, Unsettled unsettled) {
    this.gates = new DeleteByFilterGates(order, turns.deletesByFilter(collection), unsettled);
    this.order = order;
    this.turns = turns;
    this.unsettled = unsettled;
  }

  boolean isEmpty() {
    return records.isEmpty() && gates.isEmpty();
  }

  /**
   * Adds a mutation that is newer than all earlier mutations of the same record. A delete by filter
   * is newer than all earlier mutations of the records it covers.
   */
  void add(Mutation newer, long lingersUntil) {
    if (newer.verb() == Verb.DELETE_BY_FILTER) {
      DeleteByFilter delete = DeleteByFilter.of(newer);
      Since since = dropPending(delete, since(newer));
      gates.add(new DeleteByFilterGate(delete, since, lingersUntil));
      enqueueAll();
    } else {
      RecordWrites record = records.computeIfAbsent(newer.record(), RecordWrites::new);
      change(record, () -> record.add(newer, since(newer), lingersUntil));
    }
  }

  /**
   * Starts the pending write of a record.
   *
   * @param parts mutations to write instead of the first mutation; empty = none
   */
  void begin(RecordWrites record, List<Mutation> parts) {
    record.moveTo(null);
    if (order.inFlightHolds()
        && parts.size() == 1
        && parts.get(0).equals(record.pending().first())) {
      record.begin(parts);
    } else {
      change(record, () -> record.begin(parts));
    }
  }

  /** Ends a mutation in flight, which was acknowledged or given up. */
  void settle(Mutation mutation) {
    if (mutation.verb() == Verb.DELETE_BY_FILTER) {
      gates.settle(mutation);
      enqueueAll();
    } else {
      RecordWrites record = records.get(mutation.record());
      change(record, record::settle);
      gates.enqueue(records.values());
    }
  }

  private Since since(Mutation newer) {
    return new Since(newer.version().micros(), unsettled.arrival());
  }

  /** Drops what a delete covers, and returns the beginning of both. */
  private Since dropPending(DeleteByFilter delete, Since own) {
    Since since = own;
    for (RecordWrites record : List.copyOf(records.values())) {
      if (record.pending() != null && delete.deletes(record.key)) {
        since = order.dropping(record, since);
        change(record, record::deleteByFilter);
      }
    }
    return since;
  }

  private void change(RecordWrites record, Runnable change) {
    unsettled.remove(record);
    change.run();
    unsettled.add(record);
    if (record.isEmpty()) {
      record.moveTo(null);
      records.remove(record.key);
    } else {
      enqueue(record);
    }
  }

  private void enqueueAll() {
    records.values().forEach(this::enqueue);
    gates.enqueue(records.values());
  }

  private void enqueue(RecordWrites record) {
    boolean ready = record.pending() != null && order.isFree(record) && !gates.holdBack(record);
    record.moveTo(
        ready ? turns.records(record.key.collection(), record.pending().first().verb()) : null);
  }
}
