package io.chromasync.chroma.client;

import io.chromasync.chroma.ChromaSettings;
import io.chromasync.config.InvalidSettings;
import io.chromasync.config.Secret;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;

/**
 * Client of a Chroma server over HTTP/1.1. A connection carries one request at a time, so
 * cancelling a request does not affect other requests.
 *
 * <p>The token is sent in both headers that Chroma servers support (<a
 * href="https://docs.trychroma.com/deployment/auth">Chroma's page on authentication</a>):
 *
 * <ul>
 *   <li>{@code X-Chroma-Token}: Chroma Cloud, and the API's OpenAPI document;
 *   <li>{@code Authorization: Bearer}: the default of the Python servers, and of proxies that check
 *       tokens.
 * </ul>
 *
 * <p>{@link HttpClient} needs no closing on Java 17: its threads end when it is no longer
 * reachable.
 */
public final class HttpChroma implements Chroma {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  private final HttpClient client;
  private final URI url;
  private final Secret token;
  private final InstantSource clock;

  /**
   * @param token null = none is sent
   * @param trust certificates to trust; null = Java's defaults
   * @param clock clock for a Retry-After header that contains a date
   */
  HttpChroma(URI url, Secret token, SSLContext trust, InstantSource clock) {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(CONNECT_TIMEOUT);
    if (trust != null) {
      builder.sslContext(trust);
    }
    this.client = builder.build();
    this.url = url;
    this.token = token;
    this.clock = clock;
  }

  /**
   * Creates the client for these settings, with the current token.
   *
   * @throws InvalidSettings if the token or the certificate authority cannot be read
   * @throws io.chromasync.start.Unready if they cannot be read for now
   */
  public static HttpChroma of(ChromaSettings settings) {
    return new HttpChroma(
        settings.url(),
        Token.read(settings),
        PrivateAuthority.trusted(settings),
        InstantSource.system());
  }

  @Override
  public CompletableFuture<ChromaResponse> get(String path) {
    return send(request(path).GET());
  }

  @Override
  public CompletableFuture<ChromaResponse> post(String path, byte[] json) {
    return send("POST", path, json);
  }

  /** Sends a PUT request; otherwise as {@link #post}. Only operators' tools use it. */
  public CompletableFuture<ChromaResponse> put(String path, byte[] json) {
    return send("PUT", path, json);
  }

  private CompletableFuture<ChromaResponse> send(String method, String path, byte[] json) {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofByteArray(json)));
  }

  private HttpRequest.Builder request(String path) {
    HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path));
    if (token != null) {
      request.header("X-Chroma-Token", token.value());
      request.header("Authorization", "Bearer " + token.value());
    }
    return request;
  }

  private CompletableFuture<ChromaResponse> send(HttpRequest.Builder request) {
    return client
        .sendAsync(request.build(), response -> new LimitedBody(ResponseBody.LONGEST))
        .thenApply(this::answer);
  }

  /** Masks the token, because a page that quotes the request could leak it into a message. */
  private ChromaResponse answer(HttpResponse<byte[]> response) {
    String body = ResponseBody.decode(response.headers(), response.body());
    Duration retryAfter =
        response.headers().firstValue("Retry-After").map(this::retryAfter).orElse(Duration.ZERO);
    return new ChromaResponse(
        response.statusCode(),
        response.headers().firstValue("Content-Type").orElse(""),
        token == null ? body : body.replace(token.value(), token.toString()),
        retryAfter);
  }

  /** Parses seconds or a date (RFC 9110, 10.2.3); any other value means no wait. */
  private Duration retryAfter(String value) {
    if (value.matches("\\d{1,9}")) {
      return Duration.ofSeconds(Long.parseLong(value));
    }
    try {
      ZonedDateTime date = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME);
      Duration wait = Duration.between(clock.instant(), date.toInstant());
      return wait.isNegative() ? Duration.ZERO : wait;
    } catch (DateTimeParseException e) {
      return Duration.ZERO;
    }
  }
}
