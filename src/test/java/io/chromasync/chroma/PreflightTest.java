package io.chromasync.chroma;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.chromasync.chroma.client.Chroma;
import io.chromasync.chroma.client.ChromaResponse;
import io.chromasync.chroma.client.HttpChroma;
import io.chromasync.config.InvalidSettings;
import io.chromasync.local.servers.ServerProcess;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.start.Unready;
import io.chromasync.testing.ChromaReader;
import io.chromasync.testing.FakeChroma;
import io.chromasync.testing.FakeSecrets;
import io.chromasync.testing.Loopback;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PreflightTest {

  private FakeChroma chroma;

  @BeforeEach
  void start() {
    chroma = FakeChroma.start();
  }

  @AfterEach
  void stop() {
    chroma.close();
  }

  @Test
  void aServerIsReadyWithItsCollections() {
    assertThat(Preflight.run(Settings.of(chroma.url())))
        .isEqualTo(
            new ServerProfile(
                true,
                true,
                5_461,
                Map.of(ReceiptTree.WORDS, "words", ReceiptTree.LINES, "lines"),
                "chromasync-marks",
                "chromasync-fresh"));
    assertThat(new ChromaReader(chroma.url()).collections())
        .containsExactly("chromasync-fresh", "chromasync-marks", "lines", "words");
  }

  @Test
  void whatAServerCannotDoIsFoundOut() {
    chroma.arrays(false).base64(false).maxBatch(166);

    ServerProfile profile = Preflight.run(Settings.of(chroma.url()));

    assertThat(profile.arrays()).isFalse();
    assertThat(profile.base64()).isFalse();
    assertThat(profile.maxBatch()).isEqualTo(166);
  }

  @Test
  void theProbeLeavesNoRecord() {
    Preflight.run(Settings.of(chroma.url()));

    assertThat(chroma.records("words")).isEmpty();
  }

  @Test
  void aServerWithATokenIsReadyForWhoHasIt() {
    chroma.requireToken("sesame");

    assertThat(runWithToken("sesame")).isNotNull();
  }

  @Test
  void aWrongTokenIsRefusedWithoutShowingIt() {
    chroma.requireToken("sesame");

    assertThatOneSentenceSays(() -> runWithToken("caraway"), refusal());
  }

  @Test
  void aMissingTokenIsNamed() {
    chroma.requireToken("sesame");

    assertThatOneSentenceSays(() -> Preflight.run(Settings.of(chroma.url())), refusal());
  }

  private ServerProfile runWithToken(String token) {
    try (FakeSecrets secrets = FakeSecrets.start()) {
      secrets.put(token);
      return Preflight.run(Settings.of(chroma.url(), Map.of("token-secret-arn", FakeSecrets.ARN)));
    }
  }

  private String refusal() {
    return ("Chroma at %s rejects the token, or requires a token ('chroma.token-secret-arn' or the"
            + " environment variable CHROMASYNC_CHROMA_TOKEN): HTTP 401: Unauthorized")
        .formatted(chroma.url());
  }

  @Test
  void anUnknownTenantIsNamed() {
    assertThatThrownBy(() -> Preflight.run(Settings.of(chroma.url(), Map.of("tenant", "acme"))))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageStartingWith(
            "Chroma at %s has no tenant 'acme' ('chroma.tenant'): HTTP 404", chroma.url());
  }

  @Test
  void anUnknownDatabaseIsNamed() {
    assertThatThrownBy(() -> Preflight.run(Settings.of(chroma.url(), Map.of("database", "acme"))))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageStartingWith(
            "Chroma at %s has no database 'acme' ('chroma.database'): HTTP 404", chroma.url());
  }

  @Test
  void aCollectionNameThatChromaRefusesIsNamed() {
    assertThatThrownBy(
            () -> Preflight.run(Settings.of(chroma.url(), Map.of("words-collection", "w"))))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageStartingWith(
            "Chroma at %s returned no collection 'w' ('chroma.words-collection'): HTTP 400",
            chroma.url());
  }

  @Test
  void c02AServerThatGivesNoCollectionOfMarksIsNamed() {
    assertThatThrownBy(
            () -> Preflight.run(Settings.of(chroma.url(), Map.of("marks-collection", "m"))))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageStartingWith(
            "Chroma at %s returned no collection 'm' ('chroma.marks-collection'): HTTP 400",
            chroma.url());
  }

  @Test
  void c06ACollectionOfAnotherSpaceIsRefused() {
    chroma.space("cosine");

    assertThatThrownBy(() -> Preflight.run(Settings.of(chroma.url())))
        .isInstanceOfSatisfying(
            InvalidSettings.class,
            refused ->
                assertThat(refused.problems())
                    .containsExactlyInAnyOrder(
                        space("chroma.words-collection", "words"),
                        space("chroma.lines-collection", "lines")));
  }

  private String space(String setting, String name) {
    return ("'%s' must name a collection of space l2, but '%s' at %s has cosine, which cannot be"
            + " changed: name another collection, or delete this collection and embed all records"
            + " again")
        .formatted(setting, name, chroma.url());
  }

  @Test
  void c06ACollectionOfAnotherDimensionIsRefused() throws Exception {
    ChromaSettings settings = Settings.of(chroma.url());
    Preflight.run(settings);
    String upsert =
        "{\"ids\":[\"a\"],\"embeddings\":[[1,2]],\"documents\":[null],\"metadatas\":[{}]}";
    HttpChroma.of(settings)
        .post(settings.databasePath() + "/collections/lines/upsert", upsert.getBytes(UTF_8))
        .get();

    assertThat(Preflight.run(settings, Settings.dimensions(2))).isNotNull();
    assertThat(Preflight.run(settings)).as("of any dimension").isNotNull();
    assertThatOneSentenceSays(
        () -> Preflight.run(settings, Settings.dimensions(1_536)),
        ("'chroma.lines-collection' must name a collection of dimension 1536 ('delta.dimension'),"
                + " but 'lines' at %s has 2, as its vectors are of another model: name another"
                + " collection, or delete this collection and embed all records again")
            .formatted(chroma.url()));
  }

  @Test
  void c06AServerThatTakesNoRecordsIsRefused() {
    chroma.maxBatch(0);

    assertThatThrownBy(() -> Preflight.run(Settings.of(chroma.url())))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("must accept at least 1 record")
        .hasMessageContaining("'max_batch_size' is 0");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET /api/v2/tenants/default_tenant(/databases/default_database)?",
        "GET /api/v2/(heartbeat|tenants/[^/]*(/databases/[^/]*)?)",
        "GET (?!.*/collections/).*",
      })
  void c16WhatAJobDoesNotNeedMayBeDenied(String denied) {
    chroma.deny(denied);

    assertThat(Preflight.run(Settings.of(chroma.url())).collections())
        .containsEntry(ReceiptTree.WORDS, "words");
  }

  @Test
  void c16LimitsThatMayNotBeReadAreSmall() {
    chroma.deny("GET /api/v2/pre-flight-checks");

    ServerProfile profile = Preflight.run(Settings.of(chroma.url()));

    assertThat(profile.maxBatch()).isEqualTo(100);
    assertThat(profile.base64()).isFalse();
  }

  @Test
  void c16ATokenThatMayNotCreateIsGoodForCollectionsThatExist() {
    Preflight.run(Settings.of(chroma.url()));
    chroma.deny("POST .*/collections");

    assertThat(Preflight.run(Settings.of(chroma.url())).collections())
        .containsOnlyKeys(ReceiptTree.WORDS, ReceiptTree.LINES);
    assertThatOneSentenceSays(
        () -> Preflight.run(Settings.of(chroma.url(), Map.of("lines-collection", "rows"))),
        "Chroma at %s has no collection 'rows' ('chroma.lines-collection'), and the token ('chroma.token-secret-arn' or the environment variable CHROMASYNC_CHROMA_TOKEN) may not create it: HTTP 403: Permission denied."
            .formatted(chroma.url()));
  }

  @Test
  void c16ATenantThatMayNotBeReadIsNotMissing() {
    chroma.deny("GET /api/v2/tenants/[^/]*(/databases/[^/]*)?");

    assertThatThrownBy(
            () -> Preflight.run(Settings.of(chroma.url(), Map.of("words-collection", "w"))))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("returned no collection 'w' ('chroma.words-collection')")
        .hasMessageNotContaining("tenant");
  }

  @Test
  void c10AServerThatIsNotThereIsNamedWithCauseAndRemedy() {
    URI nobody = URI.create("http://127.0.0.1:" + ServerProcess.freePort());

    assertThatItIsNotReady(
        () -> Preflight.run(Settings.of(nobody)),
        ("Chroma does not respond at '%s' ('chroma.url'): the connection is refused; check that the"
                + " server runs, and host and port of 'chroma.url'")
            .formatted(nobody));
  }

  @Test
  void c10AnUnknownHostIsNamed() {
    URI nowhere = URI.create("http://no-such-host.invalid:8000");

    assertThatItIsNotReady(
        () -> Preflight.run(Settings.of(nowhere)),
        ("Chroma does not respond at '%s' ('chroma.url'): the host is unknown; check its name in"
                + " 'chroma.url', and the network's name service")
            .formatted(nowhere));
  }

  @Test
  void aServerThatAcceptsAndSaysNothingIsNamed() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      URI url = URI.create("http://127.0.0.1:" + silent.getLocalPort());

      assertThatItIsNotReady(
          () -> Preflight.run(Settings.of(url, Map.of("request-timeout", "100 ms"))),
          "Chroma does not respond at '%s' ('chroma.url') within PT0.1S ('chroma.request-timeout')"
              .formatted(url));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 301, 400, 401, 403, 404, 405})
  void c10AnotherKindOfServerBlamesNoCollection(int status) throws IOException {
    HttpServer other = Loopback.server();
    other.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().add("Content-Type", "text/plain");
          byte[] body = "no such page".getBytes(UTF_8);
          exchange.sendResponseHeaders(status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    other.start();
    try {
      URI url = URI.create("http://127.0.0.1:" + other.getAddress().getPort());
      assertThatItIsNotReady(
          () -> Preflight.run(Settings.of(url)),
          ("'%s' ('chroma.url') does not respond like a Chroma server: HTTP %s (text/plain: no such"
                  + " page) is not a response of Chroma; check that 'chroma.url' leads to a Chroma"
                  + " server of the v2 API (1.0 or later), and any proxy in front of it")
              .formatted(url, status));
    } finally {
      other.stop(0);
    }
  }

  @Test
  void c11AServerThatAsksForTimeSaysHowMuch() {
    Chroma throttled =
        new Chroma() {
          @Override
          public CompletableFuture<ChromaResponse> get(String path) {
            return CompletableFuture.completedFuture(Answers.chromas(429, Duration.ofSeconds(7)));
          }

          @Override
          public CompletableFuture<ChromaResponse> post(String path, byte[] json) {
            return get(path);
          }
        };

    assertThatThrownBy(() -> Preflight.run(Settings.of(chroma.url()), throttled))
        .isInstanceOfSatisfying(
            Unready.class,
            unready -> assertThat(unready.atLeast()).isEqualTo(Duration.ofSeconds(7)))
        .hasMessageContaining("temporarily accepts no requests: HTTP 429: told to");
  }

  private static void assertThatOneSentenceSays(ThrowingCallable call, String sentence) {
    assertThatThrownBy(call).isInstanceOf(InvalidSettings.class).hasMessage(sentence);
  }

  private static void assertThatItIsNotReady(ThrowingCallable call, String sentence) {
    assertThatThrownBy(call).isInstanceOf(Unready.class).hasMessage(sentence);
  }
}
