package io.chromasync.receipts;

import io.chromasync.model.EntityKey;
import io.chromasync.model.Fact;
import io.chromasync.model.PartitionFacts;
import io.chromasync.receipts.ReceiptFacts.ValidationStatus;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Sections of one receipt, best first: by validation status, then by confidence, then by name.
 * Invalid sections do not count.
 */
record Sections(List<Sections.Named> ranked) {

  private record Named(String type, ReceiptFacts.Section section) {

    int checked() {
      return switch (section.status()) {
        case VALID -> 2;
        case PENDING -> 1;
        default -> 0;
      };
    }

    double confidence() {
      return section.confidence() == null ? 0 : section.confidence();
    }
  }

  private static final Comparator<Named> BEST_FIRST =
      Comparator.comparingInt(Named::checked)
          .thenComparingDouble(Named::confidence)
          .reversed()
          .thenComparing(Named::type);

  static Sections of(EntityKey receipt, PartitionFacts facts) {
    List<Named> sections = new ArrayList<>();
    for (EntityKey key : facts.children(receipt, ReceiptKeys.SECTION)) {
      Fact fact = facts.fact(key);
      ReceiptFacts.Section section = fact == null ? null : ReceiptFacts.Section.of(fact);
      if (section != null && section.status() != ValidationStatus.INVALID) {
        sections.add(new Named(key.name(), section));
      }
    }
    sections.sort(BEST_FIRST);
    return new Sections(sections);
  }

  /**
   * Section that contains strictly the most of these lines, each counted in its best section; null
   * if there is none.
   */
  String ofRow(List<EntityKey> lines) {
    Map<String, Integer> votes = new HashMap<>();
    for (EntityKey line : lines) {
      String type = ofLine(line.number());
      if (type != null) {
        votes.merge(type, 1, Integer::sum);
      }
    }
    int most = votes.isEmpty() ? 0 : Collections.max(votes.values());
    List<String> leaders = votes.keySet().stream().filter(type -> votes.get(type) == most).toList();
    return leaders.size() == 1 ? leaders.get(0) : null;
  }

  private String ofLine(int line) {
    return ranked.stream()
        .filter(named -> named.section.lineIds().contains(line))
        .map(Named::type)
        .findFirst()
        .orElse(null);
  }
}
