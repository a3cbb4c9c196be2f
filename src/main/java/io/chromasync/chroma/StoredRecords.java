package io.chromasync.chroma;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chromasync.chroma.Inquiry.Reply;
import io.chromasync.chroma.client.HttpChroma;
import io.chromasync.chroma.client.RecordSource;
import io.chromasync.chroma.delivery.RequestOutcome.Kind;
import io.chromasync.chroma.delivery.Shape;
import io.chromasync.config.InvalidSettings;
import io.chromasync.model.DomainCollection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reader of the records of a job's collections, for operators' tools. Requests are repeated while
 * the server is unavailable, as at the start of a job.
 *
 * <p>Not thread-safe.
 */
public final class StoredRecords implements RecordSource {

  private static final String VERSION = "/api/v2/version";

  private final ChromaSettings settings;
  private final Inquiry inquiry;
  private final Map<String, FoundCollection> collections = new HashMap<>();

  private StoredRecords(ChromaSettings settings, HttpChroma server) {
    this.settings = settings;
    this.inquiry = new Inquiry(settings, server);
  }

  /**
   * Opens a server, and waits for it as a job does at its start.
   *
   * @throws InvalidSettings if the server cannot be used
   */
  public static StoredRecords open(ChromaSettings settings) {
    return settings
        .startRetries()
        .until(() -> new StoredRecords(settings, HttpChroma.of(settings)));
  }

  /**
   * Returns true if the server supports arrays as metadata. Sends an update of a record that does
   * not exist, which changes nothing; if the token may not update, the answer is false.
   *
   * @throws InvalidSettings if the collection does not exist
   */
  public boolean takesArrays(DomainCollection collection) {
    String path = path(collection);
    if (path == null) {
      throw new InvalidSettings(
          "Chroma at %s has no collection '%s' ('%s')"
              .formatted(
                  settings.url(),
                  settings.nameOf(collection.collection()),
                  ChromaSettings.settingOf(collection.collection())));
    }
    String id = found(collection).id();
    return settings.startRetries().until(() -> Preflight.probeArrays(inquiry, id)).isSuccess();
  }

  /** Returns the version of the server. */
  public String version() {
    Reply reply = settings.startRetries().until(() -> inquiry.get(VERSION, Shape.TEXT));
    if (!reply.isSuccess()) {
      throw inquiry.rejection(reply, "does not return its version");
    }
    return reply.body().asText();
  }

  /** Returns true if the collection exists. */
  public boolean exists(DomainCollection collection) {
    return path(collection) != null;
  }

  @Override
  public long count(DomainCollection collection) {
    String path = path(collection);
    if (path == null) {
      return 0;
    }
    Reply reply = settings.startRetries().until(() -> inquiry.get(path + "/count", Shape.COUNT));
    if (!reply.isSuccess()) {
      throw inquiry.rejection(reply, "does not count the records of a collection");
    }
    return reply.body().asLong();
  }

