package io.chromasync.chroma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chromasync.config.InvalidSettings;
import io.chromasync.model.Collection;
import io.chromasync.testing.ChromaReader;
import io.chromasync.testing.FakeChroma;
import io.chromasync.testing.FakeSecrets;
import io.chromasync.testing.ServerProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

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
                Map.of(Collection.WORDS, "words", Collection.LINES, "lines"),
                "chromasync-marks"));
    assertThat(new ChromaReader(chroma.url()).collections())
        .containsExactly("chromasync-marks", "lines", "words");
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
    return ("Chroma at %s refuses the token, or that there is none ('chroma.token-secret-arn' or the"
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
            "Chroma at %s gives no collection 'w' ('chroma.words-collection'): HTTP 400",
            chroma.url());
  }

  @Test
  void c02AServerThatGivesNoCollectionOfMarksIsNamed() {
    assertThatThrownBy(
            () -> Preflight.run(Settings.of(chroma.url(), Map.of("marks-collection", "m"))))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageStartingWith(
            "Chroma at %s gives no collection 'm' ('chroma.marks-collection'): HTTP 400",
            chroma.url());
  }

  @Test
  void aServerThatIsNotThereIsNamed() {
    URI nobody = URI.create("http://127.0.0.1:" + ServerProcess.freePort());

    assertThatOneSentenceSays(
        () -> Preflight.run(Settings.of(nobody)),
        "Chroma does not answer at '%s' ('chroma.url'): ConnectException".formatted(nobody));
  }

  @Test
  void aServerThatAcceptsAndSaysNothingIsNamed() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      URI url = URI.create("http://127.0.0.1:" + silent.getLocalPort());

      assertThatOneSentenceSays(
          () -> Preflight.run(Settings.of(url, Map.of("request-timeout", "100 ms"))),
          "Chroma does not answer at '%s' ('chroma.url') within PT0.1S ('chroma.request-timeout')"
              .formatted(url));
    }
  }

  @Test
  void anotherKindOfServerIsNamed() {
    URI notTheRoot = URI.create(chroma.url() + "/elsewhere");

    assertThatThrownBy(() -> Preflight.run(Settings.of(notTheRoot)))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageStartingWith(
            "'%s' ('chroma.url') does not answer as a Chroma server of the v2 API does",
            notTheRoot);
  }

  private static void assertThatOneSentenceSays(ThrowingCallable call, String sentence) {
    assertThatThrownBy(call).isInstanceOf(InvalidSettings.class).hasMessage(sentence);
  }
}
