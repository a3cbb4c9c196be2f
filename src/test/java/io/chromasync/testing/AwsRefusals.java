package io.chromasync.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Stands before a server of AWS's protocol and refuses some calls of an operation, as AWS would;
 * the rest passes. Safe for use by several threads.
 */
public final class AwsRefusals implements AutoCloseable {

  private static final Set<String> OWN = Set.of("host", "content-length", "connection", "expect");

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final URI target;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Map<String, Refusal> refusals = new ConcurrentHashMap<>();

  private record Refusal(String error, int status, int every, int calls) {
    boolean isNow() {
      return calls % every == 0;
    }
  }

  private AwsRefusals(HttpServer server, URI target) {
    this.server = server;
    this.target = target;
  }

  public static AwsRefusals before(URI target) throws IOException {
    HttpServer server = Loopback.server();
    AwsRefusals refusals = new AwsRefusals(server, target);
    server.createContext("/", refusals::handle);
    server.setExecutor(refusals.threads);
    server.start();
    return refusals;
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** From now on one of so many calls of an operation is refused with this error. */
  public void refuse(String operation, int oneOf, String error) {
    refuse(operation, oneOf, error, 400);
  }

  /** As {@link #refuse(String, int, String)}, with this HTTP status. */
  public void refuse(String operation, int oneOf, String error, int status) {
    refusals.put(operation, new Refusal(error, status, oneOf, 0));
  }

  /** How many calls of an operation there were since {@link #refuse}. */
  public int calls(String operation) {
    return refusals.get(operation).calls();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String operation =
          exchange.getRequestHeaders().getFirst("X-Amz-Target").replaceFirst(".*\\.", "");
      Refusal refusal =
          refusals.computeIfPresent(
              operation, (o, r) -> new Refusal(r.error(), r.status(), r.every(), r.calls() + 1));
      if (refusal != null && refusal.isNow()) {
        exchange.getRequestBody().readAllBytes();
        exchange.getResponseHeaders().add("x-amzn-ErrorType", refusal.error());
        exchange.sendResponseHeaders(refusal.status(), -1);
      } else {
        forward(exchange);
      }
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }

  private void forward(HttpExchange exchange) throws IOException, InterruptedException {
    HttpRequest.Builder copy =
        HttpRequest.newBuilder(target.resolve(exchange.getRequestURI()))
            .method(
                exchange.getRequestMethod(),
                BodyPublishers.ofByteArray(exchange.getRequestBody().readAllBytes()));
    for (Map.Entry<String, List<String>> header : exchange.getRequestHeaders().entrySet()) {
      if (!OWN.contains(header.getKey().toLowerCase(java.util.Locale.ROOT))) {
        header.getValue().forEach(value -> copy.header(header.getKey(), value));
      }
    }
    HttpResponse<byte[]> answer = client.send(copy.build(), BodyHandlers.ofByteArray());
    answer
        .headers()
        .firstValue("content-type")
        .ifPresent(type -> exchange.getResponseHeaders().add("Content-Type", type));
    exchange.sendResponseHeaders(
        answer.statusCode(), answer.body().length == 0 ? -1 : answer.body().length);
    exchange.getResponseBody().write(answer.body());
  }
}
