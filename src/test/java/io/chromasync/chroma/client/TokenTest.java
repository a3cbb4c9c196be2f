package io.chromasync.chroma.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chromasync.chroma.ChromaSettings;
import io.chromasync.chroma.ChromaSink;
import io.chromasync.chroma.Preflight;
import io.chromasync.chroma.Settings;
import io.chromasync.chroma.window.WindowSettings;
import io.chromasync.config.InvalidSettings;
import io.chromasync.config.Secret;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.start.Unready;
import io.chromasync.testing.FakeChroma;
import io.chromasync.testing.FakeSecrets;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenTest {

  private static final URI URL = URI.create("http://localhost:8000");

  private FakeSecrets secrets;

  @BeforeEach
  void start() {
    secrets = FakeSecrets.start();
  }

  @AfterEach
  void stop() {
    secrets.close();
  }

  @Test
  void withoutASecretItIsThatOfTheEnvironment() {
    assertThat(Token.read(Settings.of(URL), Map.of("CHROMASYNC_CHROMA_TOKEN", " sesame ")))
        .isEqualTo(new Secret("sesame"));
    assertThat(Token.read(Settings.of(URL), Map.of("CHROMASYNC_CHROMA_TOKEN", " "))).isNull();
    assertThat(Token.read(Settings.of(URL), Map.of())).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sesame", " sesame\n", "{\"token\": \"sesame\", \"user\": \"x\"}"})
  void aSecretIsTheTokenOrHoldsIt(String secret) {
    secrets.put(secret);

    assertThat(Token.read(withSecret(), Map.of("CHROMASYNC_CHROMA_TOKEN", "other")))
        .isEqualTo(new Secret("sesame"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hunter\n2",
        "hunter\u00002",
        "h\u00fcnter2",
        "hunter\t2",
        "hunter\u007f2",
        "{\"tokn\": \"hunter2\"}",
        "{\"token\": [\"hunter2\"]}",
        "{\"token\": \"hunter2\"",
        "  "
      })
  void whatCannotBeATokenIsRefusedAndNotShown(String secret) {
    secrets.put(secret);

    assertThatThrownBy(() -> Token.read(withSecret(), Map.of()))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining(FakeSecrets.ARN)
        .hasMessageContaining("'chroma.token-secret-arn'")
        .hasNoCause()
        .message()
        .doesNotContain("unter");
  }

  @Test
  void aVariableThatCannotBeATokenIsRefusedAndNotShown() {
    assertThatThrownBy(
            () -> Token.read(Settings.of(URL), Map.of("CHROMASYNC_CHROMA_TOKEN", "hunter\n2")))
        .isInstanceOf(InvalidSettings.class)
        .hasMessage(
            "The token of the environment variable CHROMASYNC_CHROMA_TOKEN must contain only"
                + " characters that are valid in an HTTP header: visible ASCII characters and"
                + " spaces (its value is not shown)");
  }

  @Test
  void aSecretThatIsNotThereIsNamedWithWhatTheRoleNeeds() {
    assertThatThrownBy(() -> Token.read(withSecret(), Map.of()))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining(FakeSecrets.ARN)
        .hasMessageContaining("secretsmanager:GetSecretValue")
        .hasMessageContaining("no such secret");
  }

  @Test
  void c11ASecretThatCannotBeReadForNowIsWaitedFor() {
    secrets.put("sesame").fail(503);
    assertThatThrownBy(() -> Token.read(withSecret(), Map.of()))
        .isInstanceOf(Unready.class)
        .hasMessageContaining(FakeSecrets.ARN)
        .hasMessageContaining("'chroma.token-secret-arn'");

    secrets.fail(0);
    assertThat(Token.read(withSecret(), Map.of())).isEqualTo(new Secret("sesame"));
  }

  @Test
  void everyTokenThatPassesIsOneThatTheClientCanSend() {
    try (FakeChroma chroma = FakeChroma.start()) {
      StringBuilder token = new StringBuilder();
      for (char c = '!'; c <= '~'; c++) {
        token.append(c);
      }
      token.insert(1, ' ');
      chroma.requireToken(token.toString());
      secrets.put(token.toString());

      Preflight.run(Settings.of(chroma.url(), Map.of("token-secret-arn", FakeSecrets.ARN)));
    }
  }

  @Test
  void noPartOfTheJobGraphHoldsIt() throws IOException {
    try (FakeChroma chroma = FakeChroma.start().requireToken("sesame")) {
      secrets.put("sesame");
      ChromaSettings settings =
          Settings.of(chroma.url(), Map.of("token-secret-arn", FakeSecrets.ARN));
      ChromaSink sink =
          new ChromaSink(
              new ReceiptTree(),
              settings,
              new WindowSettings(Duration.ofMillis(200), 500, 1 << 20),
              Preflight.run(settings),
              null,
              null,
              Duration.ofDays(10));

      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      new ObjectOutputStream(bytes).writeObject(sink);

      assertThat(bytes.toString(StandardCharsets.ISO_8859_1))
          .contains(FakeSecrets.ARN)
          .doesNotContain("sesame");
      assertThat(sink.toString()).doesNotContain("sesame");
    }
  }

  private static ChromaSettings withSecret() {
    return Settings.of(URL, Map.of("token-secret-arn", FakeSecrets.ARN));
  }
}
