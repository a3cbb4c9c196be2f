package io.chromasync.local.oracle;

import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Says from the items of a table, and nothing else, which Chroma records must exist and what their
 * metadata must be. Written from the domain's rules, without any code of the job, so that it can
 * catch the job's mistakes.
 *
 * <p>Holds for a job that has read the table's stream from its beginning (so that all is known),
 * where every live word and row has been embedded and no lines come back without their rows.
 */
public final class TableOracle {

  private static final Set<String> CORE =
      Set.of(
          ("MERCHANT_NAME STORE_HOURS PHONE_NUMBER WEBSITE LOYALTY_ID ADDRESS_LINE DATE TIME"
                  + " PAYMENT_METHOD COUPON DISCOUNT PRODUCT_NAME QUANTITY UNIT_PRICE LINE_TOTAL"
                  + " SUBTOTAL TAX TIP GRAND_TOTAL CHANGE CASH_BACK REFUND")
              .split(" ", -1));

  /** Keys that belong to the job and are there only if the table says so. */
  private static final Set<String> OPTIONAL =
      Set.of(
          "merchant_name",
          "merchant_category",
          "address",
          "phone_number",
          "place_id",
          "canonical_merchant_name",
          "valid_labels_array",
          "invalid_labels_array",
          "valid_labels",
          "invalid_labels",
          "label_proposed_by",
          "label_validated_at",
          "label_confidence",
          "section_label",
          "prev_line",
          "next_line",
          "anchor_phone",
          "anchor_address",
          "anchor_url");

  private final Map<String, NavigableMap<String, Item>> partitions = new TreeMap<>();
  private final boolean arrays;

  /**
   * @param arrays whether the server takes arrays as metadata values
   */
  public TableOracle(Collection<Map<String, AttributeValue>> items, boolean arrays) {
    this.arrays = arrays;
    items.stream()
        .map(Item::new)
        .forEach(
            item ->
                partitions
                    .computeIfAbsent(item.text("PK"), pk -> new TreeMap<>())
                    .put(item.text("SK"), item));
  }

  /** The records of the words collection, by id. */
  public Map<String, Expected> words() {
    return records("RECEIPT_WORD", this::word);
  }

  /** The records of the lines collection, by id: one per visual row. */
  public Map<String, Expected> lines() {
    Map<String, Expected> rows = new TreeMap<>();
    records("RECEIPT_ROW", this::row)
        .forEach((id, row) -> rows.put(id.replace("#ROW#", "#LINE#"), row));
    return rows;
  }

  private interface Rule {
    /** What must be, or null if there must be no record. */
    Expected of(Item item, NavigableMap<String, Item> partition);
  }

  private Map<String, Expected> records(String type, Rule rule) {
    Map<String, Expected> records = new TreeMap<>();
    partitions.forEach(
        (key, partition) ->
            partition.values().stream()
                .filter(item -> type.equals(item.text("TYPE")))
                .forEach(
                    item -> {
                      Expected expected = rule.of(item, partition);
                      if (expected != null) {
                        records.put(key + "#" + item.text("SK"), expected);
                      }
                    }));
    return records;
  }

  private Expected word(Item word, NavigableMap<String, Item> partition) {
    if (word.flag("is_noise") || !isLive(word.text("SK"), partition)) {
      return null;
    }
    List<Item> labels = labels(word.text("SK"), partition).toList();
    Expected expected = identity(word, word.text("text"));
    Map<String, Object> holds = expected.holds();
    holds.put("line_id", word.number(3));
    holds.put("word_id", word.number(5));
    holds.put("text", word.text("text"));
    holds.put("merchant_name", "");
    holds.put(
        "label_status",
        anyStatus(labels, "VALID")
            ? "validated"
            : anyStatus(labels, "PENDING") ? "auto_suggested" : "unvalidated");
    labelNames(holds, labels, arrays, !arrays);
    newest(labels, "PENDING", "label_proposed_by", holds);
    newest(labels, "VALID", "label_validated_at", holds);
    if (!labels.isEmpty()) {
      expected.times().add("last_label_update");
      expected.lacks().add("labels_removed_at");
    }
    place(word, partition, expected);
    return withoutTheRest(expected);
  }

