package io.chromasync.chroma;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chromasync.chroma.Inquiry.Reply;
import io.chromasync.chroma.client.HttpChroma;
import io.chromasync.chroma.delivery.RequestOutcome.Kind;
import io.chromasync.chroma.delivery.Shape;
import io.chromasync.config.InvalidSettings;
import io.chromasync.model.DomainCollection;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reader of the records of one partition, by the metadata that names it, for operators' tools. A
 * record whose metadata names no partition is not found.
 *
 * <p>Not thread-safe.
 */
public final class PartitionRecords {

  private static final int PAGE = 300;

  private final ChromaSettings settings;
  private final Inquiry inquiry;

  private PartitionRecords(ChromaSettings settings, HttpChroma server) {
    this.settings = settings;
    this.inquiry = new Inquiry(settings, server);
  }

  /**
   * Opens a server, and waits for it as a job does at its start.
   *
   * @throws InvalidSettings if the server cannot be used
   */
  public static PartitionRecords open(ChromaSettings settings) {
    return settings
        .startRetries()
        .until(() -> new PartitionRecords(settings, HttpChroma.of(settings)));
  }

  /**
   * Returns true if the server supports arrays as metadata. Sends an update of a record that does
   * not exist, which changes nothing; if the token may not update, the answer is false.
   *
   * @throws InvalidSettings if the collection does not exist
   */
  public boolean takesArrays(DomainCollection collection) {
    String name = settings.nameOf(collection.collection());
    Reply found = get("/collections/" + ChromaSettings.segment(name), Shape.COLLECTION);
    if (!found.isSuccess()) {
      throw inquiry.rejection(found, "does not describe collection '%s'".formatted(name));
    }
    String id = new FoundCollection(found.body()).id();
    return settings.startRetries().until(() -> Preflight.probeArrays(inquiry, id)).isSuccess();
  }

  /**
   * Returns the metadata of each record of a partition, by its id; empty if there is no such
   * collection.
   *
   * @throws InvalidSettings if the server rejects the request, or does not respond in time
   */
  public Map<String, JsonNode> of(DomainCollection collection, String partition) {
    Map<String, JsonNode> records = new TreeMap<>();
    String name = settings.nameOf(collection.collection());
    Reply found = get("/collections/" + ChromaSettings.segment(name), Shape.COLLECTION);
    if (found.kind() == Kind.MISSING) {
      return records;
    }
    if (!found.isSuccess()) {
      throw inquiry.rejection(found, "does not describe collection '%s'".formatted(name));
    }
    String path =
        settings.databasePath() + "/collections/" + new FoundCollection(found.body()).id() + "/get";
    int read;
    do {
      JsonNode page = page(path, collection.levels().get(0).key(), partition, records.size());
      read = page.path("ids").size();
      for (int i = 0; i < read; i++) {
        records.put(page.path("ids").get(i).asText(), page.path("metadatas").get(i));
      }
    } while (read == PAGE);
    return records;
  }

  private JsonNode page(String path, String key, String partition, int offset) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.putObject("where").putObject(key).put("$eq", partition);
    body.put("limit", PAGE).put("offset", offset).putArray("include").add("metadatas");
    Reply reply =
        settings
            .startRetries()
            .until(() -> inquiry.post(path, body.toString().getBytes(UTF_8), Shape.MARKS));
    if (!reply.isSuccess()) {
      throw inquiry.rejection(reply, "does not return the records of a partition");
    }
    return reply.body();
  }

  private Reply get(String path, Shape shape) {
    return settings.startRetries().until(() -> inquiry.get(settings.databasePath() + path, shape));
  }
}
