package io.chromasync.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.chromasync.local.servers.S3Server;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A bucket in memory that gives its objects as S3 does, on a loopback port, or refuses them for a
 * while. It speaks no more of S3 than {@code GetObject} and {@code HeadBucket}; {@link S3Server}
 * speaks all of it.
 *
 * <p>Thread-safe.
 */
public final class FakeS3 implements AutoCloseable {

  private final String bucket;
  private final HttpServer server;
  private final Map<String, byte[]> objects = new ConcurrentHashMap<>();
  private final Set<String> slow = ConcurrentHashMap.newKeySet();

  private FakeS3(String bucket) throws IOException {
    this.bucket = bucket;
    this.server = Loopback.server();
    server.createContext("/", this::serve);
    server.start();
  }

  public static FakeS3 start(String bucket) {
    try {
      return new FakeS3(bucket);
    } catch (IOException e) {
      throw new UncheckedIOException("the fake S3 cannot listen", e);
    }
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  public void put(String key, byte[] content) {
    objects.put(key, content);
  }

  /** From now on, whoever asks for this object is told to ask again later. */
  public void slowDown(String key) {
    slow.add(key);
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      String key = path.substring(Math.min(path.length(), bucket.length() + 2));
      boolean listing = exchange.getRequestURI().getQuery() != null;
      if (exchange.getRequestMethod().equals("HEAD")) {
        exchange.sendResponseHeaders(path.startsWith("/" + bucket) ? 200 : 404, -1);
      } else if (listing) {
        refuse(exchange, 501, "NotImplemented");
      } else if (slow.contains(key)) {
        refuse(exchange, 503, "SlowDown");
      } else if (objects.containsKey(key)) {
        answer(exchange, 200, objects.get(key));
      } else {
        refuse(exchange, 404, "NoSuchKey");
      }
    }
  }

  private static void refuse(HttpExchange exchange, int status, String code) throws IOException {
    String error = "<?xml version=\"1.0\"?><Error><Code>%s</Code></Error>".formatted(code);
    exchange.getResponseHeaders().add("Content-Type", "application/xml");
    answer(exchange, status, error.getBytes(StandardCharsets.UTF_8));
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }
}
