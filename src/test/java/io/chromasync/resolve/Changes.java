package io.chromasync.resolve;

import io.chromasync.model.EntityKey;
import io.chromasync.model.Fact;
import io.chromasync.model.FactChange;
import io.chromasync.model.ItemChange;
import io.chromasync.model.ItemChange.Operation;
import io.chromasync.model.SnapshotFacts;
import io.chromasync.model.Version;
import io.chromasync.receipts.ReceiptFacts;
import io.chromasync.receipts.ReceiptFacts.ValidationStatus;
import io.chromasync.receipts.ReceiptKeys;
import java.util.List;
import java.util.stream.Stream;

/** Changes of one image as tests write them; the second is the version. */
public final class Changes {

  public static final String IMAGE = "a";

  private Changes() {}

  public static FactChange insert(EntityKey entity, int second) {
    return change(entity, Fact.exists(), second, true);
  }

  public static FactChange modify(EntityKey entity, int second) {
    return change(entity, Fact.exists(), second, false);
  }

  public static FactChange label(EntityKey label, ValidationStatus status, int second) {
    return change(label, labelFact(status), second, false);
  }

  static Fact labelFact(ValidationStatus status) {
    return new ReceiptFacts.Label(status, "2026-03-02T18:06:40+00:00", null).fact();
  }

  public static FactChange remove(EntityKey entity, int second) {
    return change(entity, null, second, false);
  }

  /** A reading of the whole image that lists these entities, and no labels but valid ones. */
  public static SnapshotFacts read(int second, EntityKey... entities) {
    Version asOf = new Version(second * 1_000_000L, "");
    List<FactChange> facts =
        Stream.of(entities)
            .map(
                entity ->
                    new FactChange(
                        IMAGE,
                        entity,
                        entity.kind() == ReceiptKeys.LABEL
                            ? labelFact(ValidationStatus.VALID)
                            : Fact.exists(),
                        asOf,
                        false,
                        true,
                        null))
            .toList();
    return new SnapshotFacts(IMAGE, asOf, facts, List.of(), true, false);
  }

  public static FactChange noOp(FactChange change) {
    return new FactChange(
        change.partition(),
        change.entity(),
        change.fact(),
        change.version(),
        change.inserted(),
        true,
        null);
  }

  /** The change as it comes when it is sent again from a dead letter. */
  public static FactChange redriven(FactChange change) {
    return new FactChange(
        change.partition(),
        change.entity(),
        change.fact(),
        change.version(),
        change.inserted(),
        change.noOp(),
        redriven((int) (change.version().micros() / 1_000_000)));
  }

  public static ItemChange redriven(int second) {
    return new ItemChange(
        Operation.MODIFY, "IMAGE#a", "SK", null, null, version(second), "test", true);
  }

  public static Version version(int second) {
    return new Version(second * 1_000_000L, "100" + second);
  }

  private static FactChange change(EntityKey entity, Fact fact, int second, boolean inserted) {
    return new FactChange(IMAGE, entity, fact, version(second), inserted, false, null);
  }
}
