package io.chromasync.chroma;

import io.chromasync.config.InvalidSettings;
import io.chromasync.config.Secret;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;

/**
 * A Chroma server over HTTP/1.1, where a connection carries one request at a time, so that giving
 * up one does not touch the others.
 *
 * <p>The token goes into both headers that Chroma servers know: {@code X-Chroma-Token} (Chroma
 * Cloud, and the API's OpenAPI document) and {@code Authorization: Bearer} (the Python servers'
 * default, and what proxies in front of a server check; <a
 * href="https://docs.trychroma.com/deployment/auth">Chroma's page on authentication</a>).
 *
 * <p>{@link HttpClient} needs no closing on Java 17: its threads end when it is no longer
 * reachable.
 */
final class HttpChroma implements Chroma {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  private final HttpClient client;
  private final URI url;
  private final Secret token;
  private final InstantSource clock;

  /**
   * @param token null = none is sent
   * @param trust whose certificates are taken; null = whom Java trusts
   * @param clock to read a Retry-After that names a date
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
   * The server of these settings, with its token as it is now.
   *
   * @throws InvalidSettings if the token or the certificate authority cannot be read
   * @throws io.chromasync.start.Unready if they cannot be read for now
   */
  static HttpChroma of(ChromaSettings settings) {
    return new HttpChroma(
        settings.url(),
        Token.read(settings),
        PrivateAuthority.trusted(settings),
        InstantSource.system());
  }

  @Override
  public CompletableFuture<Answer> get(String path) {
    return send(request(path).GET());
  }

  @Override
  public CompletableFuture<Answer> post(String path, byte[] json) {
    return send("POST", path, json);
  }

  /** As {@link #post}; only an operator's tool changes what is there as a whole. */
  CompletableFuture<Answer> put(String path, byte[] json) {
    return send("PUT", path, json);
  }

  private CompletableFuture<Answer> send(String method, String path, byte[] json) {
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

  private CompletableFuture<Answer> send(HttpRequest.Builder request) {
    return client.sendAsync(request.build(), BodyHandlers.ofByteArray()).thenApply(this::answer);
  }

  /** A page that shows the request must not bring the token into a message. */
  private Answer answer(HttpResponse<byte[]> response) {
    String body = AnswerBody.decode(response.headers(), response.body());
    Duration retryAfter =
        response.headers().firstValue("Retry-After").map(this::retryAfter).orElse(Duration.ZERO);
    return new Answer(
        response.statusCode(),
        response.headers().firstValue("Content-Type").orElse(""),
        token == null ? body : body.replace(token.value(), token.toString()),
        retryAfter);
  }

  /** Seconds or a date (RFC 9110, 10.2.3); anything else does not ask for a wait. */
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