  private Expected row(Item row, NavigableMap<String, Item> partition) {
    String receipt = row.receiptKey();
    String primary = String.format(Locale.ROOT, "%s#LINE#%05d", receipt, row.number(3));
    if (!isLive(primary, partition)) {
      return null;
    }
    List<Integer> members =
        row.numbers("line_ids").stream()
            .filter(
                line ->
                    partition.containsKey(
                        String.format(Locale.ROOT, "%s#LINE#%05d", receipt, line)))
            .toList();
    List<Item> labels =
        members.stream()
            .flatMap(
                line -> words(String.format(Locale.ROOT, "%s#LINE#%05d", receipt, line), partition))
            .flatMap(word -> labels(word.text("SK"), partition))
            .filter(label -> CORE.contains(label.labelName()))
            .toList();
    Expected expected = identity(row, null);
    Map<String, Object> holds = expected.holds();
    holds.put("line_id", row.number(3));
    holds.put("row_line_ids", members.toString());
    holds.put(
        "label_status",
        anyStatus(labels, "VALID") || anyStatus(labels, "INVALID")
            ? "validated"
            : anyStatus(labels, "PENDING") ? "auto_suggested" : "unvalidated");
    labelNames(holds, labels, arrays, true);
    String section = section(receipt, members, partition);
    if (section != null) {
      holds.put("section_label", section);
    }
    place(row, partition, expected);
    return withoutTheRest(expected);
  }

  /** The beginning of every record; what else is expected is added to it. */
  private static Expected identity(Item item, String document) {
    Map<String, Object> holds = new LinkedHashMap<>();
    holds.put("image_id", item.text("PK").substring("IMAGE#".length()));
    holds.put("receipt_id", item.number(1));
    return new Expected(document, holds, new HashSet<>(), new HashSet<>());
  }

  private static Expected withoutTheRest(Expected expected) {
    OPTIONAL.stream()
        .filter(key -> !expected.holds().containsKey(key))
        .forEach(expected.lacks()::add);
    return expected;
  }

  /** Its own item and all above it are in the table. */
  private static boolean isLive(String sortKey, NavigableMap<String, Item> partition) {
    String[] parts = sortKey.split("#", -1);
    boolean live = partition.containsKey("IMAGE");
    String key = "";
    for (int part = 0; part + 1 < parts.length; part += 2) {
      key += (part == 0 ? "" : "#") + parts[part] + "#" + parts[part + 1];
      live &= partition.containsKey(key);
    }
    return live;
  }

  private static Stream<Item> words(String line, NavigableMap<String, Item> partition) {
    return below(line + "#WORD#", partition)
        .filter(item -> "RECEIPT_WORD".equals(item.text("TYPE")));
  }

  private static Stream<Item> labels(String word, NavigableMap<String, Item> partition) {
    return below(word + "#LABEL#", partition);
  }

  private static Stream<Item> below(String prefix, NavigableMap<String, Item> partition) {
    return partition.subMap(prefix, prefix + Character.MAX_VALUE).values().stream();
  }

  private static boolean anyStatus(List<Item> labels, String status) {
    return labels.stream().anyMatch(label -> status.equals(label.text("validation_status")));
  }

  /** Which names are valid and invalid; valid wins. */
  private static void labelNames(
      Map<String, Object> holds, List<Item> labels, boolean asArrays, boolean asFlags) {
    Map<String, Boolean> valid = new TreeMap<>();
    for (Item label : labels) {
      String status = label.text("validation_status");
      if (CORE.contains(label.labelName())
          && ("VALID".equals(status) || "INVALID".equals(status))) {
        valid.merge(label.labelName(), "VALID".equals(status), Boolean::logicalOr);
      }
    }
    if (asFlags) {
      valid.forEach((name, isValid) -> holds.put("label_" + name, isValid));
    }
    if (asArrays) {
      for (boolean side : new boolean[] {true, false}) {
        List<String> names =
            valid.keySet().stream().filter(name -> valid.get(name) == side).toList();
        if (!names.isEmpty()) {
          holds.put(side ? "valid_labels_array" : "invalid_labels_array", names);
        }
      }
    }
  }

