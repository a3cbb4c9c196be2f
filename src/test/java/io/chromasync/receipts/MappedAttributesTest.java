package io.chromasync.receipts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chromasync.mapping.MappedItem;
import io.chromasync.model.ItemChange;
import io.chromasync.model.ItemChange.Operation;
import io.chromasync.model.Version;
import io.chromasync.testing.Items;
import io.chromasync.testing.TableItem;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The list of attributes that mapping reads is what it reads, no less and no more. */
class MappedAttributesTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static final List<String> KINDS =
      List.of(
          "image",
          "receipt",
          "receipt_line",
          "receipt_word",
          "receipt_word_label",
          "receipt_place",
          "receipt_section",
          "receipt_row",
          "compaction_run",
          "resegment_reservation",
          "receipt_letter");

  @Test
  void anItemWithTheseAloneMeansWhatTheWholeOneDoes() throws Exception {
    for (String kind : KINDS) {
      ObjectNode whole = (ObjectNode) JSON.readTree(Resources.item(kind));
      ObjectNode read = whole.deepCopy().retain(MappedAttributes.NAMES);

      MappedItem meaning = meaning(whole);
      assertThat(meaning).as(kind).isNotInstanceOf(MappedItem.Rejected.class);
      assertThat(content(meaning(read))).as(kind).isEqualTo(content(meaning));
    }
  }

  @Test
  void eachOfThemIsInAnItemOfOurs() throws Exception {
    Set<String> found = new TreeSet<>();
    for (String kind : KINDS) {
      JSON.readTree(Resources.item(kind)).fieldNames().forEachRemaining(found::add);
    }
    for (TableItem item : List.of(Items.label("a", 1, 1, 1, "TAX"), Items.place("a", 1))) {
      found.addAll(item.attributes().keySet());
    }

    assertThat(found).containsAll(MappedAttributes.NAMES);
  }

  private static MappedItem meaning(ObjectNode item) {
    return ItemMapper.map(
        new ItemChange(
            Operation.INSERT,
            item.path("PK").path("S").textValue(),
            item.path("SK").path("S").textValue(),
            item.toString(),
            null,
            new Version(1, "1"),
            "test"));
  }

  /** All that a meaning says, but the item that it was read from. */
  private static Object content(MappedItem meaning) {
    if (meaning instanceof MappedItem.Fact fact) {
      return List.of(fact.change().entity(), fact.change().fact());
    }
    if (meaning instanceof MappedItem.Run run) {
      return run.deltas().stream()
          .map(delta -> delta.run() + delta.collection() + delta.prefix() + delta.created())
          .toList();
    }
    return meaning;
  }
}
