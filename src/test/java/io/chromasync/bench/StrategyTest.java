package io.chromasync.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.bench.RecordChange.Kind;
import io.chromasync.bench.RecordChange.Shown;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.Mutation;
import io.chromasync.model.RecordKey;
import io.chromasync.model.Version;
import io.chromasync.receipts.ReceiptFacts.ValidationStatus;
import io.chromasync.receipts.ReceiptTree;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class StrategyTest {

  private static final Version VERSION = new Version(1, "1");

  @Test
  void wrongRecordsAreResurrectedLostOrStale() {
    Map<String, Integer> expected = Map.of("right", 1, "stale", 2, "lost", 3);
    Map<String, Integer> found = Map.of("right", 1, "stale", 1, "ghost", 4, "other ghost", 5);

    WrongRecords wrong = WrongRecords.of(expected, found);

    assertThat(wrong).isEqualTo(new WrongRecords(2, 1, 1));
    assertThat(wrong.plus(wrong).all()).isEqualTo(8);
    assertThat(WrongRecords.of(expected, expected).all()).isZero();
  }

  @Test
  void theSameSeedGivesTheSameHistory() {
    assertThat(ChangeHistory.of(3, 4, 5, 500)).isEqualTo(ChangeHistory.of(3, 4, 5, 500));
    assertThat(ChangeHistory.of(3, 4, 5, 500)).isNotEqualTo(ChangeHistory.of(4, 4, 5, 500));
  }

  @Test
  void aHistoryIsOutOfOrderAndPartlyDuplicated() {
    List<RecordChange> arrivals = ChangeHistory.of(1, 4, 5, 500).arrivals();

    assertThat(arrivals).isNotEqualTo(inOrder(arrivals));
    assertThat(new HashSet<>(arrivals)).hasSize(500).hasSizeLessThan(arrivals.size());
    assertThat(arrivals).extracting(RecordChange::kind).contains(Kind.values());
  }

  /** In the order of versions the last change of each word says how it ends. */
  @Test
  void aHistoryEndsAsItsVersionsSay() {
    ChangeHistory history = ChangeHistory.of(2, 4, 5, 500);
    Map<Long, Shown> end = new HashMap<>();
    for (long image = 0; image < 4; image++) {
      for (long word = 0; word < 5; word++) {
        end.put(image << 32 | word, new Shown("auto_suggested", 0));
      }
    }
    for (RecordChange change : inOrder(history.arrivals())) {
      if (change.kind() == Kind.DELETED) {
        end.remove(change.key());
      } else {
        end.put(change.key(), change.shown());
      }
    }

    assertThat(history.end()).isEqualTo(end);
  }

  @Test
  void batchesHoldAllChangesInTheirOrder() {
    List<RecordChange> arrivals = ChangeHistory.of(1, 4, 5, 95).arrivals();

    assertThat(Strategy.batches(arrivals, 10))
        .allSatisfy(batch -> assertThat(batch).hasSizeLessThanOrEqualTo(10))
        .flatMap(batch -> batch)
        .isEqualTo(arrivals);
  }

  @Test
  void aStatusOfALabelIsThatOfItsRecord() {
    assertThat(change(ValidationStatus.VALID).labelStatus()).isEqualTo("validated");
    assertThat(change(ValidationStatus.INVALID).labelStatus()).isEqualTo("unvalidated");
    assertThat(change(ValidationStatus.PENDING).labelStatus()).isEqualTo("auto_suggested");
  }

  @Test
  void requestsAreCutBySizeAndByVerb() {
    List<Mutation> mutations = List.of(update(1), update(2), update(3), delete(4), update(5));

    assertThat(PlainRequest.cut(mutations, 2))
        .extracting(PlainRequest::verb)
        .containsExactly("update", "update", "delete", "update");
  }

  @Test
  void aRequestHasAColumnForEachPart() {
    Map<String, MetadataValue> metadata = new TreeMap<>();
    metadata.put("flag", MetadataValue.of(true));
    metadata.put("gone", MetadataValue.removed());
    metadata.put("text", MetadataValue.of("a \"b\""));
    Mutation upsert = Mutation.upsert(word(1), new float[] {1}, "document", metadata, VERSION);

    assertThat(new String(PlainRequest.of(List.of(upsert)).body(), StandardCharsets.UTF_8))
        .isEqualTo(
            "{\"ids\":[\"IMAGE#a#RECEIPT#00001#LINE#00001#WORD#00001\"],"
                + "\"embeddings\":[\"AACAPw==\"],\"documents\":[\"document\"],"
                + "\"metadatas\":[{\"flag\":true,\"gone\":null,\"text\":\"a \\\"b\\\"\"}]}");
    assertThat(new String(PlainRequest.of(List.of(delete(1))).body(), StandardCharsets.UTF_8))
        .isEqualTo("{\"ids\":[\"IMAGE#a#RECEIPT#00001#LINE#00001#WORD#00001\"]}");
  }

  private static List<RecordChange> inOrder(List<RecordChange> arrivals) {
    return arrivals.stream().sorted(Comparator.comparingInt(RecordChange::version)).toList();
  }

  private static RecordChange change(ValidationStatus status) {
    return new RecordChange(Kind.LABELLED, 1, 0, 0, status, 0, true);
  }

  private static Mutation update(int word) {
    return Mutation.update(word(word), Map.of(), VERSION);
  }

  private static Mutation delete(int word) {
    return Mutation.delete(word(word), VERSION);
  }

  private static RecordKey word(int word) {
    return ReceiptTree.word("a", 1, 1, word);
  }
}
