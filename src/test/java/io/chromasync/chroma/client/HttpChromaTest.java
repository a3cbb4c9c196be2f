package io.chromasync.chroma.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.chromasync.chroma.delivery.RequestOutcome;
import io.chromasync.chroma.delivery.RequestOutcome.Kind;
import io.chromasync.config.Secret;
import io.chromasync.testing.Loopback;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpChromaTest {

  private static final InstantSource NOON =
      InstantSource.fixed(Instant.parse("2026-11-23T12:00:00Z"));

  private HttpServer server;
  private URI url;

  @BeforeEach
  void start() throws IOException {
    server = Loopback.server();
    server.start();
    url = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/base");
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void theTokenTravelsInBothHeadersThatServersKnow() throws Exception {
    AtomicReference<String> seen = new AtomicReference<>();
    server.createContext(
        "/base/api/v2/x",
        exchange -> {
          seen.set(
              exchange.getRequestHeaders().getFirst("X-Chroma-Token")
                  + " and "
                  + exchange.getRequestHeaders().getFirst("Authorization"));
          exchange.sendResponseHeaders(200, seen.get().length());
          exchange.getResponseBody().write(seen.get().getBytes(UTF_8));
          exchange.close();
        });

    ChromaResponse answer =
        new HttpChroma(url, new Secret("sesame"), null, NOON).get("/api/v2/x").get();

    assertThat(seen).hasValue("sesame and Bearer sesame");
    assertThat(answer.body()).as("the token is not shown").isEqualTo("*** and Bearer ***");
  }

  @Test
  void aPostSendsItsBytesAsJson() throws Exception {
    server.createContext(
        "/base/api/v2/x",
        exchange -> {
          byte[] body = exchange.getRequestBody().readAllBytes();
          String type = exchange.getRequestHeaders().getFirst("Content-Type");
          exchange.sendResponseHeaders(type.equals("application/json") ? 201 : 415, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });

    ChromaResponse answer = chroma().post("/api/v2/x", "{\"a\":\"ß\"}".getBytes(UTF_8)).get();

    assertThat(answer).isEqualTo(new ChromaResponse(201, "", "{\"a\":\"ß\"}", Duration.ZERO));
  }

  @ParameterizedTest
  @CsvSource({
    "7, PT7S",
    "'Mon, 23 Nov 2026 12:01:30 GMT', PT1M30S",
    "'Mon, 23 Nov 2026 11:00:00 GMT', PT0S",
    "soon, PT0S",
    "-3, PT0S",
    "99999999999999999999, PT0S",
  })
  void aRetryAfterIsSecondsOrADate(String header, Duration wait) throws Exception {
    server.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().add("Retry-After", header);
          exchange.sendResponseHeaders(429, -1);
          exchange.close();
        });

    assertThat(chroma().get("/api/v2/x").get()).isEqualTo(new ChromaResponse(429, "", "", wait));
  }

  @ParameterizedTest
  @CsvSource({
    "application/json, identity, WRITTEN",
    "application/json;charset=utf-8, gzip, WRITTEN",
    "application/json;charset=utf-16, gzip, FOREIGN",
    "application/json;charset=nonsense, x-gzip, WRITTEN",
    "application/json, br, FOREIGN",
    "application/json, cut, FOREIGN",
    "text/html, gzip, FOREIGN",
  })
  void c01ABodyIsReadAsItsHeadersSay(String type, String encoding, Kind kind) throws Exception {
    server.createContext(
        "/",
        exchange -> {
          byte[] body = "{\"deleted\":1}".getBytes(UTF_8);
          if (!encoding.equals("identity")) {
            body = gzip(body);
          }
          int length = encoding.equals("cut") ? body.length - 9 : body.length;
          exchange.getResponseHeaders().add("Content-Type", type);
          exchange.getResponseHeaders().add("Content-Encoding", encoding.replace("cut", "gzip"));
          exchange.sendResponseHeaders(200, length);
          exchange.getResponseBody().write(body, 0, length);
          exchange.close();
        });

    assertThat(RequestOutcome.of(chroma().get("/api/v2/x").get()).kind()).isEqualTo(kind);
  }

  @ParameterizedTest
  @ValueSource(strings = {"identity", "gzip"})
  void c01ABodyThatDoesNotEndIsNotOfChroma(String encoding) throws Exception {
    CountDownLatch ended = new CountDownLatch(1);
    server.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.getResponseHeaders().add("Content-Encoding", encoding);
          exchange.sendResponseHeaders(200, 0);
          byte[] spaces = " ".repeat(1 << 20).getBytes(UTF_8);
          try (OutputStream body = exchange.getResponseBody()) {
            body.write("{}".getBytes(UTF_8));
            while (true) {
              body.write(spaces);
            }
          } catch (IOException closed) {
            ended.countDown();
          }
        });

    ChromaResponse answer = chroma().post("/api/v2/x", new byte[] {'{', '}'}).get(30, SECONDS);

    assertThat(RequestOutcome.of(answer).kind()).isEqualTo(Kind.FOREIGN);
    assertThat(ended.await(10, SECONDS)).as("the connection is closed").isTrue();
  }

  @Test
  void c01ARedirectIsNotFollowed() throws Exception {
    server.createContext(
        "/base/api/v2/x",
        exchange -> {
          exchange.getResponseHeaders().add("Location", url + "/login");
          exchange.sendResponseHeaders(302, -1);
          exchange.close();
        });
    server.createContext(
        "/base/login",
        exchange -> {
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, 2);
          exchange.getResponseBody().write("{}".getBytes(UTF_8));
          exchange.close();
        });

    for (ChromaResponse answer :
        new ChromaResponse[] {
          chroma().get("/api/v2/x").get(), chroma().post("/api/v2/x", new byte[] {'{', '}'}).get()
        }) {
      assertThat(answer.status()).isEqualTo(302);
      assertThat(RequestOutcome.of(answer).kind()).isEqualTo(Kind.FOREIGN);
    }
  }

  private static byte[] gzip(byte[] body) throws IOException {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(zipped)) {
      gzip.write(body);
    }
    return zipped.toByteArray();
  }

  @Test
  void aServerThatIsGoneIsAnIoException() {
    server.stop(0);

    assertThatThrownBy(() -> chroma().get("/api/v2/x").get())
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(IOException.class);
  }

  @Test
  void givingUpARequestClosesItsConnection() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      URI address = URI.create("http://127.0.0.1:" + silent.getLocalPort());
      CompletableFuture<ChromaResponse> answer =
          new HttpChroma(address, null, null, NOON).post("/api/v2/x", new byte[] {'{', '}'});
      try (Socket connection = silent.accept()) {
        connection.setSoTimeout(10_000);
        InputStream request = connection.getInputStream();
        StringBuilder read = new StringBuilder();
        while (!read.toString().endsWith("{}")) {
          read.append((char) request.read());
        }

        answer.cancel(true);

        assertThat(request.read()).as("the end of the connection").isEqualTo(-1);
      }
    }
  }

  private HttpChroma chroma() {
    return new HttpChroma(url, null, null, NOON);
  }
}
