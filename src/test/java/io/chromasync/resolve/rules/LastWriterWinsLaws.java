package io.chromasync.resolve.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.model.EntityKey;
import io.chromasync.model.FactChange;
import io.chromasync.model.FactRegister;
import io.chromasync.receipts.ReceiptFacts.ValidationStatus;
import io.chromasync.receipts.ReceiptKeys;
import io.chromasync.resolve.Changes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class LastWriterWinsLaws {

  private static final EntityKey TAX = ReceiptKeys.label(1, 2, 1, "TAX");

  @Property
  void anyOrderWithAnyDuplicatesGivesOneEntry(
      @ForAll("histories") List<FactChange> history, @ForAll Random random) {
    List<FactChange> shuffled = new ArrayList<>(history);
    shuffled.addAll(history.subList(0, random.nextInt(history.size() + 1)));
    Collections.shuffle(shuffled, random);

    assertThat(fold(shuffled)).isEqualTo(fold(history));
  }

  @Property
  void theEntryTellsTheGreatestVersionAndItsFact(@ForAll("histories") List<FactChange> history) {
    FactChange newest =
        history.stream().max(Comparator.comparing(FactChange::version)).orElseThrow();

    FactRegister entry = fold(history);

    assertThat(entry.version()).isEqualTo(newest.version());
    assertThat(entry.fact()).isEqualTo(newest.fact());
    assertThat(entry.isTombstone()).isEqualTo(newest.isRemoval());
  }

  @Property
  void theEntryRemembersTheNewestRemovalAndTheNewestAlteration(
      @ForAll("histories") List<FactChange> history) {
    FactRegister entry = fold(history);

    assertThat(entry.removed())
        .isEqualTo(
            history.stream()
                .filter(FactChange::isRemoval)
                .map(FactChange::version)
                .max(Comparator.naturalOrder())
                .orElse(null));
    assertThat(entry.alteredAt())
        .isEqualTo(
            history.stream()
                .filter(change -> !change.noOp())
                .map(FactChange::version)
                .max(Comparator.naturalOrder())
                .orElse(null));
  }

  @Example
  void aSecondCopyIsADuplicateAndAnOlderChangeIsSuperseded() {
    FactChange newer = Changes.label(TAX, ValidationStatus.VALID, 20);
    FactRegister entry = LastWriterWins.fold(null, newer);

    assertThat(LastWriterWins.outcome(null, newer)).isEqualTo(ChangeOutcome.APPLIED);
    assertThat(LastWriterWins.outcome(entry, newer)).isEqualTo(ChangeOutcome.DUPLICATE);
    assertThat(LastWriterWins.outcome(entry, Changes.remove(TAX, 10)))
        .isEqualTo(ChangeOutcome.SUPERSEDED);
    assertThat(LastWriterWins.outcome(entry, Changes.remove(TAX, 30)))
        .isEqualTo(ChangeOutcome.APPLIED);
  }

  /** One change a version, as a table item has. */
  @Provide
  Arbitrary<List<FactChange>> histories() {
    return Arbitraries.integers()
        .between(1, 30)
        .flatMap(second -> Arbitraries.integers().between(0, 7).map(kind -> change(second, kind)))
        .list()
        .uniqueElements(FactChange::version)
        .ofMinSize(1)
        .ofMaxSize(8);
  }

  private static FactChange change(int second, int kind) {
    FactChange put = Changes.label(TAX, List.of(ValidationStatus.values()).get(kind % 5), second);
    return switch (kind) {
      case 5 -> Changes.remove(TAX, second);
      case 6 -> Changes.insert(TAX, second);
      case 7 -> Changes.noOp(put);
      default -> put;
    };
  }

  private static FactRegister fold(List<FactChange> changes) {
    FactRegister entry = null;
    for (FactChange change : changes) {
      entry = LastWriterWins.fold(entry, change);
    }
    return entry;
  }
}
