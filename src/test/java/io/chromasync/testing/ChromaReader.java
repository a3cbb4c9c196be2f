package io.chromasync.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chromasync.testing.ChromaModel.Stored;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reads what a Chroma holds, real or {@link FakeChroma}, in the default tenant and database:
 *
 * <pre>{@code
 * reader.ids("words");
 * reader.records("words").get(id).metadata().get("label_status");
 * reader.count("lines");
 * }</pre>
 */
public final class ChromaReader {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int PAGE = 1_000;
  private static final String COLLECTIONS =
      "/api/v2/tenants/default_tenant/databases/default_database/collections";

  private final HttpClient client = HttpClient.newHttpClient();
  private final URI url;

  public ChromaReader(URI url) {
    this.url = url;
  }

  /** The ids of a collection, ascending. */
  public List<String> ids(String collection) {
    return List.copyOf(records(collection).keySet());
  }

  /** Everything in a collection by id, ascending. */
  public SortedMap<String, Stored> records(String collection) {
    SortedMap<String, Stored> records = new TreeMap<>();
    String path = COLLECTIONS + "/" + id(collection) + "/get";
    for (int read = -1; read != records.size(); ) {
      read = records.size();
      ObjectNode page = JSON.createObjectNode().put("limit", PAGE).put("offset", read);
      page.putArray("include").add("metadatas").add("documents").add("embeddings");
      addTo(records, post(path, page.toString()));
    }
    return records;
  }

  /** How many records a collection has. */
  public int count(String collection) {
    return json(request(COLLECTIONS + "/" + id(collection) + "/count").GET()).asInt();
  }

  /** The names of all collections. */
  public List<String> collections() {
    List<String> names = new ArrayList<>();
    json(request(COLLECTIONS).GET()).forEach(each -> names.add(each.path("name").asText()));
    return names;
  }

  /** The server's id of a collection. */
  public String id(String collection) {
    return json(request(COLLECTIONS + "/" + collection).GET()).required("id").asText();
  }

  /** Posts JSON and expects success. */
  public JsonNode post(String path, String body) {
    return json(
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body)));
  }

  private static void addTo(SortedMap<String, Stored> records, JsonNode page) {
    for (int i = 0; i < page.required("ids").size(); i++) {
      List<Float> embedding = new ArrayList<>();
      page.path("embeddings").path(i).forEach(value -> embedding.add(value.floatValue()));
      JsonNode document = page.path("documents").path(i);
      records.put(
          page.path("ids").path(i).asText(),
          new Stored(
              embedding,
              document.isTextual() ? document.asText() : null,
              metadata(page.path("metadatas").path(i))));
    }
  }

  static Map<String, Object> metadata(JsonNode node) {
    Map<String, Object> metadata = new TreeMap<>();
    node.properties().forEach(entry -> metadata.put(entry.getKey(), value(entry.getValue())));
    return metadata;
  }

  static Object value(JsonNode node) {
    if (node.isArray()) {
      List<String> items = new ArrayList<>();
      node.forEach(item -> items.add(item.asText()));
      return items;
    }
    if (node.isIntegralNumber()) {
      return node.longValue();
    }
    if (node.isNumber()) {
      return node.doubleValue();
    }
    if (node.isBoolean()) {
      return node.booleanValue();
    }
    return node.isNull() ? null : node.asText();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(url + path));
  }

  private JsonNode json(HttpRequest.Builder builder) {
    HttpRequest request = builder.build();
    try {
      HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
      String type = response.headers().firstValue("Content-Type").orElse("");
      JsonNode body =
          type.startsWith("application/json")
              ? JSON.readTree(response.body())
              : MissingNode.getInstance();
      if (response.statusCode() / 100 != 2 || body.isMissingNode() || body.has("error")) {
        throw new IllegalStateException(
            "%s gives HTTP %s: %s"
                .formatted(request.uri(), response.statusCode(), response.body()));
      }
      return body;
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(request.uri() + " gives no JSON", e);
    } catch (IOException e) {
      throw new UncheckedIOException(request.uri() + " does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
