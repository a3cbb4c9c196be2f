package io.chromasync.mapping;

import io.chromasync.model.Collection;
import io.chromasync.model.EntityKey;
import io.chromasync.model.EntityType;
import io.chromasync.model.Entry;
import io.chromasync.model.Fact;
import io.chromasync.model.ImageFacts;
import io.chromasync.model.Version;
import java.util.ArrayList;
import java.util.List;

/**
 * Which lines make which printed row of one receipt. The newest delta says it; where there is none,
 * RECEIPT_ROW items do, and a line in none of those is a row of its own.
 *
 * <p>A group holds as long as its primary line does: removed after the group was written, that line
 * takes the group with it, because the row's vector tells of a text that is gone. So does any other
 * line leave its group: put again, it comes back only with a newer group.
 */
record Rows(int receipt, ImageFacts facts) {

  /** Lines that were grouped, primary first, and when. */
  private record Group(List<Integer> lines, Version version) {}

  /**
   * The lines of a group that is in force, left to right; empty if there is none under this line.
   */
  List<EntityKey> group(int primary) {
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

  /**
   * The lines of the row that has this primary line; empty if the line belongs to another's row.
   */
  List<EntityKey> lines(int primary) {
    List<EntityKey> group = group(primary);
    if (!group.isEmpty() || delta() != null) {
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
    Entry delta = facts.entry(deltaOf(receipt));
    boolean omits =
        delta != null
            && delta.fact().delta().rows().stream()
                .noneMatch(row -> row.lineIds().get(0) == primary);
    return omits ? delta.version() : null;
  }

  static EntityKey deltaOf(int receipt) {
    return EntityKey.delta(receipt, Collection.LINES);
  }

  private Group groupUnder(int primary) {
    Entry delta = delta();
    if (delta == null) {
      Entry item = facts.entry(EntityKey.row(receipt, primary));
      return item == null || item.isTombstone()
          ? null
          : new Group(item.fact().row().lineIds(), item.version());
    }
    return delta.fact().delta().rows().stream()
        .map(Fact.Row::lineIds)
        .filter(lines -> lines.get(0) == primary)
        .map(lines -> new Group(lines, delta.version()))
        .findFirst()
        .orElse(null);
  }

  /** The newest delta, unless the receipt or the image was removed since; else null. */
  private Entry delta() {
    EntityKey key = deltaOf(receipt);
    Entry delta = facts.entry(key);
    boolean cutOff =
        delta == null
            || key.ancestors().stream()
                .map(facts::entry)
                .anyMatch(above -> wasRemovedAfter(above, delta.version()));
    return cutOff ? null : delta;
  }

  private List<Integer> groupsWith(int line) {
    List<Integer> primaries = new ArrayList<>();
    for (List<Integer> lines : allGroups()) {
      // Asked first: whether a group is in force depends on the state of every line it names.
      if (lines.contains(line) && group(lines.get(0)).contains(line(line))) {
        primaries.add(lines.get(0));
      }
    }
    return primaries;
  }

  private List<List<Integer>> allGroups() {
    Entry delta = delta();
    if (delta != null) {
      return delta.fact().delta().rows().stream().map(Fact.Row::lineIds).toList();
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
