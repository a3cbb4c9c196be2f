package io.chromasync.chroma.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chromasync.model.ItemChange;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.Mutation;
import io.chromasync.model.Mutation.Verb;
import io.chromasync.model.RecordKey;
import io.chromasync.model.Version;
import io.chromasync.receipts.ReceiptKeys;
import io.chromasync.receipts.ReceiptTree;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PendingWriteTest {

  private static final RecordKey WORD = ReceiptTree.word("img", 1, 2, 3);
  private static final float[] OLD_VECTOR = {1};
  private static final float[] NEW_VECTOR = {2};

  @Test
  void aDeleteReplacesEverything() {
    assertThat(pending(update(1, "a"), upsert(2, OLD_VECTOR, "b"), delete(3)).mutations())
        .containsExactly(delete(3));
  }

  @Test
  void anUpdateOfADeletedRecordIsDropped() {
    assertThat(pending(delete(1), update(2, "a")).mutations()).containsExactly(delete(1));
  }

  @Test
  void anUpsertOfADeletedRecordStartsFromNothing() {
    Mutation upsert = upsert(2, OLD_VECTOR, "a");

    assertThat(pending(delete(1), upsert).mutations()).containsExactly(delete(1), upsert);
  }

  @Test
  void anUpdateIsMergedIntoAPendingUpsert() {
    Mutation merged = pending(upsert(1, OLD_VECTOR, "a"), update(2, "b")).upsert();

    assertThat(merged.verb()).isEqualTo(Verb.UPSERT);
    assertThat(merged.embedding()).isEqualTo(OLD_VECTOR);
    assertThat(merged.document()).isEqualTo("document 1");
    assertThat(merged.metadata())
        .isEqualTo(Map.of("a", MetadataValue.of(1), "b", MetadataValue.of(2)));
    assertThat(merged.version()).as("that of the vector, so of its run").isEqualTo(version(1));
  }

  @Test
  void ofMergedMutationsTheNewestKnownSourceIsKept() {
    ItemChange older = change("older");
    ItemChange newer = change("newer");

    assertThat(pending(update(1, "a").causedBy(older), update(2, "b").causedBy(newer)).before())
        .extracting(Mutation::source)
        .isEqualTo(newer);
    assertThat(pending(update(1, "a").causedBy(older), update(2, "b")).before().source())
        .isEqualTo(older);
  }

  @Test
  void ofEachKeyTheNewerUpdateWins() {
    Mutation older =
        Mutation.update(
            WORD, Map.of("a", MetadataValue.of(1), "b", MetadataValue.of(1)), version(1));
    Mutation newer =
        Mutation.update(
            WORD, Map.of("b", MetadataValue.removed(), "c", MetadataValue.of(2)), version(2));

    assertThat(pending(older, newer).before().metadata())
        .isEqualTo(
            Map.of(
                "a", MetadataValue.of(1), "b", MetadataValue.removed(), "c", MetadataValue.of(2)));
  }

  @Test
  void anUpsertDoesNotTakeOverTheKeysOfAnUpdateThatMayHaveFoundNoRecord() {
    Mutation update = update(1, "a");
    Mutation upsert = upsert(2, OLD_VECTOR, "b");

    assertThat(pending(update, upsert).mutations()).containsExactly(update, upsert);
  }

  @Test
  void aNewerUpsertBringsItsVectorAndKeepsKeysItDoesNotName() {
    Mutation merged = pending(upsert(1, OLD_VECTOR, "a"), upsert(2, NEW_VECTOR, "b")).upsert();

    assertThat(merged.embedding()).isEqualTo(NEW_VECTOR);
    assertThat(merged.document()).isEqualTo("document 2");
    assertThat(merged.metadata())
        .isEqualTo(Map.of("a", MetadataValue.of(1), "b", MetadataValue.of(2)));
  }

  @Test
  void aSweepLeavesADeleteAndNothingElse() {
    assertThat(pending(delete(1), upsert(2, OLD_VECTOR, "a")).afterDeleteByFilter().mutations())
        .containsExactly(delete(1));
    assertThat(pending(update(1, "a"), upsert(2, OLD_VECTOR, "a")).afterDeleteByFilter()).isNull();
    assertThat(pending(upsert(1, OLD_VECTOR, "a")).afterDeleteByFilter()).isNull();
  }

  @Test
  void aSweepIsNotOfOneRecord() {
    Mutation sweep =
        Mutation.deleteByFilter(
            ReceiptTree.below(ReceiptTree.WORDS, "img", ReceiptKeys.image()), version(2));

    assertThatThrownBy(() -> pending(delete(1)).then(sweep))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static PendingWrite pending(Mutation first, Mutation... more) {
    PendingWrite pending = PendingWrite.of(first);
    for (Mutation next : more) {
      pending = pending.then(next);
    }
    return pending;
  }

  private static ItemChange change(String origin) {
    return new ItemChange(ItemChange.Operation.MODIFY, "pk", "sk", null, null, version(1), origin);
  }

  private static Mutation delete(int version) {
    return Mutation.delete(WORD, version(version));
  }

  private static Mutation update(int version, String key) {
    return Mutation.update(WORD, Map.of(key, MetadataValue.of(version)), version(version));
  }

  private static Mutation upsert(int version, float[] vector, String key) {
    Map<String, MetadataValue> metadata = Map.of(key, MetadataValue.of(version));
    return Mutation.upsert(WORD, vector, "document " + version, metadata, version(version));
  }

  private static Version version(int number) {
    return new Version(number * 1_000_000L, "" + number);
  }
}
