package io.chromasync.receipts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chromasync.mapping.MapItems;
import io.chromasync.mapping.MappedItem;
import io.chromasync.model.DeadLetter;
import io.chromasync.model.ItemChange;
import io.chromasync.model.ItemChange.Operation;
import io.chromasync.model.ResolveInput;
import io.chromasync.testing.ItemChanges;
import io.chromasync.testing.Items;
import io.chromasync.testing.TableItem;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;

/**
 * Items that no producer of ours ever wrote: each goes on as a fact or a run, is ignored, or is a
 * dead letter that holds all of it. Nothing is thrown out of the operator.
 */
@SuppressWarnings(
    "try") // The harness's close() may throw InterruptedException, which javac frowns on.
class ForeignItemLaws {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String IMAGE = "A";

  private static final List<TableItem> ITEMS = Items.ofEveryFact(IMAGE);

  private static final List<String> ODD =
      List.of(
          "null",
          "true",
          "-1",
          "1e400",
          "\"\"",
          "\"\\u0000\"",
          "\"NaN\"",
          "[]",
          "{}",
          "{\"S\":1}",
          "{\"N\":\"100e2147483647\"}",
          "{\"N\":\"1e-2147483647\"}",
          "{\"N\":\"9e99\"}",
          "{\"S\":\"+999999999-12-31T23:59:59Z\"}",
          "{\"NULL\":false}",
          "{\"L\":[null]}");

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void everyItemHasAMeaning(@ForAll("changes") ItemChange change) {
    assertThat(ItemMapper.map(change)).isNotNull();
  }

  @Property(tries = 5, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
  void everyItemHasOneOutcomeAndADeadLetterHoldsItWhole(@ForAll("batches") List<ItemChange> changes)
      throws Exception {
    try (OneInputStreamOperatorTestHarness<ItemChange, ResolveInput> operator =
        new OneInputStreamOperatorTestHarness<>(
            new ProcessOperator<>(new MapItems(new Receipts(), false)))) {
      operator.open();
      for (ItemChange change : changes) {
        int facts = operator.extractOutputValues().size();
        int letters = letters(operator).size();

        operator.processElement(new StreamRecord<>(change));

        MappedItem meaning = ItemMapper.map(change);
        List<DeadLetter> after = letters(operator);
        assertThat(operator.extractOutputValues().size() - facts)
            .isEqualTo(meaning instanceof MappedItem.Fact ? 1 : 0);
        assertThat(after.size() - letters)
            .isEqualTo(meaning instanceof MappedItem.Rejected ? 1 : 0);
        if (meaning instanceof MappedItem.Rejected rejected) {
          assertThat(after.get(letters).change()).isEqualTo(change);
          assertThat(rejected.detail()).isNotBlank();
        }
      }
    }
  }

  @Property(tries = 20, edgeCases = EdgeCasesMode.NONE)
  void aChangeWithoutAnOperationIsRejected(@ForAll("items") TableItem item) {
    assertThat(ItemMapper.map(change(null, item, item.json())))
        .isInstanceOfSatisfying(
            MappedItem.Rejected.class,
            rejected -> assertThat(rejected.detail()).contains("INSERT, MODIFY or REMOVE"));
  }

  @Provide
  Arbitrary<TableItem> items() {
    return Arbitraries.of(ITEMS);
  }

  @Provide
  Arbitrary<List<ItemChange>> batches() {
    return changes().list().ofSize(50);
  }

  @Provide
  Arbitrary<ItemChange> changes() {
    return Arbitraries.oneOf(mutated(), scrambled(), foreign());
  }

  /** A good item with one node, however deep, made odd. */
  private Arbitrary<ItemChange> mutated() {
    return Combinators.combine(operations(), items(), Arbitraries.randoms())
        .as((operation, item, random) -> change(operation, item, mutate(item.json(), random)));
  }

  /** The text of a good item with some characters replaced. */
  private Arbitrary<ItemChange> scrambled() {
    return Combinators.combine(operations(), items(), Arbitraries.randoms())
        .as((operation, item, random) -> change(operation, item, scramble(item.json(), random)));
  }

  /** Any text below any key. */
  private Arbitrary<ItemChange> foreign() {
    Arbitrary<String> partitions =
        Arbitraries.oneOf(
            Arbitraries.of("IMAGE#A", "IMAGE#", "IMAGE#A#B", "IMAGE"),
            Arbitraries.strings().ofMaxLength(8));
    Arbitrary<String> sorts =
        Arbitraries.strings()
            .withChars("RECEIPT#LINE#WORD#LABEL#SECTION#ROW#PLACE#/0012\u0130\n")
            .ofMaxLength(12)
            .map(rest -> "RECEIPT#00001" + rest);
    Arbitrary<String> texts =
        Arbitraries.oneOf(
            Arbitraries.of(ODD), Arbitraries.strings().ofMaxLength(20), Arbitraries.of(deep()));
    return Combinators.combine(
            operations(), partitions.injectNull(0.1), sorts.injectNull(0.1), texts.injectNull(0.2))
        .as(
            (operation, partition, sort, text) ->
                new ItemChange(operation, partition, sort, text, text, ItemChanges.at(1), "test"));
  }

  private static Arbitrary<Operation> operations() {
    return Arbitraries.of(Operation.class).injectNull(0.05);
  }

  private static String deep() {
    return "{\"TYPE\":" + "[".repeat(5_000);
  }

  private static String mutate(String json, Random random) {
    try {
      ObjectNode item = (ObjectNode) JSON.readTree(json);
      List<Runnable> mutations = new ArrayList<>();
      collect(item, JSON.readTree(ODD.get(random.nextInt(ODD.size()))), mutations);
      mutations.get(random.nextInt(mutations.size())).run();
      return item.toString();
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  private static void collect(JsonNode node, JsonNode odd, List<Runnable> mutations) {
    if (node instanceof ObjectNode object) {
      object
          .fieldNames()
          .forEachRemaining(
              name -> {
                mutations.add(() -> object.set(name, odd));
                collect(object.get(name), odd, mutations);
              });
    } else if (node instanceof ArrayNode array) {
      for (int i = 0; i < array.size(); i++) {
        int at = i;
        mutations.add(() -> array.set(at, odd));
        collect(array.get(at), odd, mutations);
      }
    }
  }

  private static String scramble(String json, Random random) {
    StringBuilder text = new StringBuilder(json);
    for (int i = random.nextInt(3); i >= 0; i--) {
      int at = random.nextInt(text.length());
      text.setCharAt(at, "\"\\{}[]:,0e-. \u0000".charAt(random.nextInt(14)));
    }
    return text.toString();
  }

  private static ItemChange change(Operation operation, TableItem item, String json) {
    return new ItemChange(
        operation, item.partitionKey(), item.sortKey(), json, json, ItemChanges.at(1), "test");
  }

  private static List<DeadLetter> letters(
      OneInputStreamOperatorTestHarness<ItemChange, ResolveInput> operator) {
    Queue<StreamRecord<DeadLetter>> letters = operator.getSideOutput(MapItems.DEAD_LETTERS);
    return letters == null ? List.of() : letters.stream().map(StreamRecord::getValue).toList();
  }
}
