package io.chromasync.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultProxyTest {

  private static final String WRITE = "/collections/1/update";
  private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** The bodies that the server got, in order. */
  private final List<String> applied = new CopyOnWriteArrayList<>();

  private HttpServer server;
  private FaultProxy proxy;

  @BeforeEach
  void open() throws IOException {
    server = Loopback.server();
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            applied.add(new String(body, StandardCharsets.UTF_8));
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, 7);
            exchange.getResponseBody().write("{\"a\":1}".getBytes(StandardCharsets.UTF_8));
          }
        });
    server.start();
    proxy = proxyOf("http://127.0.0.1:" + server.getAddress().getPort());
  }

  @AfterEach
  void close() {
    proxy.close();
    server.stop(0);
  }

  @Test
  void whatPassesIsAnsweredAsTheServerAnswersIt() throws Exception {
    HttpResponse<String> answer = post(WRITE, "one");
    HttpResponse<String> next = post(WRITE, "two");

    assertThat(applied).containsExactly("one", "two");
    assertThat(List.of(answer.body(), next.body())).containsOnly("{\"a\":1}");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
    assertThat(proxy.injected()).isEmpty();
    assertThat(proxy.firstWriteSince(NOW)).isEqualTo(NOW);
    assertThat(proxy.firstWriteSince(NOW.plusMillis(1))).isNull();
  }

  @Test
  void aDelayedWriteArrives() throws Exception {
    inject(Fault.DELAY);

    assertThat(post(WRITE, "one").statusCode()).isEqualTo(200);

    assertThat(applied).containsExactly("one");
    assertThat(proxy.injected()).isEqualTo(Map.of(Fault.DELAY, 1L));
  }

  @Test
  void theServerNeverSeesWhatIsDroppedBefore() {
    inject(Fault.DROP_BEFORE);

    assertThatThrownBy(() -> post(WRITE, "one")).isInstanceOf(IOException.class);

    assertThat(applied).isEmpty();
  }

  @Test
  void theServerAppliesWhatIsDroppedAfter() {
    inject(Fault.DROP_AFTER);

    assertThatThrownBy(() -> post(WRITE, "one")).isInstanceOf(IOException.class);

    assertThat(applied).containsExactly("one");
  }

  @Test
  void anAnswerThatIsCutIsNoAnswer() {
    inject(Fault.CUT);

    assertThatThrownBy(() -> post(WRITE, "one")).isInstanceOf(IOException.class);

    assertThat(applied).containsExactly("one");
  }

  @Test
  void aThrottledWriteIsToldWhenToComeAgain() throws Exception {
    inject(Fault.THROTTLE);

    HttpResponse<String> answer = post(WRITE, "one");

    assertThat(answer.statusCode()).isEqualTo(429);
    assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
    assertThat(applied).isEmpty();
  }

  @Test
  void anErrorIsAnsweredInPlaceOfTheServer() throws Exception {
    inject(Fault.ERROR);

    assertThat(post(WRITE, "one").statusCode()).isEqualTo(500);

    assertThat(applied).isEmpty();
  }

  @Test
  void c01APageStandsInForTheServerThatMayHaveAppliedTheWrite() throws Exception {
    inject(Fault.PAGE);
    HttpResponse<String> before = post(WRITE, "one");
    inject(Fault.EMPTY);
    HttpResponse<String> empty = post(WRITE, "two");
    inject(Fault.PAGE_AFTER);
    HttpResponse<String> after = post(WRITE, "three");

    assertThat(applied).containsExactly("three");
    assertThat(List.of(before, after))
        .allMatch(answer -> answer.statusCode() == 200)
        .allMatch(answer -> answer.body().startsWith("<!doctype html>"));
    assertThat(empty.statusCode()).isEqualTo(200);
    assertThat(empty.body()).isEmpty();
  }

  @Test
  void aDuplicateArrivesTwiceAndIsAnsweredOnce() throws Exception {
    inject(Fault.DUPLICATE);

    assertThat(post(WRITE, "one").statusCode()).isEqualTo(200);

    assertThat(applied).containsExactly("one", "one");
  }

  @Test
  void aLateWriteArrivesAlthoughItsClientHasLostIt() {
    inject(Fault.LATE);

    assertThatThrownBy(() -> post(WRITE, "one")).isInstanceOf(IOException.class);

    await().until(() -> applied.equals(List.of("one")));
  }

  @Test
  void whatReadsPassesAndSoDoesAPreflight() throws Exception {
    inject(Fault.ERROR);

    assertThat(post("/collections/1/get", "{}").statusCode()).isEqualTo(200);
    assertThat(post(WRITE, "{\"ids\":[\"chromasync-probe\"]}").statusCode()).isEqualTo(200);

    assertThat(proxy.injected()).isEmpty();
  }

  @Test
  void whatWaitsThroughAStallArrivesAfterIt() throws Exception {
    proxy.stall();
    CompletableFuture<HttpResponse<String>> answer =
        client.sendAsync(request(WRITE, "one"), BodyHandlers.ofString());
    await().until(() -> proxy.injected().containsKey(Fault.STALL));
    assertThat(applied).isEmpty();

    proxy.resume();

    assertThat(answer.get().statusCode()).isEqualTo(200);
    assertThat(applied).containsExactly("one");
  }

  @Test
  void whatIsGivenUpDuringAStallNeverArrives() throws Exception {
    proxy.stall();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.url().getPort())) {
      String request = "POST " + WRITE + " HTTP/1.1\r\nContent-Length: 3\r\n\r\none";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      await().until(() -> proxy.injected().containsKey(Fault.STALL));
      socket.shutdownOutput();

      proxy.resume();

      assertThat(socket.getInputStream().read()).as("end of the connection").isEqualTo(-1);
    }
    assertThat(applied).isEmpty();
  }

  @Test
  void aServerThatIsGoneIsALostConnection() {
    server.stop(0);

    assertThatThrownBy(() -> post(WRITE, "one")).isInstanceOf(IOException.class);
  }

  private void inject(Fault fault) {
    proxy.inject(FaultPlan.of(1, 1, fault));
  }

  private static FaultProxy proxyOf(String server) {
    return FaultProxy.start(URI.create(server), InstantSource.fixed(NOW));
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    return client.send(request(path, body), BodyHandlers.ofString());
  }

  private HttpRequest request(String path, String body) {
    return HttpRequest.newBuilder(proxy.url().resolve(path))
        .header("Content-Type", "application/json")
        .POST(BodyPublishers.ofString(body))
        .build();
  }
}
