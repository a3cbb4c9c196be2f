package io.chromasync.simulation;

import io.chromasync.model.EntityKey;
import io.chromasync.model.Fact;
import io.chromasync.testing.Items;
import io.chromasync.testing.TableItem;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The item, as DynamoDB JSON, that states a fact. Few of them differ, so they are kept. */
final class TableItems {

  private static final Map<List<Object>, String> JSON = new ConcurrentHashMap<>();

  private TableItems() {}

  static String json(String image, EntityKey entity, Fact fact) {
    return JSON.computeIfAbsent(
        List.of(image, entity, fact), unused -> item(image, entity, fact).json());
  }

  static String run(String image, int receipt, String run) {
    return JSON.computeIfAbsent(
        List.of(image, receipt, run), unused -> Items.run(image, receipt, run).json());
  }

  /** A placeholder of a receipt, which states the same as the receipt. */
  static String reservation(String image, int receipt) {
    return JSON.computeIfAbsent(
        List.of(image, receipt), unused -> Items.reservation(image, receipt, "op").json());
  }

  static String sortKey(EntityKey entity) {
    String receipt = String.format(Locale.ROOT, "RECEIPT#%05d", entity.receipt());
    String line = String.format(Locale.ROOT, "%s#LINE#%05d", receipt, entity.line());
    String word = String.format(Locale.ROOT, "%s#WORD#%05d", line, entity.word());
    return switch (entity.type()) {
      case IMAGE -> "IMAGE";
      case RECEIPT -> receipt;
      case LINE -> line;
      case WORD -> word;
      case LABEL -> word + "#LABEL#" + entity.name();
      case PLACE -> receipt + "#PLACE";
      case SECTION -> receipt + "#SECTION#" + entity.name();
      case ROW -> String.format(Locale.ROOT, "%s#ROW#%05d", receipt, entity.line());
      case RUN -> receipt + "#COMPACTION_RUN#" + entity.name();
      case DELTA, SNAPSHOT -> throw new IllegalArgumentException("no item is a " + entity.type());
    };
  }

  private static TableItem item(String image, EntityKey entity, Fact fact) {
    int receipt = entity.receipt();
    return switch (entity.type()) {
      case IMAGE -> Items.image(image);
      case RECEIPT -> Items.receipt(image, receipt);
      case LINE -> Items.line(image, receipt, entity.line(), "print");
      case WORD -> Items.word(image, receipt, entity.line(), entity.word(), "print");
      case LABEL -> label(image, entity, fact.label());
      case PLACE -> place(image, receipt, fact.place());
      case SECTION ->
          Items.section(image, receipt, entity.name(), ints(fact.section().lineIds()))
              .confidence(fact.section().confidence().toString())
              .status(fact.section().status());
      case ROW -> Items.row(image, receipt, ints(fact.row().lineIds()));
      case RUN, DELTA, SNAPSHOT -> throw new IllegalArgumentException("states no fact: " + entity);
    };
  }

  private static TableItem label(String image, EntityKey key, Fact.Label label) {
    TableItem item =
        Items.label(image, key.receipt(), key.line(), key.word(), key.name())
            .status(label.status())
            .addedAt(label.timestampAdded());
    return label.proposedBy() == null ? item : item.proposedBy(label.proposedBy());
  }

  /** Of the optional attributes only the category may be absent here. */
  private static TableItem place(String image, int receipt, Fact.Place place) {
    TableItem item =
        Items.place(image, receipt)
            .merchant(place.merchantName())
            .address(place.formattedAddress())
            .phone(place.phoneNumber())
            .placeId(place.placeId());
    return place.merchantCategory() == null
        ? item.empty("merchant_category")
        : item.category(place.merchantCategory());
  }

  private static int[] ints(List<Integer> numbers) {
    return numbers.stream().mapToInt(number -> number).toArray();
  }
}
