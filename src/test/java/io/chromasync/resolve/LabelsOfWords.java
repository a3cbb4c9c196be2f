package io.chromasync.resolve;

import io.chromasync.model.EntityKey;
import io.chromasync.model.EntityType;
import io.chromasync.model.Fact;
import io.chromasync.model.ImageFacts;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.Projection;
import io.chromasync.model.RecordKey;
import io.chromasync.model.Version;
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
  public View of(ImageFacts facts) {
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

  private record Words(ImageFacts facts) implements View {

    @Override
    public Set<RecordKey> affected(EntityKey changed, Fact before) {
      Set<RecordKey> records = new LinkedHashSet<>();
      switch (changed.type()) {
        case LABEL -> records.add(record(changed.parent()));
        case WORD -> records.add(record(changed));
        case LINE -> addAll(records, facts.children(changed, EntityType.WORD));
        case RECEIPT -> addAll(records, facts.children(changed, EntityType.LINE));
        case IMAGE -> addAll(records, facts.children(changed, EntityType.RECEIPT));
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
          facts.children(record.entity(), EntityType.LABEL).stream()
              .filter(label -> facts.fact(label) != null)
              .map(label -> label.name() + "=" + facts.fact(label).label().status())
              .toList();
      return Map.of("labels", MetadataValue.of(labels));
    }

    @Override
    public Version omitted(RecordKey record) {
      return null;
    }

    private RecordKey record(EntityKey word) {
      return RecordKey.word(facts.image(), word.receipt(), word.line(), word.word());
    }
  }
}
