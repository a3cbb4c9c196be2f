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
  public Set<RecordKey> affected(EntityKey changed, Fact before, ImageFacts facts) {
    Set<RecordKey> records = new LinkedHashSet<>();
    switch (changed.type()) {
      case LABEL -> records.add(record(changed.parent(), facts));
      case WORD -> records.add(record(changed, facts));
      case LINE ->
          facts
              .children(changed, EntityType.WORD)
              .forEach(word -> records.add(record(word, facts)));
      case RECEIPT ->
          facts
              .children(changed, EntityType.LINE)
              .forEach(line -> records.addAll(affected(line, null, facts)));
      case IMAGE ->
          facts
              .children(changed, EntityType.RECEIPT)
              .forEach(receipt -> records.addAll(affected(receipt, null, facts)));
      default -> {}
    }
    return records;
  }

  @Override
  public Map<String, MetadataValue> overlay(RecordKey record, ImageFacts facts) {
    if (!facts.knowsAllBelow(record.entity())) {
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
  public Version omitted(RecordKey record, ImageFacts facts) {
    return null;
  }

  @Override
  public Map<String, MetadataValue> content(
      RecordKey record, Map<String, MetadataValue> given, ImageFacts facts) {
    Map<String, MetadataValue> content = new TreeMap<>(given);
    content.putAll(overlay(record, facts));
    return content;
  }

  @Override
  public List<String> foreign(RecordKey record, Map<String, MetadataValue> given) {
    return given.keySet().stream().sorted().toList();
  }

  private static RecordKey record(EntityKey word, ImageFacts facts) {
    return RecordKey.word(facts.image(), word.receipt(), word.line(), word.word());
  }
}
