package io.chromasync.snapshot;

import io.chromasync.snapshot.SnapshotState.OpenSplit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which splits are not read to their ends yet, and who reads them.
 *
 * <p>When readers fail, what they had comes back in two ways: splits they were given since the
 * checkpoint are handed back, the others are reported by the readers that come in their place, at
 * the position of the checkpoint. What comes back in neither way was read to its end before the
 * checkpoint, and only the word of it was lost. And what was known to be read comes back, if that
 * was after the checkpoint.
 *
 * <p>For one thread.
 */
final class SplitLedger {

  private static final int NOBODY = -1;

  private enum Status {
    WAITING,
    ASSIGNED,
    /** Its reader failed; it comes back, or was read to its end. */
    AWAITED
  }

  private record Entry(SnapshotSplit split, Status status, int reader) {}

  private final Map<String, Entry> entries = new LinkedHashMap<>();

  /** As it was when it was put into state; readers are yet to report what they have. */
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

  /** A reader failed; these were given to it since the checkpoint that it goes back to. */
  void lost(int reader, List<SnapshotSplit> givenSince) {
    entries.replaceAll(
        (id, entry) ->
            entry.reader == reader ? new Entry(entry.split, Status.AWAITED, NOBODY) : entry);
    returned(givenSince);
  }

  /** A reader is there and has these in its state. */
  void reported(List<SnapshotSplit> splits) {
    returned(splits);
  }

  /** What waits already, or another reads meanwhile, began at the same position or before it. */
  private void returned(List<SnapshotSplit> splits) {
    for (SnapshotSplit split : splits) {
      Entry entry = entries.get(split.splitId());
      if (entry == null || entry.status == Status.AWAITED) {
        put(split, Status.WAITING, NOBODY);
      }
    }
  }

  /** All readers are there and have reported. */
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

  /** How many splits a reader has. */
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