  @Override
  public List<Found> page(DomainCollection collection, long offset, int limit, boolean vectors) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("limit", limit).put("offset", offset);
    return get(collection, body, vectors);
  }

  @Override
  public List<String> ids(DomainCollection collection, long offset, int limit) {
    List<String> ids = new ArrayList<>();
    String path = path(collection);
    if (path != null) {
      ObjectNode body = JsonNodeFactory.instance.objectNode();
      body.put("limit", limit).put("offset", offset).putArray("include");
      post(path + "/get", body, Shape.IDS).path("ids").forEach(id -> ids.add(id.asText()));
    }
    return ids;
  }

  @Override
  public Map<String, Found> byId(
      DomainCollection collection, Collection<String> ids, boolean vectors) {
    Map<String, Found> found = new TreeMap<>();
    List<String> all = List.copyOf(ids);
    for (int from = 0; from < all.size(); from += PAGE) {
      ObjectNode body = JsonNodeFactory.instance.objectNode();
      ArrayNode wanted = body.putArray("ids");
      all.subList(from, Math.min(from + PAGE, all.size())).forEach(wanted::add);
      get(collection, body, vectors).forEach(record -> found.put(record.id(), record));
    }
    return found;
  }

  /**
   * Returns the metadata of each record whose metadata names a partition, by its id; as {@link
   * #page} does.
   */
  public Map<String, JsonNode> of(DomainCollection collection, String partition) {
    Map<String, JsonNode> records = new TreeMap<>();
    int read;
    do {
      ObjectNode body = JsonNodeFactory.instance.objectNode();
      body.putObject("where").putObject(collection.levels().get(0).key()).put("$eq", partition);
      body.put("limit", PAGE).put("offset", records.size());
      List<Found> page = get(collection, body, false);
      page.forEach(record -> records.put(record.id(), record.metadata()));
      read = page.size();
    } while (read == PAGE);
    return records;
  }

  @Override
  public List<Near> nearest(DomainCollection collection, float[] vector, int limit) {
    List<Near> nearest = new ArrayList<>();
    String path = path(collection);
    if (path != null) {
      ObjectNode body = JsonNodeFactory.instance.objectNode();
      ArrayNode numbers = body.putArray("query_embeddings").addArray();
      for (float number : vector) {
        numbers.add(number);
      }
      body.put("n_results", limit).putArray("include").add("distances");
      JsonNode found = post(path + "/query", body, Shape.NEAREST);
      JsonNode ids = found.path("ids").path(0);
      for (int i = 0; i < ids.size(); i++) {
        nearest.add(
            new Near(ids.get(i).asText(), found.path("distances").path(0).path(i).asDouble()));
      }
    }
    return nearest;
  }

  @Override
  public double ownDistance(DomainCollection collection, float[] vector) {
    FoundCollection found = found(collection);
    if (found == null || !"ip".equals(found.space())) {
      return 0;
    }
    double product = 0;
    for (float number : vector) {
      product += (double) number * number;
    }
    return 1 - product;
  }

  private List<Found> get(DomainCollection collection, ObjectNode body, boolean vectors) {
    List<Found> records = new ArrayList<>();
    String path = path(collection);
    if (path == null) {
      return records;
    }
    ArrayNode include = body.putArray("include").add("metadatas");
    if (vectors) {
      include.add("embeddings").add("documents");
    }
    JsonNode page = post(path + "/get", body, vectors ? Shape.PAGE : Shape.MARKS);
    for (int i = 0; i < page.path("ids").size(); i++) {
      JsonNode metadata = page.path("metadatas").get(i);
      records.add(
          new Found(
              page.path("ids").get(i).asText(),
              metadata.isObject() ? metadata : JsonNodeFactory.instance.objectNode(),
              vectors ? floats(page.path("embeddings").get(i)) : null,
              page.path("documents").path(i).textValue()));
    }
    return records;
  }

  private static float[] floats(JsonNode numbers) {
    float[] vector = new float[numbers.size()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = numbers.get(i).floatValue();
    }
    return vector;
  }

  /** Path of a collection; null if there is none. */
  private String path(DomainCollection collection) {
    FoundCollection found = found(collection);
    return found == null ? null : settings.databasePath() + "/collections/" + found.id();
  }

  private FoundCollection found(DomainCollection collection) {
    String name = settings.nameOf(collection.collection());
    if (!collections.containsKey(name)) {
      String path = settings.databasePath() + "/collections/" + ChromaSettings.segment(name);
      Reply reply = settings.startRetries().until(() -> inquiry.get(path, Shape.COLLECTION));
      if (reply.kind() == Kind.MISSING) {
        return null;
      }
      if (!reply.isSuccess()) {
        throw inquiry.rejection(reply, "does not describe collection '%s'".formatted(name));
      }
      collections.put(name, new FoundCollection(reply.body()));
    }
    return collections.get(name);
  }

  private JsonNode post(String path, ObjectNode body, Shape shape) {
    byte[] json = body.toString().getBytes(UTF_8);
    Reply reply = settings.startRetries().until(() -> inquiry.post(path, json, shape));
    if (!reply.isSuccess()) {
      throw inquiry.rejection(reply, "does not return records");
    }
    return reply.body();
  }
}
