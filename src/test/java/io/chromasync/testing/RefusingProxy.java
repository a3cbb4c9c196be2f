package io.chromasync.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Stands before DynamoDB on a loopback port, counts requests, and refuses as many as it is told to,
 * as DynamoDB refuses them.
 *
 * <p>Safe for use by several threads.
 */
public final class RefusingProxy implements AutoCloseable {

  /** What the JDK's client sets by itself. */
  private static final Set<String> OWN = Set.of("host", "content-length", "connection", "expect");

  private record Refusal(int status, String type) {}

  private final URI target;
  private final HttpServer server;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Deque<Refusal> refusals = new ArrayDeque<>();
  private int requests;

  private RefusingProxy(URI target) throws IOException {
    this.target = target;
    this.server = Loopback.server();
    server.createContext("/", this::serve);
    server.setExecutor(threads);
    server.start();
  }

  public static RefusingProxy start(URI target) {
    try {
      return new RefusingProxy(target);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public URI url() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** The next requests are told to be too many. */
  public void throttle(int times) {
    refuse(times, 400, "ProvisionedThroughputExceededException");
  }

  /** The next requests find the server broken. */
  public void fail(int times) {
    refuse(times, 500, "InternalServerError");
  }

  /** How many requests are still to be refused. */
  public synchronized int left() {
    return refusals.size();
  }

  /** How many requests came, refused or not. */
  public synchronized int requests() {
    return requests;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private synchronized void refuse(int times, int status, String type) {
    for (int i = 0; i < times; i++) {
      refusals.add(new Refusal(status, type));
    }
  }

  private synchronized Refusal next() {
    requests++;
    return refusals.poll();
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      Refusal refusal = next();
      if (refusal == null) {
        forward(exchange, body);
      } else {
        String said =
            "{\"__type\":\"com.amazonaws.dynamodb.v20120810#%s\",\"message\":\"told to\"}"
                .formatted(refusal.type);
        answer(exchange, refusal.status, said.getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  private void forward(HttpExchange exchange, byte[] body) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(target.resolve("/")).POST(BodyPublishers.ofByteArray(body));
    exchange
        .getRequestHeaders()
        .forEach(
            (name, values) -> {
              if (!OWN.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
              }
            });
    try {
      HttpResponse<byte[]> response = client.send(request.build(), BodyHandlers.ofByteArray());
      answer(exchange, response.statusCode(), response.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.getResponseHeaders().add("Content-Type", "application/x-amz-json-1.0");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }
}
