package io.chromasync.resolve.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.model.CollectionName;
import io.chromasync.model.DeltaStep;
import io.chromasync.model.Embedding;
import io.chromasync.model.EntityKey;
import io.chromasync.model.FactChange;
import io.chromasync.model.ItemChange;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.Mutation.Verb;
import io.chromasync.model.RecordKey;
import io.chromasync.model.RunDelta;
import io.chromasync.receipts.ReceiptFacts.ValidationStatus;
import io.chromasync.receipts.ReceiptKeys;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.resolve.Changes;
import io.chromasync.resolve.ResolverRun;
import io.chromasync.testing.Deltas;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResolverTest {

  private static final EntityKey RECEIPT = ReceiptKeys.receipt(1);
  private static final EntityKey LINE = ReceiptKeys.line(1, 2);
  private static final EntityKey WORD = ReceiptKeys.word(1, 2, 1);
  private static final EntityKey TAX = ReceiptKeys.label(1, 2, 1, "TAX");
  private static final RecordKey RECORD = ReceiptTree.word(Changes.IMAGE, 1, 2, 1);
  private static final RecordKey STRANGER = ReceiptTree.word(Changes.IMAGE, 1, 9, 9);

  private final ResolverRun run = new ResolverRun().holding(RECORD, STRANGER);

  @Test
  void aLabelOfAKnownWordIsShown() {
    run.apply(Changes.insert(WORD, 10));

    run.apply(Changes.label(TAX, ValidationStatus.VALID, 20));

    assertThat(run.records.get(RECORD.id()))
        .containsEntry("labels", MetadataValue.of(List.of("TAX=VALID")));
  }

  @Test
  void aLabelOfAWordThatWasNeverSeenIsHeldBack() {
    Resolution resolution = run.apply(Changes.label(TAX, ValidationStatus.VALID, 20));

    assertThat(resolution.outcome()).isEqualTo(ChangeOutcome.APPLIED);
    assertThat(run.mutations).isEmpty();
  }

  @Test
  void heldBackLabelsAreShownOnceTheWordIsKnown() {
    run.apply(Changes.label(TAX, ValidationStatus.VALID, 20));

    run.apply(Changes.insert(WORD, 10));

    assertThat(run.records.get(RECORD.id()))
        .containsEntry("labels", MetadataValue.of(List.of("TAX=VALID")));
  }

  @Test
  void aLateChangeDoesNotBringBackARemovedWord() {
    run.apply(Changes.insert(WORD, 10));
    run.apply(Changes.remove(WORD, 30));

    Resolution resolution = run.apply(Changes.label(TAX, ValidationStatus.VALID, 20));

    assertThat(resolution.outcome()).isEqualTo(ChangeOutcome.SUPPRESSED);
    assertThat(run.records).doesNotContainKey(RECORD.id());
    assertThat(run.mutations).last().extracting(m -> m.verb()).isEqualTo(Verb.DELETE);
  }

  @Test
  void aLateRemovalEndsTheRecordThatWasBeforeItAlsoWhenTheWordIsBack() {
    run.apply(Changes.insert(WORD, 30));
    run.mutations.clear();

    Resolution resolution = run.apply(Changes.remove(WORD, 20));

    assertThat(resolution.outcome()).isEqualTo(ChangeOutcome.SUPERSEDED);
    assertThat(run.mutations).extracting(m -> m.verb()).containsExactly(Verb.DELETE, Verb.UPDATE);
  }

  @Test
  void aReceiptPutAgainAloneShowsItsChildrenAgain() {
    run.apply(Changes.insert(RECEIPT, 1));
    run.apply(Changes.insert(WORD, 2));
    run.apply(Changes.label(TAX, ValidationStatus.VALID, 3));
    run.apply(Changes.remove(RECEIPT, 10));
    run.mutations.clear();

    run.apply(Changes.insert(RECEIPT, 20));

    assertThat(run.mutations)
        .singleElement()
        .satisfies(
            update -> {
              assertThat(update.verb()).isEqualTo(Verb.UPDATE);
              assertThat(update.metadata())
                  .containsEntry("labels", MetadataValue.of(List.of("TAX=VALID")));
            });
  }

  @Test
  void whatDoesNotChangeARecordIsNotWritten() {
    run.apply(Changes.insert(WORD, 10));
    run.mutations.clear();

    Resolution resolution = run.apply(Changes.modify(WORD, 20));

    assertThat(resolution.outcome()).isEqualTo(ChangeOutcome.APPLIED);
    assertThat(resolution.unchanged()).isEqualTo(1);
    assertThat(run.mutations).isEmpty();
  }

  @Test
  void removingAReceiptEndsWhatIsKnownAndWhatIsNot() {
    run.apply(Changes.insert(RECEIPT, 1));
    run.apply(Changes.insert(WORD, 2));
    run.mutations.clear();

    run.apply(Changes.remove(RECEIPT, 10));

    assertThat(run.mutations)
        .extracting(m -> m.verb() + " " + m.record().collection() + " " + m.record().id())
        .containsExactly(
            "DELETE_BY_FILTER words IMAGE#a#RECEIPT#00001",
            "DELETE_BY_FILTER lines IMAGE#a#RECEIPT#00001",
            "DELETE words IMAGE#a#RECEIPT#00001#LINE#00002#WORD#00001");
    assertThat(run.records).isEmpty();
  }

  @Test
  void removingALineEndsItsWords() {
    run.apply(Changes.remove(LINE, 10));

    assertThat(run.mutations)
        .extracting(m -> m.verb() + " " + m.record().id())
        .containsExactly("DELETE_BY_FILTER IMAGE#a#RECEIPT#00001#LINE#00002");
    assertThat(run.records).containsOnlyKeys(STRANGER.id());
  }

  @Test
  void everyRemovalOfAReceiptEndsWhatCameBackSinceTheLast() {
    run.apply(Changes.remove(RECEIPT, 10));
    run.apply(Changes.insert(RECEIPT, 20));
    run.holding(RECORD, STRANGER);

    run.apply(Changes.remove(RECEIPT, 30));

    assertThat(run.records).isEmpty();
  }

  @Test
  void aLateRemovalOfAReceiptThatIsBackEndsWhatWasBeforeIt() {
    run.apply(Changes.insert(RECEIPT, 20));

    run.apply(Changes.remove(RECEIPT, 10));

    assertThat(run.records).isEmpty();
  }

  @Test
  void aRecordThatIsFirstHeardOfIsNotEndedByARemovalThatSweptLongAgo() {
    run.apply(Changes.remove(RECEIPT, 10));
    run.apply(Changes.insert(RECEIPT, 20));
    run.holding(RECORD);

    run.apply(Changes.label(TAX, ValidationStatus.VALID, 500));

    assertThat(run.records).containsKey(RECORD.id());
  }

  @Test
  void aChangeOlderThanTheRetentionOfAnUnknownEntityIsTooLate() {
    Resolution resolution = run.apply(Changes.insert(WORD, 10), 11_000_000);

    assertThat(resolution.outcome()).isEqualTo(ChangeOutcome.TOO_LATE);
    assertThat(run.chunks.chunks).isEmpty();
  }

  @Test
  void aChangeOlderThanTheRetentionOfAKnownEntityIsJudgedByItsVersion() {
    run.apply(Changes.insert(WORD, 20));

    assertThat(run.apply(Changes.modify(WORD, 10), 11_000_000).outcome())
        .isEqualTo(ChangeOutcome.SUPERSEDED);
    assertThat(run.apply(Changes.modify(WORD, 30), 31_000_000).outcome())
        .isEqualTo(ChangeOutcome.APPLIED);
  }

  @Test
  void theStateOfADeadImageDisappears() {
    run.apply(Changes.insert(ReceiptKeys.image(), 1));
    run.apply(Changes.insert(RECEIPT, 1));
    run.apply(Changes.insert(LINE, 1));
    run.apply(Changes.insert(WORD, 1));
    run.apply(Changes.label(TAX, ValidationStatus.VALID, 1));
    run.apply(Changes.remove(ReceiptKeys.image(), 10));

    assertThat(run.expire(10_000_000)).as("not before its time").isZero();
    assertThat(run.chunks.chunks).isNotEmpty();
    assertThat(run.expire(10_000_001)).isEqualTo(1);
    assertThat(run.chunks.chunks).isEmpty();
  }

  @Test
  void whatARunToldOfADeadReceiptDisappears() {
    RunDelta delta =
        Deltas.delta(Changes.IMAGE, 1, "run", ReceiptTree.WORDS, "p", Changes.version(5), null);
    RecordKey record = ReceiptTree.word(Changes.IMAGE, 1, 2, 1);
    run.apply(Changes.insert(RECEIPT, 1));
    run.apply(Deltas.opens(delta, List.of()));
    run.apply(DeltaStep.brings(delta, new Embedding(record, new float[] {1}, null, Map.of())));
    run.apply(Changes.remove(RECEIPT, 10));

    run.expire(10_000_000);
    assertThat(run.chunks.chunks).as("not before its time").isNotEmpty();
    run.expire(10_000_001);

    assertThat(run.chunks.chunks).isEmpty();
    assertThat(run.vectors.vectors).isEmpty();
  }

  @Test
  void theStateOfAReceiptOfWhichEverythingIsRemovedDisappears() {
    run.apply(Changes.remove(LINE, 10));
    run.apply(Changes.remove(WORD, 20));

    assertThat(run.expire(15_000_000)).as("a word is remembered still").isZero();
    assertThat(run.expire(20_000_001)).isEqualTo(2);
    assertThat(run.chunks.chunks).isEmpty();
  }

  @Test
  void theRemovalOfAPartOfWhatIsAliveIsNotForgotten() {
    run.apply(Changes.insert(LINE, 1));
    run.apply(Changes.insert(WORD, 1));
    run.apply(Changes.remove(WORD, 20));
    run.apply(Changes.label(TAX, ValidationStatus.VALID, 30));
    run.mutations.clear();

    assertThat(run.expire(1_000_000_000)).isZero();
    run.apply(Changes.label(TAX, ValidationStatus.INVALID, 2_000));

    assertThat(run.mutations).as("its word stays removed").isEmpty();
  }

  @Test
  void expiryKeepsWhatChangedAfterTheRemovalAndDeletesNothing() {
    run.apply(Changes.insert(RECEIPT, 1));
    run.apply(Changes.insert(ReceiptKeys.word(1, 2, 2), 2));
    run.apply(Changes.remove(RECEIPT, 10));
    run.apply(Changes.insert(WORD, 20));
    run.mutations.clear();

    run.expire(15_000_000);
    run.apply(Changes.modify(WORD, 30));

    assertThat(run.chunks.chunks.get(LINE).entries()).containsOnlyKeys(WORD);
    assertThat(run.mutations).extracting(m -> m.verb()).containsExactly(Verb.UPDATE);
  }

  @Test
  void tombstonesAreCountedAsTheyComeAndGo() {
    assertThat(run.apply(Changes.remove(WORD, 10)).tombstones()).isEqualTo(1);
    assertThat(run.apply(Changes.remove(WORD, 20)).tombstones()).isZero();
    assertThat(run.apply(Changes.insert(WORD, 30)).tombstones()).isEqualTo(-1);
    assertThat(run.apply(Changes.remove(WORD, 25)).tombstones()).isZero();
  }

  @Test
  void theStateOfARemovedReceiptDisappearsThoughARunCameAfterItsRemoval() {
    run.apply(Changes.insert(RECEIPT, 1));
    run.apply(Changes.remove(RECEIPT, 10));
    bring(20, RECORD);

    run.expire(10_000_001);
    assertThat(run.vectors.vectors).isEmpty();
    run.expire(20_000_001);

    assertThat(run.chunks.chunks).isEmpty();
  }

  @Test
  void aVectorThatWaitsDoesNotOutliveTheRemovalThatHidesIt() {
    run.apply(Changes.insert(RECEIPT, 1));
    run.apply(Changes.remove(RECEIPT, 10));
    run.apply(Changes.insert(WORD, 15));
    bring(20, RECORD);
    run.mutations.clear();

    run.expire(10_000_001);
    run.apply(Changes.label(TAX, ValidationStatus.VALID, 30));

    assertThat(run.records).doesNotContainKey(RECORD.id());
    assertThat(run.mutations).extracting(m -> m.verb()).containsOnly(Verb.UPDATE);
  }

  @Test
  void whatIsShownIsNotForgottenWithARemovalBeforeIt() {
    run.apply(Changes.remove(WORD, 10));
    bring(20, ReceiptTree.word(Changes.IMAGE, 1, 2, 2));

    run.expire(30_000_000);
    run.apply(Changes.remove(RECEIPT, 40));

    assertThat(run.records).isEmpty();
    assertThat(run.vectors.vectors).isEmpty();
  }

  @Test
  void aRecordWhoseVectorIsLostStillFollowsItsLabels() {
    run.apply(Changes.insert(WORD, 10));
    bring(20, RECORD);
    run.apply(Changes.remove(WORD, 15));
    run.vectors.vectors.clear();

    assertThat(run.apply(Changes.insert(WORD, 30)).missing()).isEqualTo(1);
    run.holding(RECORD);
    assertThat(run.apply(Changes.label(TAX, ValidationStatus.VALID, 40)).missing()).isZero();

    assertThat(run.records.get(RECORD.id()))
        .containsEntry("labels", MetadataValue.of(List.of("TAX=VALID")));
  }

  @Test
  void theRunOfALostVectorBringsItAgain() {
    bring(20, RECORD);
    run.apply(Changes.remove(WORD, 15));
    run.vectors.vectors.clear();
    run.apply(Changes.insert(WORD, 30));

    bring(20, RECORD);

    assertThat(run.records.get(RECORD.id())).containsEntry("vector", MetadataValue.of(20f));
  }

  @Test
  void anOlderRunDoesNotStandInForALostVector() {
    bring(20, RECORD);
    run.apply(Changes.remove(WORD, 5));
    run.vectors.vectors.clear();
    run.apply(Changes.insert(WORD, 30));
    run.mutations.clear();

    bring(10, RECORD);

    assertThat(run.mutations).isEmpty();
  }

  @Test
  void whatIsRedrivenIsWrittenAgainThoughItWasThereAlready() {
    run.apply(Changes.insert(WORD, 10));
    FactChange change = Changes.label(TAX, ValidationStatus.VALID, 20);
    run.apply(change);
    run.records.get(RECORD.id()).clear();

    Resolution resolution = run.apply(Changes.redriven(change));

    assertThat(resolution.outcome()).isEqualTo(ChangeOutcome.DUPLICATE);
    assertThat(run.records.get(RECORD.id()))
        .containsEntry("labels", MetadataValue.of(List.of("TAX=VALID")));
  }

  @Test
  void anOldChangeThatIsRedrivenWritesWhatIsNewest() {
    run.apply(Changes.insert(WORD, 10));
    FactChange old = Changes.label(TAX, ValidationStatus.VALID, 20);
    run.apply(old);
    run.apply(Changes.label(TAX, ValidationStatus.INVALID, 30));
    run.records.get(RECORD.id()).clear();

    assertThat(run.apply(Changes.redriven(old)).outcome()).isEqualTo(ChangeOutcome.SUPERSEDED);
    assertThat(run.records.get(RECORD.id()))
        .containsEntry("labels", MetadataValue.of(List.of("TAX=INVALID")));
  }

  @Test
  void aRemovalThatIsRedrivenEndsNothingThatIsBack() {
    FactChange removal = Changes.remove(RECEIPT, 10);
    run.apply(removal);
    run.holding(RECORD);
    run.apply(Changes.redriven(removal));
    assertThat(run.records).as("while it holds it is carried out again").isEmpty();

    run.apply(Changes.insert(RECEIPT, 20));
    run.holding(RECORD);
    run.apply(Changes.redriven(removal));

    assertThat(run.records).containsKey(RECORD.id());
  }

  @Test
  void aVectorThatIsRedrivenIsWrittenAgainUnlessThereIsANewerOne() {
    bring(20, RECORD);
    run.records.remove(RECORD.id());
    redrive(20, RECORD);
    assertThat(run.records.get(RECORD.id())).containsEntry("vector", MetadataValue.of(20f));

    bring(30, RECORD);
    redrive(20, RECORD);

    assertThat(run.records.get(RECORD.id())).containsEntry("vector", MetadataValue.of(30f));
  }

  private void redrive(int second, RecordKey record) {
    RunDelta delta = delta(record.collection(), second, Changes.redriven(second));
    run.apply(Deltas.opens(delta, List.of()));
    run.apply(DeltaStep.brings(delta, new Embedding(record, new float[] {second}, null, Map.of())));
  }

  private void bring(int second, RecordKey record) {
    RunDelta delta = delta(record.collection(), second);
    run.apply(Deltas.opens(delta, List.of()));
    run.apply(DeltaStep.brings(delta, new Embedding(record, new float[] {second}, null, Map.of())));
  }

  private static RunDelta delta(CollectionName collection, int second) {
    return delta(collection, second, null);
  }

  private static RunDelta delta(CollectionName collection, int second, ItemChange source) {
    return Deltas.delta(
        Changes.IMAGE, 1, "run" + second, collection, "p", Changes.version(second), source);
  }
}
