package io.chromasync.resolve;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chromasync.model.EntityKey;
import io.chromasync.model.EntityTree;
import io.chromasync.model.Version;
import io.chromasync.resolve.rules.HeapChunks;
import io.chromasync.resolve.rules.StateChunk;
import java.io.IOException;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * State of one partition outside of the job, and its form as one line of JSON: the result of an
 * operator's query. Chunks are in the format of state, with their table of kinds.
 *
 * @param query id of the query
 * @param asOf processing time of the copy, in milliseconds; {@link Long#MIN_VALUE} = unknown
 * @param tableReadAsOf snapshot timestamp of the whole table; null = none was completed
 * @param chunks facts, and what was written
 * @param vectors version of each retained vector, by the id of its record
 * @param waiting number of inputs that wait for a snapshot of the partition
 */
public record PartitionDump(
    String query,
    String partition,
    long asOf,
    Version tableReadAsOf,
    HeapChunks chunks,
    Map<String, Version> vectors,
    int waiting) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int USUAL_SIZE = 1024;

  /** Returns the line, without a line terminator. */
  public String line(EntityTree tree) throws IOException {
    ChunkSerializer serializer = new ChunkSerializer(tree);
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    line.put("query", query).put("partition", partition).put("as_of", asOf).put("waiting", waiting);
    line.set("table_read", json(tableReadAsOf));
    ObjectNode versions = line.putObject("vectors");
    vectors.forEach((id, version) -> versions.set(id, json(version)));
    DataOutputSerializer out = new DataOutputSerializer(USUAL_SIZE);
    new KindTable(serializer.kinds()).writeSnapshot(out);
    line.put("kinds", out.getCopyOfBuffer());
    ObjectNode stored = line.putObject("chunks");
    for (EntityKey key : chunks.keys()) {
      out.clear();
      serializer.serialize(chunks.get(key), out);
      stored.put(key.path(), out.getCopyOfBuffer());
    }
    return JSON.writeValueAsString(line);
  }

  /**
   * Parses a line.
   *
   * @return null if it is the result of another query
   * @throws IOException if the line cannot be read
   */
  public static PartitionDump parse(String line, String query, EntityTree tree) throws IOException {
    JsonNode json = JSON.readTree(line);
    return query.equals(json.path("query").asText()) ? parse(json, tree) : null;
  }

  /**
   * Parses a line, whatever its query.
   *
   * @throws IOException if the line cannot be read
   */
  public static PartitionDump parse(String line, EntityTree tree) throws IOException {
    return parse(JSON.readTree(line), tree);
  }

  private static PartitionDump parse(JsonNode json, EntityTree tree) throws IOException {
    KindTable kinds = new KindTable();
    kinds.readSnapshot(
        kinds.getCurrentVersion(), input(json.get("kinds")), PartitionDump.class.getClassLoader());
    TypeSerializer<StateChunk> serializer = kinds.restoreSerializer();
    HeapChunks chunks = new HeapChunks();
    for (Map.Entry<String, JsonNode> each : json.get("chunks").properties()) {
      chunks.put(tree.chunkAt(each.getKey()), serializer.deserialize(input(each.getValue())));
    }
    Map<String, Version> vectors = new TreeMap<>();
    json.get("vectors").properties().forEach(v -> vectors.put(v.getKey(), version(v.getValue())));
    return new PartitionDump(
        json.get("query").asText(),
        json.get("partition").asText(),
        json.get("as_of").asLong(),
        version(json.get("table_read")),
        chunks,
        vectors,
        json.get("waiting").asInt());
  }

  private static DataInputDeserializer input(JsonNode base64) {
    return new DataInputDeserializer(Base64.getDecoder().decode(base64.asText()));
  }

  private static JsonNode json(Version version) {
    return version == null
        ? JsonNodeFactory.instance.nullNode()
        : JsonNodeFactory.instance.arrayNode().add(version.micros()).add(version.sequence());
  }

  private static Version version(JsonNode json) {
    return json.isNull() ? null : new Version(json.get(0).asLong(), json.get(1).asText());
  }
}
