package io.chromasync.chroma.delivery;

import static io.chromasync.chroma.Mutations.delete;
import static io.chromasync.chroma.Mutations.sweep;
import static io.chromasync.chroma.Mutations.update;
import static io.chromasync.chroma.Mutations.upsert;
import static io.chromasync.chroma.Mutations.word;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chromasync.chroma.Mutations;
import io.chromasync.chroma.Requests;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.Mutation;
import io.chromasync.model.Mutation.Verb;
import io.chromasync.model.Version;
import io.chromasync.receipts.ReceiptKeys;
import io.chromasync.receipts.ReceiptTree;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RequestCutterTest {

  private static final String WORD = "IMAGE#img#RECEIPT#00001#LINE#00002#WORD#0000";

  @Test
  void mutationsOfOneVerbGoTogetherInTheirOrder() {
    List<WriteRequest> requests =
        cut(100, 1 << 20, delete(1), delete(2), update(3, "a", 1), upsert(2, 1), upsert(4, 1));

    assertThat(requests)
        .extracting(request -> request.group().verb())
        .containsExactly(Verb.DELETE, Verb.UPDATE, Verb.UPSERT);
    assertThat(requests).extracting(request -> request.group().size()).containsExactly(2, 1, 2);
    assertThat(requests).extracting(WriteRequest::operation).contains("delete", "update", "upsert");
  }

  @Test
  void noRequestHasMoreRecordsThanTheLimit() {
    Mutation[] seven = IntStream.range(0, 7).mapToObj(Mutations::delete).toArray(Mutation[]::new);

    assertThat(cut(3, 1 << 20, seven))
        .extracting(request -> request.group().size())
        .containsExactly(3, 3, 1);
  }

  @Test
  void noRequestHasMoreBytesThanTheLimitUnlessOneRecordAloneHas() {
    List<WriteRequest> requests =
        cut(100, 500, sized(1, 100), sized(2, 100), sized(3, 100), sized(4, 5_000), sized(5, 100));

    assertThat(requests).extracting(request -> request.group().size()).containsExactly(2, 1, 1, 1);
    assertThat(requests)
        .allMatch(request -> request.group().size() == 1 || request.body().length <= 500);
  }

  @Test
  void theSameMutationsGiveTheSameBytes() {
    Map<String, MetadataValue> metadata = new LinkedHashMap<>();
    metadata.put("z", MetadataValue.of("ß\""));
    metadata.put("a", MetadataValue.of(1));
    metadata.put("m", MetadataValue.of(0.5));
    metadata.put("k", MetadataValue.of(true));
    metadata.put("gone", MetadataValue.removed());
    metadata.put("list", MetadataValue.of(List.of("A", "B")));
    metadata.put("chroma:document", MetadataValue.of("would overwrite the document"));
    Mutation update = Mutation.update(word(1), metadata, new Version(1, "1"));

    assertThat(body(update))
        .isEqualTo(
            "{\"ids\":[\"%s1\"],\"metadatas\":[{\"a\":1,\"gone\":null,\"k\":true,\"list\":[\"A\",\"B\"],\"m\":0.5,\"z\":\"ß\\\"\"}]}"
                .formatted(WORD));
  }

  @Test
  void vectorsTravelAsBase64OrAsNumbers() {
    Mutation upsert =
        Mutation.upsert(word(1), new float[] {1, -0.5f}, "doc", Map.of(), new Version(1, "1"));

    assertThat(body(upsert))
        .isEqualTo(
            "{\"ids\":[\"%s1\"],\"embeddings\":[\"AACAPwAAAL8=\"],\"documents\":[\"doc\"],\"metadatas\":[{}]}"
                .formatted(WORD));
    RequestCutter numbers = new RequestCutter(1 << 20, new ColumnJson(false));
    assertThat(Requests.of(List.of(upsert), numbers, 9))
        .extracting(request -> new String(request.body(), UTF_8))
        .first()
        .asString()
        .contains("\"embeddings\":[[1.0,-0.5]]");
  }

  @Test
  void aSweepAsksByMetadataAndInBothFormsOfAReceiptId() {
    assertThat(body(sweep(ReceiptTree.below(ReceiptTree.WORDS, "img", ReceiptKeys.image()))))
        .isEqualTo("{\"where\":{\"image_id\":{\"$eq\":\"img\"}}}");
    assertThat(body(sweep(ReceiptTree.below(ReceiptTree.WORDS, "img", ReceiptKeys.line(1, 7)))))
        .isEqualTo(
            "{\"where\":{\"$and\":[{\"image_id\":{\"$eq\":\"img\"}},"
                + "{\"$or\":[{\"receipt_id\":{\"$eq\":1}},{\"receipt_id\":{\"$eq\":\"1\"}}]},"
                + "{\"line_id\":{\"$eq\":7}}]}}");
  }

  @Test
  void aSweepOfWordsSparesThemLineByLine() {
    Mutation sweep =
        sweep(
            ReceiptTree.below(ReceiptTree.WORDS, "img", ReceiptKeys.receipt(1)),
            ReceiptTree.word("img", 1, 7, 2),
            ReceiptTree.word("img", 1, 7, 1),
            ReceiptTree.word("img", 1, 8, 3),
            ReceiptTree.word("img", 1, 9, 1),
            ReceiptTree.word("img", 1, 9, 2));

    assertThat(wheres(sweep))
        .containsExactly(
            in("{'line_id':{'$nin':[7,8,9]}}"),
            in("{'line_id':{'$in':[7,9]}},{'word_id':{'$nin':[1,2]}}"),
            in("{'line_id':{'$in':[8]}},{'word_id':{'$nin':[3]}}"));
  }

  @Test
  void aSweepOfRowsSparesThemByTheirLine() {
    assertThat(
            wheres(
                sweep(
                    ReceiptTree.below(ReceiptTree.LINES, "img", ReceiptKeys.receipt(1)),
                    ReceiptTree.row("img", 1, 8),
                    ReceiptTree.row("img", 1, 7))))
        .containsExactly(in("{'line_id':{'$nin':[7,8]}}"));
  }

  @Test
  void aSweepOfALineSparesWordsOfIt() {
    assertThat(
            wheres(
                sweep(
                    ReceiptTree.below(ReceiptTree.WORDS, "img", ReceiptKeys.line(1, 7)),
                    ReceiptTree.word("img", 1, 7, 2))))
        .containsExactly(in("{'line_id':{'$eq':7}},{'word_id':{'$nin':[2]}}"));
  }

  @Test
  void aSweepOfAnImageSparesReceiptByReceiptInBothFormsOfTheirIds() {
    assertThat(
            wheres(
                sweep(
                    ReceiptTree.below(ReceiptTree.LINES, "img", ReceiptKeys.image()),
                    ReceiptTree.row("img", 2, 8),
                    ReceiptTree.row("img", 1, 7))))
        .containsExactly(
            where(
                "{'$and':[{'image_id':{'$eq':'img'}},"
                    + "{'receipt_id':{'$nin':[1,2]}},{'receipt_id':{'$nin':['1','2']}}]}"),
            in("{'line_id':{'$nin':[7]}}"),
            in("{'line_id':{'$nin':[8]}}").replace(":1}", ":2}").replace("\"1\"", "\"2\""));
  }

  @Test
  void aSweepThatSparesItsOnlyRowAsksForNothing() {
    assertThat(
            wheres(
                sweep(
                    ReceiptTree.below(ReceiptTree.LINES, "img", ReceiptKeys.line(1, 7)),
                    ReceiptTree.row("img", 1, 7))))
        .isEmpty();
  }

  @Test
  void whatJsonCannotHoldIsUnwritable() {
    assertThatThrownBy(() -> first(update(1, "confidence", Double.NaN)))
        .isInstanceOf(Unwritable.class)
        .hasMessage("metadata 'confidence' must be a finite number but is NaN");
  }

  @Test
  void whatIsBeforeAnUnwritableMutationGoesWithoutIt() throws Exception {
    Mutation[] three = {update(1, "a", 1), update(2, "a", 1), update(3, "a", Double.NaN)};

    assertThat(first(three).group().size()).isEqualTo(2);
  }

  private static Mutation sized(int word, int characters) {
    return update(word, "a", "x".repeat(characters));
  }

  private static List<String> wheres(Mutation sweep) {
    return cut(100, 1 << 20, sweep).stream()
        .map(request -> new String(request.body(), UTF_8))
        .toList();
  }

  /** The body with a filter below receipt 1 and these conditions. */
  private static String in(String conditions) {
    return where(
        "{'$and':[{'image_id':{'$eq':'img'}},{'$or':[{'receipt_id':{'$eq':1}},{'receipt_id':{'$eq':'1'}}]},"
            + conditions
            + "]}");
  }

  private static String where(String filter) {
    return "{\"where\":%s}".formatted(filter.replace("'", "\""));
  }

  private static WriteRequest first(Mutation... mutations) throws Unwritable {
    return new RequestCutter(1 << 20, new ColumnJson(true))
        .cut(Mutations.group(List.of(mutations)), 100);
  }

  private static String body(Mutation mutation) {
    return new String(cut(100, 1 << 20, mutation).get(0).body(), UTF_8);
  }

  private static List<WriteRequest> cut(int records, long bytes, Mutation... mutations) {
    return Requests.of(List.of(mutations), new RequestCutter(bytes, new ColumnJson(true)), records);
  }
}
