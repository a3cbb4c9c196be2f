package io.chromasync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.chromasync.config.InvalidSettings;
import io.chromasync.testing.DynamoDbLocal;
import io.chromasync.testing.FakeChroma;
import io.chromasync.testing.FakeSecrets;
import io.chromasync.testing.RefusingProxy;
import io.chromasync.testing.TestCredentials;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.model.StreamSpecification;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;

/**
 * What main says when it is told wrong: one sentence for each problem, with the setting and its
 * value, before there is a job. {@code JobRunnerIT} shows the exit code.
 */
class BadSettingsIT {

  private static final String NOBODY = "http://127.0.0.1:1";

  private static DynamoDbLocal dynamoDb;
  private static FakeChroma chroma;
  private static FakeSecrets secrets;

  @TempDir private Path folder;

  private final Map<String, Map<String, String>> groups = new TreeMap<>();

  @BeforeAll
  static void start() {
    TestCredentials.use();
    dynamoDb = DynamoDbLocal.start();
    dynamoDb.createTable("Receipts");
    chroma = FakeChroma.start().requireToken("right");
    secrets = FakeSecrets.start();
  }

  @AfterAll
  static void stop() {
    secrets.close();
    chroma.close();
    dynamoDb.close();
  }

  @BeforeEach
  void reset() {
    groups.put(
        "source",
        new TreeMap<>(
            Map.of(
                "table",
                "Receipts",
                "aws.region",
                TestCredentials.REGION,
                "aws.endpoint",
                dynamoDb.endpoint().toString())));
    groups.put(
        "chroma",
        new TreeMap<>(
            Map.of(
                "url",
                chroma.url().toString(),
                "token-secret-arn",
                FakeSecrets.ARN,
                "start-budget",
                "0 s")));
    secrets.put("right");
    groups.put(
        "dead-letters", new TreeMap<>(Map.of("uri", folder.resolve("letters").toUri().toString())));
  }

  @Test
  void everyProblemOfTheFileIsReportedAtOnce() throws IOException {
    groups.get("chroma").put("tiemout", "3 s");
    groups.get("chroma").put("url", "localhost:8000");
    groups.get("dead-letters").remove("uri");
    groups.put("window", Map.of("max-age", "soon"));
    groups.put("delta", Map.of("concurrency", "0"));
    groups.put("runs", Map.of("aws.endpoint", "localhost:8000"));
    groups.put("windows", Map.of());

    assertThat(problems())
        .anySatisfy(p -> assertThat(p).contains("'tiemout'", "'chroma'", "unknown"))
        .anySatisfy(p -> assertThat(p).contains("'url'", "'chroma'", "'localhost:8000'"))
        .anySatisfy(p -> assertThat(p).contains("'uri'", "'dead-letters'", "required"))
        .anySatisfy(p -> assertThat(p).contains("'max-age'", "'window'", "'soon'"))
        .anySatisfy(p -> assertThat(p).contains("'concurrency'", "'delta'", "must be 1 to 64"))
        .anySatisfy(p -> assertThat(p).contains("'aws.endpoint'", "'runs'", "must be a URL"))
        .anySatisfy(p -> assertThat(p).contains("Group 'windows' is unknown"))
        .hasSize(7);
  }

  @Test
  void bothEndsAreCheckedTogether() throws IOException {
    groups.get("source").put("table", "Reciepts");
    groups.get("chroma").put("url", NOBODY);

    assertThat(problems())
        .satisfiesExactly(
            source -> assertThat(source).contains("'table'", "'Reciepts'"),
            server -> assertThat(server).contains("chroma.url", NOBODY));
  }

  @Test
  void c11WhatIsFinalIsNotDelayedByWhatIsAway() throws IOException {
    groups.get("chroma").put("start-budget", "365 d");
    groups.get("chroma").put("url", NOBODY);
    groups.get("source").put("table", "Reciepts");

    assertThat(problems()).hasSize(2);
  }

