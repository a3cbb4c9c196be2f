package io.chromasync.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.atomic.AtomicLong;

/** A plain HTTP client of one Chroma server, which counts its requests. Thread-safe. */
final class PlainClient {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String COLLECTIONS =
      "/api/v2/tenants/default_tenant/databases/default_database/collections";

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final AtomicLong requests = new AtomicLong();
  private final URI url;

  PlainClient(URI url) {
    this.url = url;
  }

  /** Creates a collection, or finds it; the path of its requests. */
  String collection(String name) {
    byte[] body =
        JSON.createObjectNode()
            .put("name", name)
            .put("get_or_create", true)
            .toString()
            .getBytes(java.nio.charset.StandardCharsets.UTF_8);
    return COLLECTIONS + "/" + post(COLLECTIONS, body).required("id").asText();
  }

  /**
   * Posts a request.
   *
   * @param body JSON
   * @throws IllegalStateException if Chroma does not take it
   */
  JsonNode post(String path, byte[] body) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + path))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofByteArray(body))
            .build();
    requests.incrementAndGet();
    return send(request);
  }

  /** The number of records, which makes Chroma bring the collection up to date. */
  int count(String path) {
    return send(HttpRequest.newBuilder(URI.create(url + path + "/count")).build()).asInt();
  }

  /** How many requests it has posted. */
  long requests() {
    return requests.get();
  }

  private JsonNode send(HttpRequest request) {
    try {
      String body = client.send(request, BodyHandlers.ofString()).body();
      JsonNode answer = JSON.readTree(body);
      if (answer == null || answer.has("error")) {
        throw new IllegalStateException("%s answers %s".formatted(request.uri(), body));
      }
      return answer;
    } catch (IOException e) {
      throw new UncheckedIOException(request.uri() + " fails", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
