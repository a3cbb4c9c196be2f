package io.chromasync.chroma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chromasync.chroma.ChromaSettings.Limits;
import io.chromasync.chroma.ChromaSettings.Mode;
import io.chromasync.config.InvalidSettings;
import io.chromasync.model.Mutation.UpdateKeys;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.testing.FakeSecrets;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChromaSettingsTest {

  private static final URI URL = URI.create("http://localhost:8000");

  @Test
  void defaultsAreThoseOfTheDesign() {
    assertThat(Settings.of(URL))
        .isEqualTo(
            new ChromaSettings(
                URL,
                Mode.WRITE,
                "",
                "default_tenant",
                "default_database",
                null,
                null,
                Map.of(ReceiptTree.WORDS, "words", ReceiptTree.LINES, "lines"),
                "chromasync-marks",
                "chromasync-fresh",
                null,
                16L << 20,
                Duration.ofSeconds(30),
                Duration.ofMinutes(5),
                Duration.ofMinutes(2),
                Limits.SERVER,
                Duration.ofSeconds(2),
                100,
                2,
                OnRollback.FAIL,
                UpdateKeys.CHANGED));
  }

  @Test
  void everyPropertyIsRead() {
    Map<String, String> values = new HashMap<>();
    values.put("url", "https://chroma.example.com/base/");
    values.put("mode", "shadow");
    values.put("shadow-suffix", "-2");
    values.put("tenant", "acme");
    values.put("database", "receipts");
    values.put("token-secret-arn", " " + FakeSecrets.ARN + " ");
    values.put("ca-certificate", "s3://bucket/ca.pem");
    values.put("words-collection", "w-1");
    values.put("lines-collection", "l-1");
    values.put("max-records-per-request", "250");
    values.put("max-bytes-per-request", "1 mb");
    values.put("request-timeout", "3 s");
    values.put("retry-budget", "10 min");
    values.put("start-budget", "40 s");
    values.put("limits", "cloud");
    values.put("settle", "500 ms");
    values.put("max-rejected-in-a-row", "7");
    values.put("max-in-flight", "3");
    values.put("marks-collection", "m-1");
    values.put("fresh-collection", "f-1");
    values.put("on-rollback", "repair");
    values.put("update-keys", "all");

    assertThat(Settings.read(values))
        .isEqualTo(
            new ChromaSettings(
                URI.create("https://chroma.example.com/base"),
                Mode.SHADOW,
                "-2",
                "acme",
                "receipts",
                FakeSecrets.ARN,
                "s3://bucket/ca.pem",
                Map.of(ReceiptTree.WORDS, "w-1-2", ReceiptTree.LINES, "l-1-2"),
                "m-1-2",
                "f-1-2",
                250,
                1L << 20,
                Duration.ofSeconds(3),
                Duration.ofMinutes(10),
                Duration.ofSeconds(40),
                Limits.CLOUD,
                Duration.ofMillis(500),
                7,
                3,
                OnRollback.REPAIR,
                UpdateKeys.ALL));
  }

  @Test
  void aDryRunHasTheNamesOfTheLiveCollections() {
    ChromaSettings settings = Settings.of(URL, Map.of("mode", "dry-run", "shadow-suffix", "-2"));

    assertThat(settings.writes()).isFalse();
    assertThat(settings.isLive()).isFalse();
    assertThat(settings.names()).containsEntry(ReceiptTree.WORDS, "words");
  }

  @Test
  void aShadowNeedsOtherNames() {
    for (Map<String, String> unusable :
        List.of(
            Map.of("shadow-suffix", "  "),
            Map.of("shadow-suffix", "-before"),
            Map.of("lines-collection", "words-shadow"),
            Map.of("words-collection", " "))) {
      Map<String, String> values = new HashMap<>(unusable);
      values.put("mode", "shadow");
      assertThatThrownBy(() -> Settings.of(URL, values)).hasMessageContaining("'shadow-suffix'");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "mode, mirror, cannot be read: 'mirror'",
    "url, localhost:8000, must be an absolute http or https URL",
    "url, /chroma, must be an absolute http or https URL",
    "url, ftp://localhost, must be an absolute http or https URL",
    "url, http://, must be an absolute http or https URL",
    "url, http://local host, must be an absolute http or https URL",
    "url, http://localhost?x=1, must have no query",
    "url, ' ', is required but not set",
    "tenant, ' ', must not be blank",
    "database, ' ', must not be blank",
    "words-collection, ' ', must not be blank",
    "lines-collection, words, must name another collection",
    "marks-collection, words, must name another collection",
    "marks-collection, lines, must name another collection",
    "on-rollback, mend, cannot be read: 'mend'",
    "max-records-per-request, 0, must be at least 1",
    "max-bytes-per-request, 0 b, must be at least 1 b",
    "request-timeout, 0 s, must be at least 1 ms",
    "retry-budget, later, cannot be read: 'later'",
    "start-budget, -1 s, cannot be read: '-1 s'",
    "limits, sky, cannot be read: 'sky'",
    "max-in-flight, 0, must be at least 1",
    "tokens, sesame, is unknown",
    "token-secret-arn, arn:aws, must be like",
  })
  void whatCannotBeUsedIsRefusedByName(String key, String value, String problem) {
    Map<String, String> values = new HashMap<>(Map.of("url", URL.toString()));
    values.put(key, value);

    assertThatThrownBy(() -> Settings.read(values))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("Property '%s' in group 'chroma'".formatted(key))
        .hasMessageContaining(problem);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://alice:hunter2@localhost:8000",
        "https://alice@localhost",
        "http://alice:hun/ter2@localhost",
        "http://alice:hun ter2@localhost",
        "alice:hunter2@localhost:8000",
      })
  void aUserInTheUrlIsRefusedAndNotShown(String url) {
    assertThatThrownBy(() -> Settings.read(Map.of("url", url)))
        .isInstanceOf(InvalidSettings.class)
        .hasMessage(
            "Property 'url' in group 'chroma' must hold no user and password; use"
                + " 'token-secret-arn' (its value is not shown)");
  }

  @Test
  void aQueryInTheUrlIsRefusedAndNotShown() {
    assertThatThrownBy(() -> Settings.read(Map.of("url", "http://localhost?token=hunter2")))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("'token-secret-arn'")
        .hasMessageNotContaining("hunter2");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "http://h:8000/api/v2 | must be the server's URL without the API's path (/api/v2), as in"
            + " http://h:8000, but was 'http://h:8000/api/v2'",
        "https://host/api/v2/ | as in https://host, but was",
        "http://host/base/api/v1 | as in http://host/base, but was",
        "http://host/api/v2/heartbeat | as in http://host, but was",
        "localhost:8000 | http or https URL, as in http://localhost:8000, but was 'localhost:8000'",
        "127.0.0.1:8000 | as in http://127.0.0.1:8000, but was",
        "chroma | as in http://chroma, but was 'chroma'",
        "http:/host:8000 | must be an absolute http or https URL",
        "http://my_chroma:8000 | must have a host of letters, digits, hyphens and dots (no"
            + " underscore)",
        "http://host:port | a port of digits",
        "http://host:99999 | must have a port from 1 to 65535 but was 'http://host:99999'",
        "http://host:0 | must have a port from 1 to 65535",
        "chroma://host:8000 | must be an absolute http or https URL",
      })
  void c10AUrlThatCannotBeUsedSaysWhatItMustBe(String url, String rule) {
    assertThatThrownBy(() -> Settings.read(Map.of("url", url)))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageStartingWith("Property 'url' in group 'chroma' must ")
        .hasMessageContaining(rule);
  }

  @Test
  void c10AFragmentInTheUrlIsRefusedAndNotShown() {
    assertThatThrownBy(() -> Settings.read(Map.of("url", "http://localhost/#token=hunter2")))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("must have no fragment")
        .hasMessageNotContaining("hunter2");
  }

  @ParameterizedTest
  @CsvSource({
    "HTTP://LocalHost:8000, http://localhost:8000",
    "Https://Chroma.Example.COM/Base//, https://chroma.example.com/Base",
    "' http://localhost:8000/ ', http://localhost:8000",
    "'http://[::1]:8000', 'http://[::1]:8000'",
    "http://localhost/api, http://localhost/api",
    "http://localhost/api/v2x, http://localhost/api/v2x",
  })
  void c10AUrlMayBeWrittenInAnyWayThatUrlsMay(String url, URI read) {
    assertThat(Settings.read(Map.of("url", url)).url()).isEqualTo(read);
  }

  @Test
  void aPathMayHoldAnAt() {
    assertThat(Settings.read(Map.of("url", "http://localhost/@base")).url())
        .isEqualTo(URI.create("http://localhost/@base"));
  }

  @Test
  void aTokenInThePropertiesIsRefusedAndNotShown() {
    assertThatThrownBy(() -> Settings.of(URL, Map.of("token", "sesame")))
        .isInstanceOf(InvalidSettings.class)
        .hasMessage(
            "Property 'token' in group 'chroma' is no longer read: put the token into AWS Secrets"
                + " Manager and its ARN into 'token-secret-arn', or the token into the environment"
                + " variable CHROMASYNC_CHROMA_TOKEN (its value is not shown)");
  }

  @Test
  void namesBecomeSafePartsOfAPath() {
    ChromaSettings settings = Settings.of(URL, Map.of("tenant", "a b/c", "database", "d?"));

    assertThat(settings.databasePath()).isEqualTo("/api/v2/tenants/a%20b%2Fc/databases/d%3F");
  }

  @Test
  void oursIsTheSmallestOfAllRecordLimits() {
    ChromaSettings wanting300 = Settings.of(URL, Map.of("max-records-per-request", "300"));

    assertThat(profile(5_461).recordsPerRequest(Settings.of(URL))).isEqualTo(1_000);
    assertThat(profile(166).recordsPerRequest(Settings.of(URL))).isEqualTo(166);
    assertThat(profile(5_461).recordsPerRequest(wanting300)).isEqualTo(300);
    assertThat(profile(166).recordsPerRequest(wanting300)).isEqualTo(166);
  }

  @Test
  void noRequestForTheCloudHasMoreRecordsThanItTakes() {
    Map<String, String> cloud = Map.of("limits", "cloud");
    Map<String, String> wanting500 = Map.of("limits", "cloud", "max-records-per-request", "500");
    Map<String, String> wanting200 = Map.of("limits", "cloud", "max-records-per-request", "200");

    assertThat(profile(5_461).recordsPerRequest(Settings.of(URL, cloud))).isEqualTo(300);
    assertThat(profile(5_461).recordsPerRequest(Settings.of(URL, wanting500))).isEqualTo(300);
    assertThat(profile(5_461).recordsPerRequest(Settings.of(URL, wanting200))).isEqualTo(200);
    assertThat(profile(166).recordsPerRequest(Settings.of(URL, cloud))).isEqualTo(166);
  }

  private static ServerProfile profile(int maxBatch) {
    return new ServerProfile(
        true, true, maxBatch, Map.of(ReceiptTree.WORDS, "id"), "marks", "fresh");
  }
}