  @Test
  void c11DynamoDbThatIsIllAtStartIsWaitedFor() throws IOException {
    try (RefusingProxy proxy = RefusingProxy.start(dynamoDb.endpoint())) {
      groups.get("chroma").put("start-budget", "5 min");
      groups.get("source").put("aws.endpoint", proxy.url().toString());
      proxy.fail(25);

      assertThat(Ends.open(settings()).source()).isNotNull();
      assertThat(proxy.left()).as("refusals that nobody got").isZero();
    }
  }

  @Test
  void c11SecretsManagerThatIsIllForGoodIsNamed() throws IOException {
    secrets.fail(503);
    try {
      assertThat(problems())
          .singleElement()
          .satisfies(p -> assertThat(p).contains("chroma.token-secret-arn", FakeSecrets.ARN));
    } finally {
      secrets.fail(0);
    }
  }

  @Test
  void c06ACollectionOfAnotherKindIsNamedBeforeThereIsAJob() throws IOException {
    chroma.space("ip");
    try {
      assertThat(problems())
          .hasSize(2)
          .anySatisfy(p -> assertThat(p).contains("'chroma.words-collection'", "l2", "ip"))
          .anySatisfy(p -> assertThat(p).contains("'chroma.lines-collection'", "l2", "ip"));
    } finally {
      chroma.space("l2");
    }
  }

  @Test
  void aTableWithoutAStreamIsNamed() throws IOException {
    StreamSpecification off = StreamSpecification.builder().streamEnabled(false).build();
    dynamoDb.createTable("Silent", off, "PK", "SK");
    groups.get("source").put("table", "Silent");

    assertThat(problems())
        .singleElement()
        .satisfies(p -> assertThat(p).contains("'Silent'", "stream switched off"));
  }

  @Test
  void aStreamOfKeysOnlyIsNamed() throws IOException {
    dynamoDb.createTable("Keys", DynamoDbLocal.stream(StreamViewType.KEYS_ONLY), "PK", "SK");
    groups.get("source").put("table", "Keys");

    assertThat(problems())
        .singleElement()
        .satisfies(p -> assertThat(p).contains("'Keys'", "KEYS_ONLY", "NEW_AND_OLD_IMAGES"));
  }

  @Test
  void aTableOfOtherKeysIsNamed() throws IOException {
    dynamoDb.createTable(
        "Others", DynamoDbLocal.stream(StreamViewType.NEW_AND_OLD_IMAGES), "id", "at");
    groups.get("source").put("table", "Others");

    assertThat(problems())
        .singleElement()
        .satisfies(p -> assertThat(p).contains("'Others'", "PK", "SK", "id (HASH)"));
  }

  @Test
  void aTableThatCannotBeReadAsTheModeDoesIsNamed() throws IOException {
    for (String mode : List.of("scan", "first-touch")) {
      groups.put("snapshot", new TreeMap<>(Map.of("mode", mode, "table", "Reciepts")));
      assertThat(problems())
          .singleElement()
          .satisfies(
              p ->
                  assertThat(p)
                      .contains("'table' in group 'snapshot' ('Reciepts')", "'mode' " + mode));
    }
    groups.get("snapshot").put("aws.endpoint", NOBODY);
    assertThat(problems())
        .singleElement()
        .satisfies(p -> assertThat(p).contains("'Reciepts'", "cannot be reached", NOBODY));
  }

  @Test
  void aTableToBeReadOfOtherKeysIsNamed() throws IOException {
    dynamoDb.createTable(
        "Strangers", DynamoDbLocal.stream(StreamViewType.NEW_AND_OLD_IMAGES), "id", "at");
    groups.put("snapshot", new TreeMap<>(Map.of("mode", "first-touch", "table", "Strangers")));

    assertThat(problems())
        .singleElement()
        .satisfies(p -> assertThat(p).contains("'Strangers'", "dynamodb:Query", "PK and SK"));
  }

  @Test
  void aTableThatCanBeReadAsTheModeDoesIsTaken() throws IOException {
    groups.get("chroma").put("url", NOBODY);
    for (String mode : List.of("scan", "first-touch")) {
      groups.put("snapshot", new TreeMap<>(Map.of("mode", mode)));
      assertThat(problems()).singleElement().satisfies(p -> assertThat(p).contains("chroma.url"));
    }
  }

