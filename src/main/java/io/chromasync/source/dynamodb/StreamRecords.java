package io.chromasync.source.dynamodb;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.chromasync.model.ItemChange;
import io.chromasync.model.ItemChange.Operation;
import io.chromasync.model.ItemKey;
import io.chromasync.model.Version;
import io.chromasync.source.ItemFilter;
import io.chromasync.source.lineage.ShardRecord;
import io.chromasync.source.lineage.StreamResponse;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Converts a page of DynamoDB's stream records to {@link ShardRecord}s, whatever their content. The
 * operator that maps a change rejects invalid content, and keeps it as a dead letter. Only a record
 * without sequence number or creation time cannot be read, because the position after it is
 * unknown.
 *
 * <p>The body of a response (<a
 * href="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_GetRecords.html">GetRecords</a>)
 * is parsed once, from front to back. Items are in DynamoDB JSON already: needed items are cut out
 * unchanged; of all other items only the type is used.
 *
 * <p>Parses one page, in one thread.
 */
public final class StreamRecords {

  private static final String TYPE = "TYPE";

  /**
   * Number of records from which a page counts as full: half the limit. So many records do not
   * accumulate between two polls.
   */
  private static final int FULL = 500;

  private static final int FULL_BYTES = 1 << 19;

  private static final int MICROS_DIGITS = 6;

  /** Parser for long names: the name of an attribute may have 64 KB. */
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
   * Parses one page.
   *
   * @param body body of the response
   * @param origin stream and shard, for changes and messages
   * @throws IOException if the body is not a page: an invalid page taken for the last page would
   *     end its shard
   * @throws IllegalArgumentException if a record has no sequence number or no time
   */
  static StreamResponse.Page page(byte[] body, String origin, ItemFilter filter)
      throws IOException {
    try (JsonParser parser = JSON.createParser(body)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("the body of the response must be a JSON object");
      }
      return new StreamRecords(body, parser, origin, filter).readPage();
    }
  }

  private StreamResponse.Page readPage() throws IOException {
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
    return new StreamResponse.Page(records, next, full, null);
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

  /** Returns null if the value is not an object. */
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

  /** Returns null if there is no item. */
  private Span readItem() throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      parser.skipChildren();
      return null;
    }
    Span item = new Span();
    item.from = (int) parser.currentTokenLocation().getByteOffset();
    while (nextField()) {
      switch (parser.currentName()) {
        case ItemKey.PARTITION -> item.partitionKey = readString();
        case ItemKey.SORT -> item.sortKey = readString();
        case TYPE -> item.type = readString();
        default -> parser.skipChildren();
      }
    }
    item.to = (int) parser.currentLocation().getByteOffset();
    return item;
  }

  /** Returns the string in an attribute value of type S; null for any other type. */
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

  /** Advances to the value of the next field; returns false if there is no further field. */
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

  /** Returns null for a missing or unknown operation. */
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

  /** Bytes of an item, or of its keys, within the page. */
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

  /** Content of a stream record; every part may be absent. */
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
