package io.chromasync.mapping;

import io.chromasync.model.EntityKey;
import io.chromasync.model.EntityType;
import io.chromasync.model.Fact;
import io.chromasync.model.ImageFacts;
import io.chromasync.model.RecordKey;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * Records that a change can alter. Never too few; a superfluous record costs one comparison.
 *
 * <p>A record is known through its word or line, or through any entity below: a word that is known
 * only through its label may have a record.
 */
final class AffectedRecords {

  private final ImageFacts facts;
  private final IntFunction<RowGrouping> rows;
  private final Set<RecordKey> records = new LinkedHashSet<>();

  /**
   * @param rows grouping of a receipt's lines
   */
  AffectedRecords(ImageFacts facts, IntFunction<RowGrouping> rows) {
    this.facts = facts;
    this.rows = rows;
  }

  Set<RecordKey> of(EntityKey changed, Fact before) {
    switch (changed.type()) {
      case IMAGE -> facts.children(changed, EntityType.RECEIPT).forEach(this::addAllOf);
      case RECEIPT, PLACE -> addAllOf(EntityKey.receipt(changed.receipt()));
      case LINE -> addLine(changed);
      case WORD, LABEL -> {
        addWord(changed);
        addRowsHolding(changed.receipt(), changed.line());
      }
      case SECTION ->
          linesOf(changed, before).forEach(line -> addRowsHolding(changed.receipt(), line));
      case DELTA -> {
        if (changed.equals(RowGrouping.deltaOf(changed.receipt()))) {
          addRowsOf(EntityKey.receipt(changed.receipt()));
          primaries(before).forEach(primary -> addRow(changed.receipt(), primary));
        }
      }
      case RUN, SNAPSHOT -> throw new IllegalArgumentException("%s is no fact".formatted(changed));
      case ROW -> linesOf(changed, before).forEach(line -> addRow(changed.receipt(), line));
    }
    return records;
  }

  private void addAllOf(EntityKey receipt) {
    for (EntityKey line : facts.children(receipt, EntityType.LINE)) {
      facts.children(line, EntityType.WORD).forEach(this::addWord);
    }
    addRowsOf(receipt);
  }

  /**
   * Adds all rows of a receipt. A line may be known only through a row's item, or through the
   * delta.
   */
  private void addRowsOf(EntityKey receipt) {
    for (EntityKey line : facts.children(receipt, EntityType.LINE)) {
      addRow(receipt.receipt(), line.line());
    }
    primaries(facts.fact(RowGrouping.deltaOf(receipt.receipt())))
        .forEach(primary -> addRow(receipt.receipt(), primary));
    for (EntityKey row : facts.children(receipt, EntityType.ROW)) {
      addRow(receipt.receipt(), row.line());
      linesOf(facts.fact(row)).forEach(line -> addRow(receipt.receipt(), line));
    }
  }

  /**
   * Adds the line's words. The line may join or leave a group, so the lines of every group that
   * contains it are added too.
   */
  private void addLine(EntityKey line) {
    facts.children(line, EntityType.WORD).forEach(this::addWord);
    addRow(line.receipt(), line.line());
    for (Fact.Row row : rows(facts.fact(RowGrouping.deltaOf(line.receipt())))) {
      if (row.lineIds().contains(line.line())) {
        addRow(line.receipt(), row.lineIds().get(0));
      }
    }
    for (EntityKey row : facts.children(line.parent(), EntityType.ROW)) {
      Fact group = facts.fact(row);
      if (group != null && group.row().lineIds().contains(line.line())) {
        group.row().lineIds().forEach(member -> addRow(line.receipt(), member));
      }
    }
  }

  private void addWord(EntityKey word) {
    records.add(RecordKey.word(facts.image(), word.receipt(), word.line(), word.word()));
  }

  private void addRowsHolding(int receipt, int line) {
    rows.apply(receipt).holding(line).forEach(primary -> addRow(receipt, primary));
  }

  private void addRow(int receipt, int primary) {
    records.add(RecordKey.row(facts.image(), receipt, primary));
  }

  /** Lines of a section or row, before the change and after. */
  private Set<Integer> linesOf(EntityKey changed, Fact before) {
    Set<Integer> lines = new LinkedHashSet<>(linesOf(before));
    lines.addAll(linesOf(facts.fact(changed)));
    return lines;
  }

  private static List<Integer> primaries(Fact delta) {
    return rows(delta).stream().map(row -> row.lineIds().get(0)).toList();
  }

  private static List<Fact.Row> rows(Fact delta) {
    return delta == null ? List.of() : delta.delta().rows();
  }

  private static List<Integer> linesOf(Fact fact) {
    if (fact == null) {
      return List.of();
    }
    return fact.section() == null ? fact.row().lineIds() : fact.section().lineIds();
  }
}
