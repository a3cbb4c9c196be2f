package io.chromasync.ops;

import io.chromasync.model.EntityKey;
import io.chromasync.model.EntityKind;
import io.chromasync.model.Fact;
import io.chromasync.model.FactRegister;
import io.chromasync.model.Version;
import io.chromasync.ops.Explanation.FactLine;
import io.chromasync.resolve.PartitionDump;
import io.chromasync.resolve.rules.WorkingSet;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Explains the facts of a partition: live, deleted or hidden, and as in the table or not. Pure. */
final class ExplainFacts {

  private final PartitionDump state;
  private final WorkingSet memory;
  private final TableFacts table;

  /**
   * @param memory of the state
   * @param table null if the table was not read
   */
  ExplainFacts(PartitionDump state, WorkingSet memory, TableFacts table) {
    this.state = state;
    this.memory = memory;
    this.table = table;
  }

  /**
   * Explains facts.
   *
   * @param record id of the only record to explain; null = all
   * @param records entities of the explained records
   */
  List<FactLine> facts(String record, Set<EntityKey> records) {
    Set<EntityKey> all = new TreeSet<>();
    for (EntityKey chunk : state.chunks().keys()) {
      all.addAll(state.chunks().get(chunk).entries().keySet());
    }
    if (table != null) {
      all.addAll(table.facts().keySet());
    }
    List<FactLine> lines = new ArrayList<>();
    for (EntityKey entity : all) {
      boolean isRelated =
          record == null
              || records.stream().anyMatch(each -> entity.isWithin(each) || each.isWithin(entity));
      if (isRelated) {
        lines.add(line(entity));
      }
    }
    return lines;
  }

  private FactLine line(EntityKey entity) {
    FactRegister entry = memory.entry(entity);
    if (entry == null) {
      return new FactLine(entity.path(), "unseen", null, "has it");
    }
    EntityKey deleted = nearestDeleted(entity);
    String text =
        deleted == null
            ? FactLine.LIVE
            : deleted.equals(entity)
                ? describeDeletion(entity)
                : "hidden: %s is %s".formatted(deleted.path(), describeDeletion(deleted));
    return new FactLine(entity.path(), text, time(entry.version()), inTable(entity, entry));
  }

  /** Difference between the table and the state; null if there is none, or it is not known. */
  private String inTable(EntityKey entity, FactRegister entry) {
    boolean isItem = entity.kind().is(EntityKind.Trait.ITEM);
    if (table == null || !isItem || table.rejected().contains(entity)) {
      return null;
    }
    Fact there = table.facts().get(entity);
    if (there == null) {
      return entry.isTombstone() ? null : "lacks it";
    }
    if (entry.isTombstone()) {
      return "has it";
    }
    return there.equals(entry.fact()) ? null : "has other values";
  }

  /** Returns the entity itself, or its nearest ancestor, that is deleted; null if there is none. */
  EntityKey nearestDeleted(EntityKey entity) {
    for (EntityKey each = entity; each != null; each = each.parent()) {
      if (memory.isTombstone(each)) {
        return each;
      }
    }
    return null;
  }

  /** Says since when an entity is deleted. */
  String describeDeletion(EntityKey entity) {
    FactRegister entry = memory.entry(entity);
    if (entry == null) {
      return "in no snapshot of the whole partition";
    }
    return entry.noOp()
        ? "missing in the snapshot of " + time(entry.version())
        : "deleted since " + time(entry.version());
  }

  /** Returns true if the table was read, and has no item of an entity that should have one. */
  boolean isNoItem(EntityKey entity) {
    return table != null
        && entity.kind().is(EntityKind.Trait.ITEM)
        && !table.facts().containsKey(entity)
        && !table.rejected().contains(entity);
  }

  /** Returns the time of a version as an ISO-8601 instant. */
  static String time(Version version) {
    long micros = version.micros();
    return Instant.ofEpochSecond(
            Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1_000L)
        .toString();
  }
}
