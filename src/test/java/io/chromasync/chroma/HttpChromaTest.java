package io.chromasync.chroma;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.chromasync.config.Secret;
import io.chromasync.testing.Loopback;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
    server.createContext(
        "/base/api/v2/x",
        exchange -> {
          String seen =
              exchange.getRequestHeaders().getFirst("X-Chroma-Token")
                  + " and "
                  + exchange.getRequestHeaders().getFirst("Authorization");
          exchange.sendResponseHeaders(200, seen.length());
          exchange.getResponseBody().write(seen.getBytes(UTF_8));
          exchange.close();
        });

    Answer answer = new HttpChroma(url, new Secret("sesame"), null, NOON).get("/api/v2/x").get();

    assertThat(answer.body()).isEqualTo("sesame and Bearer sesame");
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

    Answer answer = chroma().post("/api/v2/x", "{\"a\":\"ß\"}".getBytes(UTF_8)).get();

    assertThat(answer).isEqualTo(new Answer(201, "{\"a\":\"ß\"}", Duration.ZERO));
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

    assertThat(chroma().get("/api/v2/x").get()).isEqualTo(new Answer(429, "", wait));
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
      CompletableFuture<Answer> answer =
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
