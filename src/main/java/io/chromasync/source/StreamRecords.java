package io.chromasync.source;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.chromasync.aws.TableKeys;
import io.chromasync.model.ItemChange;
import io.chromasync.model.ItemChange.Operation;
import io.chromasync.model.Version;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns a page of DynamoDB's stream records into ours, whatever they hold: what makes no sense is
 * rejected by who reads the change, and kept. Only a record that does not say where it stands in
 * its shard, and when it was made, cannot be read: nothing behind it could be said to be read
 * either.
 *
 * <p>The body of a response (<a
 * href="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetRecords.html">GetRecords</a>)
 * is read once, from front to back. Items are DynamoDB JSON there already: those that are wanted
 * are cut out as they are; of the others only the type is looked at.
 *
 * <p>For one page and one thread.
 */
final class StreamRecords {

  /** The key attributes of the table; the start of the job checks that they are its keys. */
  static final String PARTITION_KEY = TableKeys.PARTITION;

  static final String SORT_KEY = TableKeys.SORT;

  private static final String TYPE = "TYPE";

  /** Half of what a page may hold: so much is not what happens to have come since the last one. */
  private static final int FULL = 500;

  private static final int FULL_BYTES = 1 << 19;

  private static final int MICROS_DIGITS = 6;

  /** The name of an attribute may have 64 KB. */
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder().maxNameLength(1 << 17).build())
          .build();

  private final byte[] page;
  private final JsonParser parser;
  private final String origin;
  private final ItemFilter filter;

  private StreamRecords(byte[] page, JsonParser parser, String origin, ItemFilter filter) {
    this.page = page;
    this.parser = parser;
    this.origin = origin;
    this.filter = filter;
  }

  /**
   * Reads one page.
   *
   * @param body of the response
   * @param origin names stream and shard
   * @throws IOException if the body is no page: one that is taken for the last would end its shard
   * @throws IllegalArgumentException if a record has no sequence number or no time
   */
  static Answer.Page page(byte[] body, String origin, ItemFilter filter) throws IOException {
    try (JsonParser parser = JSON.createParser(body)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("the body of the response must be a JSON object");
      }
      return new StreamRecords(body, parser, origin, filter).readPage();
    }
  }

  private Answer.Page readPage() throws IOException {
    List<ShardRecord> records = null;
    String next = null;
    while (nextField()) {
      switch (parser.currentName()) {
        case "NextShardIterator" -> next = text();
        case "Records" -> records = readRecords();
        default -> parser.skipChildren();
      }
    }
    if (records == null) {
      throw new IOException("the body of the response must hold Records");
    }
    boolean full = records.size() >= FULL || page.length >= FULL_BYTES;
    return new Answer.Page(records, next, full, null);
  }

  private List<ShardRecord> readRecords() throws IOException {
    List<ShardRecord> records = new ArrayList<>();
    while (parser.nextToken() == JsonToken.START_OBJECT) {
      records.add(readRecord());
    }
    return records;
  }

  private ShardRecord readRecord() throws IOException {
    String event = null;
    Body body = null;
    while (nextField()) {
      switch (parser.currentName()) {
        case "eventName" -> event = text();
        case "dynamodb" -> body = readBody();
        default -> parser.skipChildren();
      }
    }
    check(body != null, "body");
    check(body.sequence != null, "SequenceNumber");
    check(body.created != null, "ApproximateCreationDateTime");
    long micros = body.created.movePointRight(MICROS_DIGITS).longValue();
    ItemChange change = body.change(operation(event), new Version(micros, body.sequence));
    return new ShardRecord(body.sequence, Math.floorDiv(micros, 1000), change);
  }

  /** Null where an object is expected and something else is there. */
  private Body readBody() throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      parser.skipChildren();
      return null;
    }
    Body body = new Body();
    while (nextField()) {
      switch (parser.currentName()) {
        case "ApproximateCreationDateTime" -> body.created = number();
        case "Keys" -> body.keys = readItem();
        case "NewImage" -> body.newItem = readItem();
        case "OldImage" -> body.oldItem = readItem();
        case "SequenceNumber" -> body.sequence = text();
        default -> parser.skipChildren();
      }
    }
    return body;
  }

  /** Null where there is none. */
  private Span readItem() throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      parser.skipChildren();
      return null;
    }
    Span item = new Span();
    item.from = (int) parser.currentTokenLocation().getByteOffset();
    while (nextField()) {
      switch (parser.currentName()) {
        case PARTITION_KEY -> item.partitionKey = readString();
        case SORT_KEY -> item.sortKey = readString();
        case TYPE -> item.type = readString();
        default -> parser.skipChildren();
      }
    }
    item.to = (int) parser.currentLocation().getByteOffset();
    return item;
  }

  /** What an attribute value of type S holds; null for any other. */
  private String readString() throws IOException {
    String string = null;
    if (parser.currentToken() == JsonToken.START_OBJECT) {
      while (nextField()) {
        if (parser.currentName().equals("S")) {
          string = text();
        } else {
          parser.skipChildren();
        }
      }
    } else {
      parser.skipChildren();
    }
    return string;
  }

  /** Whether another field comes, whose value the parser is at then. */
  private boolean nextField() throws IOException {
    boolean there = parser.nextToken() == JsonToken.FIELD_NAME;
    if (there) {
      parser.nextToken();
    }
    return there;
  }

  private String text() throws IOException {
    parser.skipChildren();
    return parser.currentToken() == JsonToken.VALUE_STRING ? parser.getText() : null;
  }

  private BigDecimal number() throws IOException {
    parser.skipChildren();
    return parser.currentToken().isNumeric() ? parser.getDecimalValue() : null;
  }

  private void check(boolean there, String what) {
    if (!there) {
      throw new IllegalArgumentException(
          "A stream record of %s has no %s; the job cannot read past it".formatted(origin, what));
    }
  }

  /** Null where the record names none that is known. */
  private static Operation operation(String event) {
    if (event == null) {
      return null;
    }
    return switch (event) {
      case "INSERT" -> Operation.INSERT;
      case "MODIFY" -> Operation.MODIFY;
      case "REMOVE" -> Operation.REMOVE;
      default -> null;
    };
  }

  /** An item, or its keys, in the page. */
  private final class Span {
    private int from;
    private int to;
    private String partitionKey;
    private String sortKey;
    private String type;

    private String json() {
      return new String(page, from, to - from, StandardCharsets.UTF_8);
    }
  }

  /** What a record says of a change; all may be absent. */
  private final class Body {
    private BigDecimal created;
    private String sequence;
    private Span keys;
    private Span newItem;
    private Span oldItem;

    private ItemChange change(Operation operation, Version version) {
      Span either = newItem == null ? oldItem : newItem;
      ItemChange change =
          new ItemChange(
              operation,
              keys == null ? null : keys.partitionKey,
              keys == null ? null : keys.sortKey,
              null,
              null,
              version,
              origin,
              false,
              either == null ? null : either.type);
      return filter.wantsItems(change) ? change.withItems(json(newItem), json(oldItem)) : change;
    }

    private static String json(Span item) {
      return item == null ? null : item.json();
    }
  }
}
