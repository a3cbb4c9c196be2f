package io.chromasync.receipts;

import io.chromasync.model.EntityKey;
import io.chromasync.model.Fact;
import io.chromasync.model.FactRegister;
import io.chromasync.model.PartitionFacts;
import io.chromasync.model.Version;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * Grouping of one receipt's lines into printed rows. The newest delta defines it; without a delta,
 * RECEIPT_ROW items do. A line in no group is a row by itself.
 *
 * <p>A group is valid until its primary line is removed after the group was written: the row's
 * vector then represents deleted text. Any other removed line leaves its group. A re-inserted line
 * only joins a newer group.
 *
 * <p>Repeated results are computed once. Used by one thread.
 */
final class RowGrouping {

  /** Grouped lines, primary line first, with the version of the group. */
  private record Group(List<Integer> lines, Version version) {}

  private final EntityKey receipt;
  private final EntityKey delta;
  private final PartitionFacts facts;
  private final FactRegister newestDelta;
  private final List<List<Integer>> rows;
  private final Map<Integer, List<Integer>> rowsByPrimary;
  private final boolean deltaHolds;
  private final Map<Integer, List<EntityKey>> inForce = new HashMap<>();
  private Map<Integer, List<Integer>> primaries;

  /**
   * @param facts must not change while this is used
   */
  RowGrouping(EntityKey receipt, PartitionFacts facts) {
    this.receipt = receipt;
    this.facts = facts;
    this.delta = deltaOf(receipt);
    this.newestDelta = facts.entry(delta);
    this.rows = newestDelta == null ? List.of() : ReceiptFacts.Delta.of(newestDelta.fact()).rows();
    this.rowsByPrimary = byPrimary(rows);
    this.deltaHolds = newestDelta != null && !isCutOff(newestDelta);
  }

  static EntityKey deltaOf(EntityKey receipt) {
    return receipt.batch(ReceiptTree.LINES);
  }

  /** Lines of each row of the newest delta, primary line first; empty if there is none. */
  List<List<Integer>> rowsOfDelta() {
    return rows;
  }

  /** Lines of a valid group, left to right; empty if this line has no group. */
  List<EntityKey> group(int primary) {
    return inForce.computeIfAbsent(primary, this::newGroup);
  }

  /** Lines of the row with this primary line; empty if the line belongs to another row. */
  List<EntityKey> lines(int primary) {
    List<EntityKey> group = group(primary);
    if (!group.isEmpty() || deltaHolds) {
      return group;
    }
    return groupsWith(primary).isEmpty() ? List.of(line(primary)) : List.of();
  }

  /**
   * Primary lines of the rows that contain this line: the primary lines of its groups, or the line
   * itself.
   */
  List<Integer> holding(int line) {
    List<Integer> groups = groupsWith(line);
    return groups.isEmpty() ? List.of(line) : groups;
  }

  /** Version of the newest delta if it has no row with this primary line, else null. */
  Version omitted(int primary) {
    boolean omits = newestDelta != null && !rowsByPrimary.containsKey(primary);
    return omits ? newestDelta.version() : null;
  }

  private List<EntityKey> newGroup(int primary) {
    Group group = groupUnder(primary);
    boolean isOver =
        group == null || facts.isTombstone(line(primary)) || wasRemovedSince(group, line(primary));
    if (isOver) {
      return List.of();
    }
    return group.lines().stream()
        .distinct()
        .map(this::line)
        .filter(line -> !facts.isTombstone(line) && !wasRemovedSince(group, line))
        .toList();
  }

  private Group groupUnder(int primary) {
    if (deltaHolds) {
      List<Integer> lines = rowsByPrimary.get(primary);
      return lines == null ? null : new Group(lines, newestDelta.version());
    }
    FactRegister item = facts.entry(receipt.child(ReceiptKeys.ROW, primary));
    return item == null || item.isTombstone()
        ? null
        : new Group(item.fact().numbers(), item.version());
  }

  /** Lines of each row by its primary line. */
  private static Map<Integer, List<Integer>> byPrimary(List<List<Integer>> rows) {
    Map<Integer, List<Integer>> byPrimary = new HashMap<>();
    for (List<Integer> lines : rows) {
      byPrimary.putIfAbsent(lines.get(0), lines);
    }
    return byPrimary;
  }

  /** Returns true if the receipt or the image was removed after the delta. */
  private boolean isCutOff(FactRegister entry) {
    return delta.ancestors().stream()
        .map(facts::entry)
        .anyMatch(above -> wasRemovedAfter(above, entry.version()));
  }

  private List<Integer> groupsWith(int line) {
    List<Integer> groups = new ArrayList<>();
    // Only these groups are checked: the validity of a group depends on the state of each of its
    // lines.
    for (int primary : primaries().getOrDefault(line, List.of())) {
      if (group(primary).contains(line(line))) {
        groups.add(primary);
      }
    }
    return groups;
  }

  /** Primary lines of the groups that contain a line, by line. */
  private Map<Integer, List<Integer>> primaries() {
    if (primaries == null) {
      primaries = new HashMap<>();
      for (List<Integer> lines : allGroups()) {
        for (int line : new LinkedHashSet<>(lines)) {
          primaries.computeIfAbsent(line, key -> new ArrayList<>()).add(lines.get(0));
        }
      }
    }
    return primaries;
  }

  private List<List<Integer>> allGroups() {
    if (deltaHolds) {
      return rows;
    }
    return facts.children(receipt, ReceiptKeys.ROW).stream()
        .map(facts::fact)
        .filter(fact -> fact != null)
        .map(Fact::numbers)
        .toList();
  }

  private boolean wasRemovedSince(Group group, EntityKey line) {
    return wasRemovedAfter(facts.entry(line), group.version());
  }

  private static boolean wasRemovedAfter(FactRegister entry, Version version) {
    return entry != null && entry.removed() != null && entry.removed().isAfter(version);
  }

  private EntityKey line(int line) {
    return receipt.child(ReceiptKeys.LINE, line);
  }
}
