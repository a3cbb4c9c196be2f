package io.chromasync.chroma;

import static io.chromasync.chroma.Mutations.delete;
import static io.chromasync.chroma.Mutations.sweep;
import static io.chromasync.chroma.Mutations.update;
import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.chroma.CloudLimits.Cut;
import io.chromasync.chroma.CloudLimits.Fitted;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.Mutation;
import io.chromasync.model.Mutation.Verb;
import io.chromasync.model.RecordKey;
import io.chromasync.model.Version;
import io.chromasync.receipts.ReceiptKeys;
import io.chromasync.receipts.ReceiptTree;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CloudLimitsTest {

  private static final Cut NOTHING = new Cut(0, 0, 0, 0);
  private static final Version VERSION = new Version(1, "1");

  @ParameterizedTest
  @CsvSource({"k, 36, true", "k, 37, false", "ü, 18, true", "ü, 19, false", "😀, 9, true"})
  void aKeyIsKeptUpTo36Bytes(String character, int times, boolean kept) {
    String key = character.repeat(times);

    Fitted fitted = CloudLimits.fit(update(1, key, "value"));

    assertThat(fitted.mutations()).hasSize(kept ? 1 : 0);
    assertThat(fitted.cut()).isEqualTo(kept ? NOTHING : new Cut(1, 0, 0, 0));
  }

  @Test
  void aKeyThatIsTooLongTakesNoOtherAlong() {
    Map<String, MetadataValue> metadata =
        Map.of("short", MetadataValue.of(1), "k".repeat(37), MetadataValue.of("x".repeat(9_000)));

    Fitted fitted = CloudLimits.fit(Mutation.update(word(1), metadata, VERSION));

    assertThat(fitted.mutations())
        .containsExactly(Mutation.update(word(1), Map.of("short", MetadataValue.of(1)), VERSION));
    assertThat(fitted.cut()).isEqualTo(new Cut(1, 0, 0, 0));
  }

  @Test
  void toNotRemoveAKeyThatNoRecordCanHaveLosesNothing() {
    Fitted fitted = CloudLimits.fit(update(1, "k".repeat(37), null));

    assertThat(fitted.mutations()).isEmpty();
    assertThat(fitted.cut()).isEqualTo(NOTHING);
  }

  @ParameterizedTest
  @CsvSource({
    "x, 8182, 8182",
    "x, 8183, 8182",
    "ü, 4091, 4091",
    "ü, 4092, 4091",
    "€, 2728, 2727",
    "😀, 2045, 2045",
    "😀, 2046, 2045",
  })
  void aTextIsCutAfterAWholeCharacter(String character, int given, int kept) {
    Fitted fitted = CloudLimits.fit(update(1, "text", character.repeat(given)));

    assertThat(fitted.mutations())
        .extracting(each -> each.metadata().get("text"))
        .containsExactly(MetadataValue.of(character.repeat(kept)));
    assertThat(fitted.cut().values()).isEqualTo(given == kept ? 0 : 1);
  }

  @Test
  void aListLosesItsLastItemsUntilItFits() {
    String half = "x".repeat(4_091);

    Fitted exact = CloudLimits.fit(list(half, half));
    Fitted larger = CloudLimits.fit(list(half, half, "y"));

    assertThat(exact.cut()).isEqualTo(NOTHING);
    assertThat(larger.cut()).isEqualTo(new Cut(0, 1, 0, 0));
    assertThat(larger.mutations()).isEqualTo(exact.mutations());
  }

  @Test
  void aListWhoseFirstItemIsTooLongIsRemoved() {
    Fitted fitted = CloudLimits.fit(list("x".repeat(8_183), "y"));

    assertThat(fitted.mutations()).containsExactly(update(1, "list", null));
    assertThat(fitted.cut()).isEqualTo(new Cut(0, 1, 0, 0));
  }

  @ParameterizedTest
  @CsvSource({"x, 16384, 16384", "x, 16385, 16384", "ü, 8193, 8192", "€, 5462, 5461"})
  void aDocumentIsCutAfterAWholeCharacter(String character, int given, int kept) {
    float[] vector = {1};
    Mutation upsert = Mutation.upsert(word(1), vector, character.repeat(given), Map.of(), VERSION);

    Fitted fitted = CloudLimits.fit(upsert);

    assertThat(fitted.mutations())
        .containsExactly(
            Mutation.upsert(word(1), vector, character.repeat(kept), Map.of(), VERSION));
    assertThat(fitted.cut().documents()).isEqualTo(given == kept ? 0 : 1);
  }

  @ParameterizedTest
  @CsvSource({"0, true", "1, false"})
  void aRecordIsWrittenIfItsIdHasUpTo128Bytes(int beyond, boolean written) {
    int others = word("").id().length();
    RecordKey record = word("i".repeat(128 - others + beyond));

    List<Fitted> fitted =
        List.of(
            CloudLimits.fit(Mutation.delete(record, VERSION)),
            CloudLimits.fit(Mutation.update(record, Map.of("a", MetadataValue.of(1)), VERSION)),
            CloudLimits.fit(Mutation.upsert(record, new float[] {1}, "d", Map.of(), VERSION)));

    assertThat(fitted).allMatch(each -> each.mutations().size() == (written ? 1 : 0));
    assertThat(fitted)
        .extracting(Fitted::cut)
        .containsOnly(written ? NOTHING : new Cut(0, 0, 0, 1));
  }

  @Test
  void thirtyTwoKeysGoTogetherWhateverTheyDo() {
    Mutation update = Mutation.update(word(1), metadata(20, 12), VERSION);

    assertThat(CloudLimits.fit(update)).isEqualTo(new Fitted(List.of(update), NOTHING));
  }

  @Test
  void furtherKeysFollowInUpdatesValuesFirst() {
    float[] vector = {1};
    Mutation upsert = Mutation.upsert(word(1), vector, "doc", metadata(40, 30), VERSION);

    List<Mutation> fitted = CloudLimits.fit(upsert).mutations();

    assertThat(fitted)
        .extracting(Mutation::verb)
        .containsExactly(Verb.UPSERT, Verb.UPDATE, Verb.UPDATE);
    assertThat(fitted).extracting(Mutation::record).containsOnly(word(1));
    assertThat(fitted.get(0).embedding()).isEqualTo(vector);
    assertThat(fitted.get(0).document()).isEqualTo("doc");
    assertThat(fitted.get(0).metadata().values()).hasSize(32).noneMatch(MetadataValue::isRemoved);
    assertThat(fitted.get(1).metadata()).hasSize(32);
    assertThat(fitted.get(2).metadata().values()).hasSize(6).allMatch(MetadataValue::isRemoved);
    Map<String, MetadataValue> together = new HashMap<>();
    fitted.forEach(each -> together.putAll(each.metadata()));
    assertThat(together).isEqualTo(upsert.metadata());
  }

  @Test
  void anUpsertWithoutMetadataAndADeleteAndASweepGoAsTheyAre() {
    Mutation upsert = Mutation.upsert(word(1), new float[] {1}, null, Map.of(), VERSION);
    Mutation sweep = sweep(ReceiptTree.below(ReceiptTree.WORDS, "img", ReceiptKeys.image()));

    for (Mutation mutation : List.of(upsert, delete(1), sweep)) {
      assertThat(CloudLimits.fit(mutation).mutations()).containsExactly(mutation);
    }
  }

  private static Mutation list(String... items) {
    return Mutation.update(
        word(1), Map.of("list", MetadataValue.of(Arrays.asList(items))), versionOfMutations());
  }

  private static Version versionOfMutations() {
    return delete(1).version();
  }

  private static RecordKey word(String image) {
    return ReceiptTree.word(image, 1, 2, 3);
  }

  private static RecordKey word(int number) {
    return Mutations.word(number);
  }

  private static Map<String, MetadataValue> metadata(int values, int removals) {
    Map<String, MetadataValue> metadata = new HashMap<>();
    for (int i = 0; i < values; i++) {
      metadata.put("value-" + i, MetadataValue.of(i));
    }
    for (int i = 0; i < removals; i++) {
      metadata.put("removal-" + i, MetadataValue.removed());
    }
    return metadata;
  }
}