  /** Who proposed the newest pending label, when the newest valid one was added. */
  private static void newest(
      List<Item> labels, String status, String key, Map<String, Object> holds) {
    String attribute = status.equals("PENDING") ? "label_proposed_by" : "timestamp_added";
    labels.stream()
        .filter(label -> CORE.contains(label.labelName()))
        .filter(label -> status.equals(label.text("validation_status")))
        .max(Comparator.comparing(label -> OffsetDateTime.parse(label.text("timestamp_added"))))
        .map(label -> label.text(attribute))
        .ifPresent(value -> holds.put(key, value));
  }

  private static void place(Item of, NavigableMap<String, Item> partition, Expected record) {
    Item place = partition.get(of.receiptKey() + "#PLACE");
    if (place == null) {
      return;
    }
    Map<String, String> keys = new HashMap<>();
    keys.put("merchant_category", "merchant_category");
    keys.put("formatted_address", "address");
    keys.put("phone_number", "phone_number");
    keys.put("place_id", "place_id");
    keys.forEach(
        (attribute, key) -> {
          if (place.has(attribute)) {
            record.holds().put(key, place.text(attribute).strip());
          }
        });
    if (place.has("merchant_name")) {
      record.holds().put("merchant_name", titleCase(place.text("merchant_name").strip()));
    }
    record.times().add("last_place_update");
    record.lacks().add("place_removed_at");
  }

  /** The section with strictly the most lines, after each line has chosen its best section. */
  private static String section(
      String receipt, List<Integer> members, NavigableMap<String, Item> partition) {
    List<Item> sections =
        below(receipt + "#SECTION#", partition)
            .filter(section -> !"INVALID".equals(section.text("validation_status")))
            .sorted(
                Comparator.comparingInt(TableOracle::rank)
                    .thenComparingDouble(section -> section.decimal("confidence"))
                    .reversed()
                    .thenComparing(section -> section.text("section_type")))
            .toList();
    Map<String, Integer> votes = new HashMap<>();
    for (int line : members) {
      sections.stream()
          .filter(section -> section.numbers("line_ids").contains(line))
          .findFirst()
          .ifPresent(section -> votes.merge(section.text("section_type"), 1, Integer::sum));
    }
    int most = votes.values().stream().mapToInt(v -> v).max().orElse(0);
    List<String> winners = votes.keySet().stream().filter(type -> votes.get(type) == most).toList();
    return winners.size() == 1 ? winners.get(0) : null;
  }

  private static int rank(Item section) {
    String status = Objects.requireNonNullElse(section.text("validation_status"), "NONE");
    return switch (status) {
      case "VALID" -> 2;
      case "PENDING" -> 1;
      default -> 0;
    };
  }

  /** Every letter after a non-letter is upper case, every other lower case. */
  private static String titleCase(String text) {
    List<String> title = new ArrayList<>();
    boolean inWord = false;
    for (String letter : text.split("", -1)) {
      title.add(inWord ? letter.toLowerCase(Locale.ROOT) : letter.toUpperCase(Locale.ROOT));
      inWord = letter.codePoints().anyMatch(Character::isLetter);
    }
    return String.join("", title);
  }

  /** An item, read leniently. */
  private record Item(Map<String, AttributeValue> attributes) {

    /** Null if the attribute is missing or NULL. */
    String text(String name) {
      AttributeValue value = attributes.get(name);
      return value == null ? null : value.s();
    }

    boolean has(String name) {
      return text(name) != null && !text(name).isBlank();
    }

    boolean flag(String name) {
      AttributeValue value = attributes.get(name);
      return value != null && Boolean.TRUE.equals(value.bool());
    }

    double decimal(String name) {
      AttributeValue value = attributes.get(name);
      return value == null || value.n() == null ? 0 : Double.parseDouble(value.n());
    }

    List<Integer> numbers(String name) {
      return attributes.get(name).l().stream().map(value -> Integer.valueOf(value.n())).toList();
    }

    /** A number of the sort key, by position among its parts. */
    int number(int part) {
      return Integer.parseInt(text("SK").split("#", -1)[part]);
    }

    String receiptKey() {
      return text("SK").substring(0, "RECEIPT#00000".length());
    }

    String labelName() {
      return text("SK").split("#LABEL#", 2)[1].toUpperCase(Locale.ROOT);
    }
  }
}
