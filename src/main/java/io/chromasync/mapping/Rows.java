package io.chromasync.mapping;

import io.chromasync.model.EntityKey;
import io.chromasync.model.EntityType;
import io.chromasync.model.Entry;
import io.chromasync.model.Fact;
import io.chromasync.model.ImageFacts;
import java.util.ArrayList;
import java.util.List;

/**
 * Which lines make which printed row of one receipt. A row is what a RECEIPT_ROW item groups; a
 * line in no such group is a row of its own.
 *
 * <p>A group holds as long as its primary line does: removed after the group was written, that line
 * takes the group with it, because the row's vector tells of a text that is gone. So does any other
 * line leave its group: put again, it comes back only with a newer group.
 */
record Rows(int receipt, ImageFacts facts) {

  /**
   * The lines of a group that is in force, left to right; empty if there is none under this line.
   */
  List<EntityKey> group(int primary) {
    Entry group = facts.entry(EntityKey.row(receipt, primary));
    if (group == null || group.isTombstone() || wasRemovedSince(group, line(primary))) {
      return List.of();
    }
    return group.fact().row().lineIds().stream()
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
    if (!group.isEmpty()) {
      return group;
    }
    return groupsWith(primary).isEmpty() ? List.of(line(primary)) : List.of();
  }

  /** The primary lines of the rows that this line belongs to: those of its groups, or itself. */
  List<Integer> holding(int line) {
    List<Integer> groups = groupsWith(line);
    return groups.isEmpty() ? List.of(line) : groups;
  }

  private List<Integer> groupsWith(int line) {
    List<Integer> primaries = new ArrayList<>();
    for (EntityKey group : facts.children(EntityKey.receipt(receipt), EntityType.ROW)) {
      if (names(group, line) && group(group.line()).contains(line(line))) {
        primaries.add(group.line());
      }
    }
    return primaries;
  }

  /** Asked first: whether the group is in force depends on the state of every line it names. */
  private boolean names(EntityKey group, int line) {
    Fact fact = facts.fact(group);
    return fact != null && fact.row().lineIds().contains(line);
  }

  private boolean wasRemovedSince(Entry group, EntityKey line) {
    Entry entry = facts.entry(line);
    return entry != null && entry.removed() != null && entry.removed().isAfter(group.version());
  }

  private EntityKey line(int line) {
    return EntityKey.line(receipt, line);
  }
}
