package io.chromasync.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * AWS Secrets Manager's {@code GetSecretValue} on a loopback port, where the SDK's clients of this
 * JVM find it until it is closed. Safe for use by several threads.
 */
public final class FakeSecrets implements AutoCloseable {

  /** The name of a secret that may be put. */
  public static final String ARN =
      "arn:aws:secretsmanager:eu-west-1:123456789012:secret:chromasync/token-AbCdEf";

  /**
   * <a href="https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html">SDK</a>.
   */
  private static final String ENDPOINT = "aws.endpointUrlSecretsManager";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final Map<String, String> secrets = new ConcurrentHashMap<>();

  private volatile int failure;

  private FakeSecrets(HttpServer server) {
    this.server = server;
  }

  /** Starts it without any secret. */
  public static FakeSecrets start() {
    TestCredentials.use();
    try {
      FakeSecrets fake = new FakeSecrets(Loopback.server());
      fake.server.createContext("/", fake::handle);
      fake.server.start();
      System.setProperty(ENDPOINT, "http://127.0.0.1:" + fake.server.getAddress().getPort());
      return fake;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sets what {@link #ARN} holds from now on. */
  public FakeSecrets put(String secret) {
    secrets.put(ARN, secret);
    return this;
  }

  /** Answers every request with this status from now on; 0 = as it should. */
  public FakeSecrets fail(int status) {
    failure = status;
    return this;
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (failure != 0) {
        exchange.getRequestBody().readAllBytes();
        exchange.sendResponseHeaders(failure, -1);
        return;
      }
      JsonNode request = JSON.readTree(exchange.getRequestBody());
      String secret = secrets.get(request.path("SecretId").asText());
      ObjectNode reply = JSON.createObjectNode();
      if (secret == null) {
        reply.put("__type", "ResourceNotFoundException").put("message", "no such secret");
      } else {
        reply.put("ARN", ARN).put("SecretString", secret);
      }
      byte[] bytes = reply.toString().getBytes(UTF_8);
      exchange.getResponseHeaders().add("Content-Type", "application/x-amz-json-1.1");
      exchange.sendResponseHeaders(secret == null ? 400 : 200, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void close() {
    System.clearProperty(ENDPOINT);
    server.stop(0);
  }
}
