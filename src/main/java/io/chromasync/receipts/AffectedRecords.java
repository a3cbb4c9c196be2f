package io.chromasync.receipts;

import io.chromasync.model.EntityKey;
import io.chromasync.model.EntityKind;
import io.chromasync.model.Fact;
import io.chromasync.model.PartitionFacts;
import io.chromasync.model.RecordKey;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Records that a change can alter. Never too few; a superfluous record costs one comparison.
 *
 * <p>A record is known through its word or line, or through any entity below: a word that is known
 * only through its label may have a record.
 */
final class AffectedRecords {

  private static final ReceiptTree TREE = new ReceiptTree();

  private final PartitionFacts facts;
  private final Function<EntityKey, RowGrouping> rows;
  private final Set<RecordKey> records = new LinkedHashSet<>();

  /**
   * @param rows grouping of a receipt's lines
   */
  AffectedRecords(PartitionFacts facts, Function<EntityKey, RowGrouping> rows) {
    this.facts = facts;
    this.rows = rows;
  }

  /**
   * @param before the entity's fact before the change, null if there was none
   */
  Set<RecordKey> of(EntityKey changed, Fact before) {
    EntityKind kind = changed.kind();
    if (kind == ReceiptKeys.IMAGE) {
      facts.children(changed, ReceiptKeys.RECEIPT).forEach(this::addAllOf);
    } else if (kind == ReceiptKeys.RECEIPT || kind == ReceiptKeys.PLACE) {
      addAllOf(changed.ancestor(ReceiptKeys.RECEIPT));
    } else if (kind == ReceiptKeys.LINE) {
      addLine(changed);
    } else if (kind == ReceiptKeys.WORD || kind == ReceiptKeys.LABEL) {
      EntityKey word = changed.ancestor(ReceiptKeys.WORD);
      addWord(word);
      addRowsHolding(word.parent());
    } else if (kind == ReceiptKeys.SECTION) {
      EntityKey receipt = changed.parent();
      linesOf(changed, before).forEach(line -> addRowsHolding(line(receipt, line)));
    } else if (kind == ReceiptKeys.ROW) {
      linesOf(changed, before).forEach(line -> addRow(changed.parent(), line));
    } else if (kind.isBatch()) {
      addRowsOfDelta(changed, before);
    } else {
      throw new IllegalArgumentException("%s is no fact".formatted(changed));
    }
    return records;
  }

  private void addRowsOfDelta(EntityKey delta, Fact before) {
    EntityKey receipt = delta.parent();
    if (delta.equals(RowGrouping.deltaOf(receipt))) {
      addRowsOf(receipt);
      primaries(before).forEach(primary -> addRow(receipt, primary));
    }
  }

  private void addAllOf(EntityKey receipt) {
    for (EntityKey line : facts.children(receipt, ReceiptKeys.LINE)) {
      facts.children(line, ReceiptKeys.WORD).forEach(this::addWord);
    }
    addRowsOf(receipt);
  }

  /**
   * Adds all rows of a receipt. A line may be known only through a row's item, or through the
   * delta.
   */
  private void addRowsOf(EntityKey receipt) {
    for (EntityKey line : facts.children(receipt, ReceiptKeys.LINE)) {
      addRow(line);
    }
    rows.apply(receipt).rowsOfDelta().forEach(row -> addRow(receipt, row.get(0)));
    for (EntityKey row : facts.children(receipt, ReceiptKeys.ROW)) {
      addRow(receipt, row.number());
      linesOf(facts.fact(row)).forEach(line -> addRow(receipt, line));
    }
  }

  /**
   * Adds the line's words. The line may join or leave a group, so the lines of every group that
   * contains it are added too.
   */
  private void addLine(EntityKey line) {
    facts.children(line, ReceiptKeys.WORD).forEach(this::addWord);
    addRow(line);
    EntityKey receipt = line.parent();
    for (List<Integer> row : rows.apply(receipt).rowsOfDelta()) {
      if (row.contains(line.number())) {
        addRow(receipt, row.get(0));
      }
    }
    for (EntityKey row : facts.children(receipt, ReceiptKeys.ROW)) {
      Fact group = facts.fact(row);
      if (linesOf(group).contains(line.number())) {
        linesOf(group).forEach(member -> addRow(receipt, member));
      }
    }
  }

  private void addWord(EntityKey word) {
    records.add(TREE.record(ReceiptTree.WORDS, facts.partition(), word));
  }

  private void addRowsHolding(EntityKey line) {
    rows.apply(line.parent()).holding(line.number()).forEach(row -> addRow(line.parent(), row));
  }

  private void addRow(EntityKey receipt, int primary) {
    addRow(line(receipt, primary));
  }

  private void addRow(EntityKey primary) {
    records.add(TREE.record(ReceiptTree.LINES, facts.partition(), primary));
  }

  private static EntityKey line(EntityKey receipt, int line) {
    return receipt.child(ReceiptKeys.LINE, line);
  }

  /** Lines of a section or row, before the change and after. */
  private Set<Integer> linesOf(EntityKey changed, Fact before) {
    Set<Integer> lines = new LinkedHashSet<>(linesOf(before));
    lines.addAll(linesOf(facts.fact(changed)));
    return lines;
  }

  private static List<Integer> primaries(Fact delta) {
    return delta == null
        ? List.of()
        : ReceiptFacts.Delta.of(delta).rows().stream().map(row -> row.get(0)).toList();
  }

  /** Lines of the fact of a section or row. */
  private static List<Integer> linesOf(Fact fact) {
    return fact == null ? List.of() : fact.numbers();
  }
}
