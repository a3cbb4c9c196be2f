package io.chromasync.snapshot;

import io.chromasync.snapshot.SnapshotState.OpenSplit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Unfinished splits and their readers.
 *
 * <p>When readers fail, their splits return in two ways. Splits assigned since the checkpoint are
 * handed back; replacement readers report all others, at the position of the checkpoint. A split
 * that is not returned in either way was read to its end before the checkpoint, and only the
 * message about it was lost. A finished split returns if it was finished after the checkpoint.
 *
 * <p>For one thread.
 */
final class SplitLedger {

  private static final int NOBODY = -1;

  private enum Status {
    WAITING,
    ASSIGNED,
    /** Its reader failed; the split will be returned, or was read to its end. */
    AWAITED
  }

  private record Entry(SnapshotSplit split, Status status, int reader) {}

  private final Map<String, Entry> entries = new LinkedHashMap<>();

  /** Restores a ledger from state; readers have not reported their splits yet. */
  static SplitLedger restored(List<OpenSplit> open) {
    SplitLedger ledger = new SplitLedger();
    open.forEach(
        each ->
            ledger.put(each.split(), each.assigned() ? Status.AWAITED : Status.WAITING, NOBODY));
    return ledger;
  }

  List<OpenSplit> state() {
    return entries.values().stream()
        .map(entry -> new OpenSplit(entry.split, entry.status != Status.WAITING))
        .toList();
  }

  void add(Collection<? extends SnapshotSplit> splits) {
    splits.forEach(split -> put(split, Status.WAITING, NOBODY));
  }

  void assigned(SnapshotSplit split, int reader) {
    put(split, Status.ASSIGNED, reader);
  }

  void finished(String split, int reader) {
    Entry entry = entries.get(split);
    if (entry != null && entry.reader == reader) {
      entries.remove(split);
    }
  }

  /**
   * Handles the failure of a reader. The given splits were assigned to it since the checkpoint that
   * it restores from.
   */
  void lost(int reader, List<SnapshotSplit> givenSince) {
    entries.replaceAll(
        (id, entry) ->
            entry.reader == reader ? new Entry(entry.split, Status.AWAITED, NOBODY) : entry);
    returned(givenSince);
  }

  /** Handles the registration of a reader, with the splits of its state. */
  void reported(List<SnapshotSplit> splits) {
    returned(splits);
  }

  /**
   * Queues returned splits. A split that is waiting, or that another reader has received meanwhile,
   * is at the same or an earlier position.
   */
  private void returned(List<SnapshotSplit> splits) {
    for (SnapshotSplit split : splits) {
      Entry entry = entries.get(split.splitId());
      if (entry == null || entry.status == Status.AWAITED) {
        put(split, Status.WAITING, NOBODY);
      }
    }
  }

  /** Removes splits that no reader returned, after all readers have reported. */
  void settle() {
    entries.values().removeIf(entry -> entry.status == Status.AWAITED);
  }

  List<SnapshotSplit> waiting() {
    List<SnapshotSplit> waiting = new ArrayList<>();
    entries.values().stream()
        .filter(entry -> entry.status == Status.WAITING)
        .forEach(entry -> waiting.add(entry.split));
    return waiting;
  }

  /** Number of splits that a reader has. */
  int load(int reader) {
    return (int) entries.values().stream().filter(entry -> entry.reader == reader).count();
  }

  int assigned() {
    return (int) entries.values().stream().filter(entry -> entry.status == Status.ASSIGNED).count();
  }

  int size() {
    return entries.size();
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  private void put(SnapshotSplit split, Status status, int reader) {
    entries.put(split.splitId(), new Entry(split, status, reader));
  }
}
