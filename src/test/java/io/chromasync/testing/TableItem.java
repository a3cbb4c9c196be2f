package io.chromasync.testing;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chromasync.receipts.ReceiptFacts.ValidationStatus;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * An item of the table, as the AWS SDK takes it ({@link #attributes}) and as DynamoDB JSON ({@link
 * #json}). {@link Items} makes them; the methods here change one thing and give a new item.
 */
public final class TableItem {

  private final Map<String, AttributeValue> attributes;

  private TableItem(Map<String, AttributeValue> attributes) {
    this.attributes = attributes;
  }

  /** An item as the SDK gives it. */
  public static TableItem of(Map<String, AttributeValue> attributes) {
    return new TableItem(Map.copyOf(attributes));
  }

  static TableItem of(String image, String sortKey, String type) {
    return new TableItem(Map.of())
        .text("PK", "IMAGE#" + image)
        .text("SK", sortKey)
        .text("TYPE", type);
  }

  public Map<String, AttributeValue> attributes() {
    return attributes;
  }

  /** PK and SK, as a delete takes them. */
  public Map<String, AttributeValue> key() {
    return Map.of("PK", attributes.get("PK"), "SK", attributes.get("SK"));
  }

  public String partitionKey() {
    return attributes.get("PK").s();
  }

  public String sortKey() {
    return attributes.get("SK").s();
  }

  /** The item as DynamoDB JSON. */
  public String json() {
    return json(attributes).toString();
  }

  public TableItem with(String name, AttributeValue value) {
    Map<String, AttributeValue> changed = new LinkedHashMap<>(attributes);
    changed.put(name, value);
    return new TableItem(changed);
  }

  public TableItem without(String name) {
    Map<String, AttributeValue> changed = new LinkedHashMap<>(attributes);
    changed.remove(name);
    return new TableItem(changed);
  }

  public TableItem text(String name, String text) {
    return with(name, AttributeValue.fromS(text));
  }

  public TableItem number(String name, String number) {
    return with(name, AttributeValue.fromN(number));
  }

  /** Sets several attributes to NULL. */
  public TableItem empty(String... names) {
    TableItem item = this;
    for (String name : names) {
      item = item.with(name, AttributeValue.fromNul(true));
    }
    return item;
  }

  /** Of a label, a place or a section; a label is found by it, too. */
  public TableItem status(ValidationStatus status) {
    TableItem changed = text("validation_status", status.name());
    return attributes.get("TYPE").s().equals("RECEIPT_WORD_LABEL")
        ? changed.text("GSI3PK", "VALIDATION_STATUS#" + status)
        : changed;
  }

  /** Of a label. */
  public TableItem proposedBy(String proposer) {
    return text("label_proposed_by", proposer);
  }

  /** Of a label: its {@code timestamp_added}. */
  public TableItem addedAt(String time) {
    return text("timestamp_added", time);
  }

  /** Of a label. */
  public TableItem reasoning(String reasoning) {
    return text("reasoning", reasoning);
  }

  /** Of a place. */
  public TableItem merchant(String name) {
    return text("merchant_name", name);
  }

  /** Of a place. */
  public TableItem category(String category) {
    return text("merchant_category", category);
  }

  /** Of a place. */
  public TableItem address(String address) {
    return text("formatted_address", address);
  }

  /** Of a place. */
  public TableItem phone(String number) {
    return text("phone_number", number);
  }

  /** Of a place. */
  public TableItem placeId(String id) {
    return text("place_id", id);
  }

  /** Of a section or a row. */
  public TableItem lines(int... ids) {
    return with("line_ids", numbers(ids));
  }

  /** Of a section. */
  public TableItem confidence(String confidence) {
    return number("confidence", confidence);
  }

  @Override
  public String toString() {
    return partitionKey() + " " + sortKey();
  }

  static AttributeValue numbers(int... numbers) {
    return AttributeValue.fromL(
        IntStream.of(numbers).mapToObj(n -> AttributeValue.fromN(Integer.toString(n))).toList());
  }

  static AttributeValue texts(String... texts) {
    return AttributeValue.fromL(Arrays.stream(texts).map(AttributeValue::fromS).toList());
  }

  /** A map of numbers: name, number, name, number … */
  static AttributeValue numberMap(String... namesAndNumbers) {
    Map<String, AttributeValue> map = new LinkedHashMap<>();
    for (int i = 0; i < namesAndNumbers.length; i += 2) {
      map.put(namesAndNumbers[i], AttributeValue.fromN(namesAndNumbers[i + 1]));
    }
    return AttributeValue.fromM(map);
  }

  private static ObjectNode json(Map<String, AttributeValue> map) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    map.forEach((name, value) -> object.set(name, json(value)));
    return object;
  }

  private static ObjectNode json(AttributeValue value) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    switch (value.type()) {
      case S -> object.put("S", value.s());
      case N -> object.put("N", value.n());
      case BOOL -> object.put("BOOL", value.bool());
      case NUL -> object.put("NULL", value.nul());
      case M -> object.set("M", json(value.m()));
      case L -> {
        List<ObjectNode> elements = value.l().stream().map(TableItem::json).toList();
        object.putArray("L").addAll(elements);
      }
      default -> throw new IllegalArgumentException("no item here has a " + value.type());
    }
    return object;
  }
}
