package io.chromasync.mapping;

import io.chromasync.model.Collection;
import io.chromasync.model.EntityKey;
import io.chromasync.model.EntityType;
import io.chromasync.model.Entry;
import io.chromasync.model.Fact;
import io.chromasync.model.ImageFacts;
import io.chromasync.model.Version;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/**
 * Which lines make which printed row of one receipt. The newest delta says it; where there is none,
 * RECEIPT_ROW items do, and a line in none of those is a row of its own.
 *
 * <p>A group holds as long as its primary line does: removed after the group was written, that line
 * takes the group with it, because the row's vector tells of a text that is gone. So does any other
 * line leave its group: put again, it comes back only with a newer group.
 *
 * <p>What is asked more than once is computed once. Used by one thread.
 */
final class Rows {

  /** Lines that were grouped, primary first, and when. */
  private record Group(List<Integer> lines, Version version) {}

  private final int receipt;
  private final ImageFacts facts;
  private final Entry newestDelta;
  private final Map<Integer, List<Integer>> rowsOfDelta;
  private final boolean deltaHolds;
  private final Map<Integer, List<EntityKey>> inForce = new HashMap<>();
  private Map<Integer, List<Integer>> primaries;

  /**
   * @param facts do not change as long as this is used
   */
  Rows(int receipt, ImageFacts facts) {
    this.receipt = receipt;
    this.facts = facts;
    this.newestDelta = facts.entry(deltaOf(receipt));
    this.rowsOfDelta = rowsOf(newestDelta);
    this.deltaHolds = newestDelta != null && !isCutOff(newestDelta);
  }

  static EntityKey deltaOf(int receipt) {
    return EntityKey.delta(receipt, Collection.LINES);
  }

  /**
   * The lines of a group that is in force, left to right; empty if there is none under this line.
   */
  List<EntityKey> group(int primary) {
    return inForce.computeIfAbsent(primary, this::newGroup);
  }

  /**
   * The lines of the row that has this primary line; empty if the line belongs to another's row.
   */
  List<EntityKey> lines(int primary) {
    List<EntityKey> group = group(primary);
    if (!group.isEmpty() || deltaHolds) {
      return group;
    }
    return groupsWith(primary).isEmpty() ? List.of(line(primary)) : List.of();
  }

  /** The primary lines of the rows that this line belongs to: those of its groups, or itself. */
  List<Integer> holding(int line) {
    List<Integer> groups = groupsWith(line);
    return groups.isEmpty() ? List.of(line) : groups;
  }

  /** The version of the newest delta if it has no row under this line, else null. */
  Version omitted(int primary) {
    boolean omits = newestDelta != null && !rowsOfDelta.containsKey(primary);
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
      List<Integer> lines = rowsOfDelta.get(primary);
      return lines == null ? null : new Group(lines, newestDelta.version());
    }
    Entry item = facts.entry(EntityKey.row(receipt, primary));
    return item == null || item.isTombstone()
        ? null
        : new Group(item.fact().row().lineIds(), item.version());
  }

  /** The lines of each row by its primary line. */
  private static Map<Integer, List<Integer>> rowsOf(Entry delta) {
    Map<Integer, List<Integer>> rows = new HashMap<>();
    if (delta != null) {
      for (Fact.Row row : delta.fact().delta().rows()) {
        rows.putIfAbsent(row.lineIds().get(0), row.lineIds());
      }
    }
    return rows;
  }

  /** Whether the receipt or the image was removed since. */
  private boolean isCutOff(Entry delta) {
    return deltaOf(receipt).ancestors().stream()
        .map(facts::entry)
        .anyMatch(above -> wasRemovedAfter(above, delta.version()));
  }

  private List<Integer> groupsWith(int line) {
    List<Integer> groups = new ArrayList<>();
    // Only of these: whether a group is in force depends on the state of every line it names.
    for (int primary : primaries().getOrDefault(line, List.of())) {
      if (group(primary).contains(line(line))) {
        groups.add(primary);
      }
    }
    return groups;
  }

  /** Of each line that a group names, the primary lines of these groups. */
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
      return newestDelta.fact().delta().rows().stream().map(Fact.Row::lineIds).toList();
    }
    return facts.children(EntityKey.receipt(receipt), EntityType.ROW).stream()
        .map(facts::fact)
        .filter(fact -> fact != null)
        .map(fact -> fact.row().lineIds())
        .toList();
  }

  private boolean wasRemovedSince(Group group, EntityKey line) {
    return wasRemovedAfter(facts.entry(line), group.version());
  }

  private static boolean wasRemovedAfter(Entry entry, Version version) {
    return entry != null && entry.removed() != null && entry.removed().isAfter(version);
  }

  private EntityKey line(int line) {
    return EntityKey.line(receipt, line);
  }
}
