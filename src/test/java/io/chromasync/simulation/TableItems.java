package io.chromasync.simulation;

import io.chromasync.model.EntityKey;
import io.chromasync.model.Fact;
import io.chromasync.receipts.ReceiptFacts;
import io.chromasync.receipts.ReceiptKeys;
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
    String receipt = String.format(Locale.ROOT, "RECEIPT#%05d", ReceiptKeys.receiptOf(entity));
    String line = String.format(Locale.ROOT, "%s#LINE#%05d", receipt, ReceiptKeys.lineOf(entity));
    String word = String.format(Locale.ROOT, "%s#WORD#%05d", line, ReceiptKeys.wordOf(entity));
    return switch (entity.kind().name()) {
      case "partition" -> "IMAGE";
      case "receipt" -> receipt;
      case "line" -> line;
      case "word" -> word;
      case "label" -> word + "#LABEL#" + entity.name();
      case "place" -> receipt + "#PLACE";
      case "section" -> receipt + "#SECTION#" + entity.name();
      case "row" -> String.format(Locale.ROOT, "%s#ROW#%05d", receipt, ReceiptKeys.lineOf(entity));
      case "run" -> receipt + "#COMPACTION_RUN#" + entity.name();
      default -> throw new IllegalArgumentException("no item is a " + entity.kind());
    };
  }

  private static TableItem item(String image, EntityKey entity, Fact fact) {
    int receipt = ReceiptKeys.receiptOf(entity);
    return switch (entity.kind().name()) {
      case "partition" -> Items.image(image);
      case "receipt" -> Items.receipt(image, receipt);
      case "line" -> Items.line(image, receipt, ReceiptKeys.lineOf(entity), "print");
      case "word" ->
          Items.word(
              image, receipt, ReceiptKeys.lineOf(entity), ReceiptKeys.wordOf(entity), "print");
      case "label" -> label(image, entity, ReceiptFacts.Label.of(fact));
      case "place" -> place(image, receipt, ReceiptFacts.Place.of(fact));
      case "section" ->
          Items.section(
                  image, receipt, entity.name(), ints(ReceiptFacts.Section.of(fact).lineIds()))
              .confidence(ReceiptFacts.Section.of(fact).confidence().toString())
              .status(ReceiptFacts.Section.of(fact).status());
      case "row" -> Items.row(image, receipt, ints(ReceiptFacts.Row.of(fact).lineIds()));
      default -> throw new IllegalArgumentException("states no fact: " + entity);
    };
  }

  private static TableItem label(String image, EntityKey key, ReceiptFacts.Label label) {
    TableItem item =
        Items.label(
                image,
                ReceiptKeys.receiptOf(key),
                ReceiptKeys.lineOf(key),
                ReceiptKeys.wordOf(key),
                key.name())
            .status(label.status())
            .addedAt(label.timestampAdded());
    return label.proposedBy() == null ? item : item.proposedBy(label.proposedBy());
  }

  /** Of the optional attributes only the category may be absent here. */
  private static TableItem place(String image, int receipt, ReceiptFacts.Place place) {
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
