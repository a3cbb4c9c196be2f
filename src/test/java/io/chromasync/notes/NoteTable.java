package io.chromasync.notes;

import io.chromasync.local.servers.DynamoDbLocal;
import io.chromasync.testing.ChromaModel.Stored;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Table of notes on a real server, and the records that its items require. Shares no code with the
 * domain. Counts its changes.
 */
final class NoteTable {

  private final DynamoDbLocal server;
  private final String name;
  private long changes;

  NoteTable(DynamoDbLocal server, String name) {
    this.server = server;
    this.name = name;
    server.createTable(name);
  }

  String name() {
    return name;
  }

  /** Number of records of the stream. */
  long changes() {
    return changes;
  }

  /** Switches to a new stream, which has none of the changes so far. */
  void restartStream() {
    server.switchStream(name, false);
    server.switchStream(name, true);
    changes = 0;
  }

  /** Number of items of an owner. */
  long items(String owner) {
    return scan().stream().filter(item -> item.get("PK").s().equals("OWNER#" + owner)).count();
  }

  void putOwner(String owner) {
    put(owner, "OWNER", Map.of());
  }

  /** Puts a note with its vector as a list of numbers. */
  void putNote(String owner, String note, String text, float... vector) {
    List<AttributeValue> numbers = new ArrayList<>();
    for (float number : vector) {
      numbers.add(AttributeValue.fromN(Float.toString(number)));
    }
    put(
        owner,
        "NOTE#" + note,
        Map.of("text", AttributeValue.fromS(text), "vector", AttributeValue.fromL(numbers)));
  }

  /** Puts a note with a title, and its vector as bytes. */
  void putTitled(String owner, String note, String title, String text, float... vector) {
    ByteBuffer bytes =
        ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(vector);
    put(
        owner,
        "NOTE#" + note,
        Map.of(
            "title", AttributeValue.fromS(title),
            "text", AttributeValue.fromS(text),
            "vector", AttributeValue.fromB(SdkBytes.fromByteArray(bytes.array()))));
  }

  void putTag(String owner, String note, String tag) {
    put(owner, "NOTE#" + note + "#TAG#" + tag, Map.of());
  }

  void deleteOwner(String owner) {
    delete(owner, "OWNER");
  }

  void deleteNote(String owner, String note) {
    delete(owner, "NOTE#" + note);
  }

  void deleteTag(String owner, String note, String tag) {
    delete(owner, "NOTE#" + note + "#TAG#" + tag);
  }

  /**
   * Records that the table requires: one for each note whose owner has an item.
   *
   * @param arrays true if tags are an array; otherwise each tag is a bool
   */
  SortedMap<String, Stored> expected(boolean arrays) {
    SortedMap<String, Map<String, AttributeValue>> items = new TreeMap<>();
    scan().forEach(item -> items.put(item.get("PK").s() + "#" + item.get("SK").s(), item));
    SortedMap<String, Stored> records = new TreeMap<>();
    items.forEach(
        (id, item) -> {
          boolean isNote = item.get("SK").s().matches("NOTE#[^#]+");
          if (isNote && items.containsKey(item.get("PK").s() + "#OWNER")) {
            List<String> tags =
                items.keySet().stream()
                    .filter(key -> key.startsWith(id + "#TAG#"))
                    .map(key -> key.substring((id + "#TAG#").length()))
                    .toList();
            records.put(id, record(item, tags, arrays));
          }
        });
    return records;
  }

  private static Stored record(
      Map<String, AttributeValue> item, List<String> tags, boolean arrays) {
    Map<String, Object> metadata = new TreeMap<>();
    metadata.put("owner_id", item.get("PK").s().substring("OWNER#".length()));
    metadata.put("note_id", item.get("SK").s().substring("NOTE#".length()));
    if (item.containsKey("title")) {
      metadata.put("title", item.get("title").s());
    }
    if (!arrays) {
      tags.forEach(tag -> metadata.put("tag_" + tag, true));
    } else if (!tags.isEmpty()) {
      metadata.put("tags", tags);
    }
    return new Stored(vector(item.get("vector")), item.get("text").s(), metadata);
  }

  private static List<Float> vector(AttributeValue value) {
    List<Float> vector = new ArrayList<>();
    if (value.b() == null) {
      value.l().forEach(number -> vector.add(Float.valueOf(number.n())));
    } else {
      ByteBuffer bytes = value.b().asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
      while (bytes.hasRemaining()) {
        vector.add(bytes.getFloat());
      }
    }
    return vector;
  }

  private void put(String owner, String sortKey, Map<String, AttributeValue> attributes) {
    Map<String, AttributeValue> item = new HashMap<>(attributes);
    item.putAll(key(owner, sortKey));
    server.client().putItem(request -> request.tableName(name).item(item)).join();
    changes++;
  }

  private void delete(String owner, String sortKey) {
    server.client().deleteItem(request -> request.tableName(name).key(key(owner, sortKey))).join();
    changes++;
  }

  private List<Map<String, AttributeValue>> scan() {
    return server.client().scan(request -> request.tableName(name)).join().items();
  }

  private static Map<String, AttributeValue> key(String owner, String sortKey) {
    return Map.of(
        "PK", AttributeValue.fromS("OWNER#" + owner), "SK", AttributeValue.fromS(sortKey));
  }
}