  @Test
  void aRegionThatIsNoneIsNamed() throws IOException {
    groups.get("source").remove("aws.endpoint");
    groups.get("source").put("aws.region", "mars-1");

    assertThat(problems())
        .singleElement()
        .satisfies(p -> assertThat(p).contains("'aws.region'", "'mars-1'"));
  }

  /** As somebody meets it who starts with the least settings and no profile. */
  @Test
  void aRegionThatNobodyNamesIsAskedForInOneSentence() throws IOException {
    groups.get("source").remove("aws.region");
    String region = System.clearProperty("aws.region");
    System.setProperty("aws.disableEc2Metadata", "true");
    System.setProperty("aws.configFile", folder.resolve("no-profiles").toString());
    try {
      assertThat(problems())
          .singleElement()
          .satisfies(
              p -> assertThat(p).contains("'aws.region'", "AWS_REGION").doesNotContain("Provider"));
    } finally {
      System.setProperty("aws.region", region);
      System.clearProperty("aws.disableEc2Metadata");
      System.clearProperty("aws.configFile");
    }
  }

  @Test
  void aRegionThatCannotBeOneIsNamedAlsoBesideAnEndpoint() throws IOException {
    groups.get("source").put("aws.region", "mars 1");

    assertThat(problems())
        .anySatisfy(p -> assertThat(p).contains("'aws.region'", "'source'", "'mars 1'"));
  }

  @Test
  void anEndpointWhereNobodyIsIsNamed() throws IOException {
    groups.get("source").put("aws.endpoint", NOBODY);

    assertThat(problems())
        .singleElement()
        .satisfies(p -> assertThat(p).contains("aws.endpoint", NOBODY));
  }

  @Test
  void aTokenThatIsWrongIsNamedAndNotShown() throws IOException {
    secrets.put("wrong-secret");

    assertThat(problems())
        .singleElement()
        .satisfies(
            p -> assertThat(p).contains("chroma.token-secret-arn").doesNotContain("wrong-secret"));
  }

  @Test
  void aTenantThatIsNotThereIsNamed() throws IOException {
    groups.get("chroma").put("tenant", "nobody");

    assertThat(problems())
        .singleElement()
        .satisfies(p -> assertThat(p).contains("chroma.tenant", "'nobody'"));
  }

  @Test
  void aFileThatIsNotThereOrNoneAtAllIsNamed() {
    assertThat(
            catchThrowableOfType(
                InvalidSettings.class,
                () -> Chromasync.main(new String[] {"--config", "nowhere.json"})))
        .hasMessageContaining("nowhere.json")
        .hasMessageContaining("does not exist");
    assertThat(
            catchThrowableOfType(
                InvalidSettings.class, () -> JobSettings.load(new String[0], Map.of())))
        .hasMessageContaining("--config FILE")
        .hasMessageContaining("CHROMASYNC_CONFIG");
    assertThat(
            catchThrowableOfType(
                InvalidSettings.class, () -> Chromasync.main(new String[] {"--confg", "x"})))
        .hasMessageContaining("'--confg'");
  }

  private JobSettings settings() throws IOException {
    return JobSettings.load(new String[] {"--config", file().toString()}, Map.of());
  }

  private Path file() throws IOException {
    List<Map<String, Object>> list = new ArrayList<>();
    groups.forEach((id, map) -> list.add(Map.of("PropertyGroupId", id, "PropertyMap", map)));
    Path file = folder.resolve("settings.json");
    return Files.write(file, new ObjectMapper().writeValueAsBytes(list));
  }

  private List<String> problems() throws IOException {
    Path file = file();
    InvalidSettings invalid =
        catchThrowableOfType(
            InvalidSettings.class,
            () -> Chromasync.main(new String[] {"--config", file.toString()}));
    assertThat(invalid).as("main must refuse").isNotNull();
    return invalid.problems();
  }
}
