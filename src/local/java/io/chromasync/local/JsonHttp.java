package io.chromasync.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;

/** JSON over HTTP, for the servers of a laptop: no retries. Thread-safe. */
final class JsonHttp {

  static final ObjectMapper JSON = new ObjectMapper();

  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();
  private final String base;

  JsonHttp(String base) {
    this.base = base;
  }

  /**
   * An answer, whatever its status.
   *
   * @param body missing if it is no JSON, or not said to be
   */
  record Answer(int status, JsonNode body) {

    /** A page in place of the server's answer is none, even if its status is 200. */
    boolean isSuccess() {
      return status / 100 == 2 && !body.isMissingNode() && !body.has("error");
    }
  }

  JsonNode get(String path) {
    return success("GET", path, send(HttpRequest.newBuilder().GET(), path));
  }

  JsonNode post(String path, Object body) {
    return success("POST", path, tryPost(path, body));
  }

  /** Posts a file as the one part of a form (RFC 7578). */
  JsonNode postFile(String path, Path file) throws IOException {
    String boundary = "chromasync-" + Long.toHexString(System.nanoTime());
    String head =
        "--%s\r\nContent-Disposition: form-data; name=\"file\"; filename=\"%s\"\r\n\r\n"
            .formatted(boundary, file.getFileName());
    HttpRequest.Builder request =
        HttpRequest.newBuilder()
            .header("Content-Type", "multipart/form-data; boundary=" + boundary)
            .POST(
                BodyPublishers.concat(
                    BodyPublishers.ofString(head),
                    BodyPublishers.ofFile(file),
                    BodyPublishers.ofString("\r\n--" + boundary + "--\r\n")));
    return success("POST", path, send(request, path));
  }

  JsonNode delete(String path) {
    return success("DELETE", path, send(HttpRequest.newBuilder().DELETE(), path));
  }

  Answer tryPost(String path, Object body) {
    return tryPost(path, body, TIMEOUT);
  }

  /** As {@link #tryPost(String, Object)}, for what may take longer. */
  Answer tryPost(String path, Object body, Duration timeout) {
    try {
      return send(
          HttpRequest.newBuilder()
              .header("Content-Type", "application/json")
              .POST(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body))),
          path,
          timeout);
    } catch (IOException e) {
      throw new UncheckedIOException("the body for " + path + " cannot be written", e);
    }
  }

  private JsonNode success(String verb, String path, Answer answer) {
    if (!answer.isSuccess()) {
      throw new IllegalStateException(
          "%s %s%s answered %s: %s".formatted(verb, base, path, answer.status(), answer.body()));
    }
    return answer.body();
  }

  private static JsonNode body(HttpResponse<byte[]> response) throws IOException {
    String type = response.headers().firstValue("Content-Type").orElse("");
    return type.matches("(?i)application/json\\s*(;.*)?")
        ? JSON.readTree(response.body())
        : MissingNode.getInstance();
  }

  private Answer send(HttpRequest.Builder request, String path) {
    return send(request, path, TIMEOUT);
  }

  private Answer send(HttpRequest.Builder request, String path, Duration timeout) {
    try {
      HttpResponse<byte[]> response =
          client.send(
              request.uri(URI.create(base + path)).timeout(timeout).build(),
              HttpResponse.BodyHandlers.ofByteArray());
      return new Answer(response.statusCode(), body(response));
    } catch (IOException e) {
      throw new UncheckedIOException(base + path + " did not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while asking " + base + path, e);
    }
  }
}
