package io.chromasync.receipts;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.mapping.MappedItem;
import io.chromasync.model.ItemChange;
import io.chromasync.model.ItemChange.Operation;
import io.chromasync.testing.ItemChanges;
import io.chromasync.testing.Items;
import io.chromasync.testing.TableItem;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Whatever an item looks like, its change has a meaning and nothing is thrown. */
class ItemMapperLaws {

  private static final String IMAGE = "A";

  private static final List<TableItem> OURS = Items.ofEveryFact(IMAGE);

  @Property(tries = 10_000)
  void anAttributeThatHoldsAnythingIsReadOrRejected(@ForAll("replaced") ItemChange change) {
    assertThat(ItemMapper.map(change)).isNotInstanceOf(MappedItem.Ignored.class);
  }

  @Property(tries = 3_000)
  void anItemCutOffAnywhereIsRejected(
      @ForAll("ours") TableItem item, @ForAll @IntRange(max = 10_000) int at) {
    String json = item.json();
    String cut = json.substring(0, at % json.length());

    assertThat(ItemMapper.map(change(Operation.INSERT, item, cut)))
        .isInstanceOf(MappedItem.Rejected.class);
  }

  @Property(tries = 2_000)
  void aTextThatIsNoObjectIsRejected(@ForAll("ours") TableItem item, @ForAll String text) {
    assertThat(ItemMapper.map(change(Operation.INSERT, item, "]" + text)))
        .isInstanceOf(MappedItem.Rejected.class);
  }

  @Property(tries = 2_000)
  void anyKeysHaveAMeaning(@ForAll String partitionKey, @ForAll String sortKey) {
    ItemChange change =
        new ItemChange(
            Operation.REMOVE, partitionKey, sortKey, null, null, ItemChanges.at(1), "test");

    assertThat(ItemMapper.map(change)).isNotNull();
  }

  @Provide
  Arbitrary<TableItem> ours() {
    return Arbitraries.of(OURS);
  }

  /** Items of ours with one attribute replaced by a value that may make no sense. */
  @Provide
  Arbitrary<ItemChange> replaced() {
    Arbitrary<Integer> positions = Arbitraries.integers().between(0, 60);
    return Combinators.combine(Arbitraries.of(Operation.class), ours(), positions, values())
        .as(
            (operation, item, at, value) -> {
              List<String> names = new ArrayList<>(item.attributes().keySet());
              String name = names.get(at % names.size());
              String rest = item.without(name).json().substring(1);
              return change(operation, item, "{\"%s\":%s,%s".formatted(name, value, rest));
            });
  }

  private static Arbitrary<String> values() {
    Arbitrary<String> atoms =
        Arbitraries.of(
            "1", "-1", "\"\"", "\"1e999999999\"", "\"x\"", "\"7\"", "null", "true", "[]", "{}");
    Arbitrary<String> types = Arbitraries.of("S", "N", "BOOL", "NULL", "M", "L", "SS", "B", "?");
    return Arbitraries.oneOf(
        atoms,
        Combinators.combine(types, atoms).as((type, atom) -> value(type, atom)),
        Combinators.combine(types, types, atoms)
            .as((outer, inner, atom) -> value(outer, "[" + value(inner, atom) + "]")),
        Combinators.combine(types, types, atoms)
            .as((outer, inner, atom) -> value(outer, "{\"x\":" + value(inner, atom) + "}")));
  }

  private static String value(String type, String content) {
    return "{\"%s\":%s}".formatted(type, content);
  }

  private static ItemChange change(Operation operation, TableItem item, String json) {
    return new ItemChange(
        operation, item.partitionKey(), item.sortKey(), json, json, ItemChanges.at(1), "test");
  }
}
