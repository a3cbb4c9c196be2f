package io.chromasync.resolve;

import io.chromasync.model.EntityKey;
import io.chromasync.model.Fact;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.PartitionFacts;
import io.chromasync.model.Projection;
import io.chromasync.model.RecordKey;
import io.chromasync.model.Version;
import io.chromasync.receipts.ReceiptFacts;
import io.chromasync.receipts.ReceiptKeys;
import io.chromasync.receipts.ReceiptTree;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A domain small enough to see through: a word's record shows its labels, nothing else is shown.
 */
final class LabelsOfWords implements Projection {

  @Override
  public View of(PartitionFacts facts) {
    return new Words(facts);
  }

  @Override
  public Map<String, MetadataValue> given(RecordKey record, Map<String, MetadataValue> given) {
    return new TreeMap<>(given);
  }

  @Override
  public List<String> foreign(RecordKey record, Map<String, MetadataValue> given) {
    return given.keySet().stream().sorted().toList();
  }

  private record Words(PartitionFacts facts) implements View {

    @Override
    public Set<RecordKey> affected(EntityKey changed, Fact before) {
      Set<RecordKey> records = new LinkedHashSet<>();
      switch (changed.kind().name()) {
        case "label" -> records.add(record(changed.parent()));
        case "word" -> records.add(record(changed));
        case "line" -> addAll(records, facts.children(changed, ReceiptKeys.WORD));
        case "receipt" -> addAll(records, facts.children(changed, ReceiptKeys.LINE));
        case "partition" -> addAll(records, facts.children(changed, ReceiptKeys.RECEIPT));
        default -> {}
      }
      return records;
    }

    private void addAll(Set<RecordKey> records, List<EntityKey> children) {
      children.forEach(child -> records.addAll(affected(child, null)));
    }

    @Override
    public Map<String, MetadataValue> overlay(RecordKey record) {
      if (!facts.isCompleteBelow(record.entity())) {
        return Map.of();
      }
      List<String> labels =
          facts.children(record.entity(), ReceiptKeys.LABEL).stream()
              .filter(label -> facts.fact(label) != null)
              .map(label -> label.name() + "=" + ReceiptFacts.Label.of(facts.fact(label)).status())
              .toList();
      return Map.of("labels", MetadataValue.of(labels));
    }

    @Override
    public Version omitted(RecordKey record) {
      return null;
    }

    private RecordKey record(EntityKey word) {
      return ReceiptTree.word(
          facts.partition(),
          ReceiptKeys.receiptOf(word),
          ReceiptKeys.lineOf(word),
          ReceiptKeys.wordOf(word));
    }
  }
}
