package io.chromasync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.chromasync.config.InvalidSettings;
import io.chromasync.local.servers.DynamoDbLocal;
import io.chromasync.local.servers.S3Server;
import io.chromasync.receipts.Receipts;
import io.chromasync.testing.AwsRefusals;
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
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
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
      Folders folders = Folders.seenBy(new Configuration());

      assertThat(Endpoints.open(new Receipts(), settings(), folders, false).source()).isNotNull();
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
        .satisfies(p -> assertThat(p).contains("'Others'", "PK", "SK", "id (S)"));
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
                      .contains(
                          "'table' in group 'snapshot' ('Reciepts')", "'snapshot.mode' " + mode));
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
        .satisfies(p -> assertThat(p).contains("'Strangers'", "PK and sort key SK"));
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
        .satisfies(
            p -> assertThat(p).contains("'source.aws.region'", "'mars-1'", "its host is unknown"));
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
                InvalidSettings.class,
                () -> JobSettings.load(new String[0], Map.of(), new Receipts())))
        .hasMessageContaining("--config FILE")
        .hasMessageContaining("CHROMASYNC_CONFIG");
    assertThat(
            catchThrowableOfType(
                InvalidSettings.class, () -> Chromasync.main(new String[] {"--confg", "x"})))
        .hasMessageContaining("'--confg'");
  }

  @Test
  void c10ATableWhoseSortKeyIsANumberOrThatHasNoneIsNamedAtStart() throws IOException {
    createTable("Numbers", ScalarAttributeType.N);
    createTable("Bare", null);
    for (String table : List.of("Numbers", "Bare")) {
      String found = table.equals("Bare") ? "PK (S) and no sort key" : "PK (S), SK (N)";
      groups.get("source").put("table", table);
      assertThat(problems())
          .containsExactly(
              ("Property 'table' in group 'source' ('%s') must mean a table with partition key PK"
                      + " and sort key SK, both of type S, but '%s' has %s; the job reads tables"
                      + " with such keys only")
                  .formatted(table, table, found));
    }
    groups.get("source").put("table", "Receipts");
    groups.put("snapshot", Map.of("mode", "scan", "table", "Numbers"));
    groups.put("runs", Map.of("table", "Bare"));

    assertThat(problems())
        .satisfiesExactly(
            runs -> assertThat(runs).contains("'table' in group 'runs' ('Bare')", "sort key SK"),
            snapshot ->
                assertThat(snapshot)
                    .contains("'table' in group 'snapshot' ('Numbers')", "PK (S), SK (N)"));
  }

  private static void createTable(String name, ScalarAttributeType sort) {
    List<AttributeDefinition> attributes = new ArrayList<>();
    List<KeySchemaElement> keys = new ArrayList<>();
    attributes.add(attribute("PK", ScalarAttributeType.S));
    keys.add(KeySchemaElement.builder().attributeName("PK").keyType(KeyType.HASH).build());
    if (sort != null) {
      attributes.add(attribute("SK", sort));
      keys.add(KeySchemaElement.builder().attributeName("SK").keyType(KeyType.RANGE).build());
    }
    dynamoDb
        .client()
        .createTable(
            table ->
                table
                    .tableName(name)
                    .billingMode(BillingMode.PAY_PER_REQUEST)
                    .attributeDefinitions(attributes)
                    .keySchema(keys)
                    .streamSpecification(DynamoDbLocal.stream(StreamViewType.NEW_AND_OLD_IMAGES)))
        .join();
  }

  private static AttributeDefinition attribute(String name, ScalarAttributeType type) {
    return AttributeDefinition.builder().attributeName(name).attributeType(type).build();
  }

  @Test
  void c10AnExportThatIsNotThereIsNamedAtStart() throws IOException {
    String uri = "s3://exports/AWSDynamoDB/01695097218000-d6299cbd";
    try (S3Server s3 = S3Server.startEmpty()) {
      s3.createBucket("exports");
      groups.put(
          "snapshot",
          new TreeMap<>(
              Map.of(
                  "mode",
                  "export",
                  "export-uri",
                  uri,
                  "export-endpoint",
                  s3.endpoint().toString())));

      assertThat(problems())
          .containsExactly(
              ("Property 'export-uri' in group 'snapshot' ('%s') must name an export that can be"
                      + " read. There is no %s/manifest-summary.json: an export must be complete,"
                      + " and is named by its folder, as in s3://bucket/prefix/AWSDynamoDB/ID; if"
                      + " the job has already read the export, set 'snapshot.mode' to none")
                  .formatted(uri, uri));

      groups.get("snapshot").put("export-uri", uri.replace("exports", "nowhere"));
      assertThat(problems())
          .singleElement()
          .satisfies(p -> assertThat(p).contains("'export-uri'", "s3://nowhere/", "bucket"));
    }
    groups.get("snapshot").put("export-endpoint", NOBODY);
    assertThat(problems())
        .singleElement()
        .satisfies(
            p ->
                assertThat(p)
                    .contains("'snapshot.export-endpoint' " + NOBODY, "nothing listens there")
                    .doesNotContain("Exception"));
  }

  /** Where the tables of runs and snapshots are the source's, it is the source that is named. */
  @Test
  void c10NoSettingIsBlamedThatNobodySet() throws IOException {
    try (AwsRefusals refusing = AwsRefusals.before(dynamoDb.endpoint())) {
      groups.get("source").put("aws.endpoint", refusing.url().toString());
      groups.put("snapshot", Map.of("mode", "scan"));
      refusing.refuse("UpdateItem", 1, "AccessDeniedException");
      refusing.refuse("Scan", 1, "AccessDeniedException");

      assertThat(problems())
          .containsExactly(
              denied("cannot be written with the states of runs", refusing, "dynamodb:UpdateItem"),
              denied("cannot be read for 'snapshot.mode' scan", refusing, "dynamodb:Scan"));
    }
  }

  private static String denied(String what, AwsRefusals server, String action) {
    return ("Property 'table' in group 'source' ('Receipts') %s: DynamoDB in region '%s' at"
            + " 'source.aws.endpoint' %s denies access; the job's role needs %s on it")
        .formatted(what, TestCredentials.REGION, server.url(), action);
  }

  @Test
  void c10WhatAwsSaysOfCredentialsIsSaidInWords() throws IOException {
    try (AwsRefusals refusing = AwsRefusals.before(dynamoDb.endpoint())) {
      groups.get("source").put("aws.endpoint", refusing.url().toString());
      Map<String, String> words =
          Map.of(
              "ExpiredTokenException", "the credentials have expired",
              "UnrecognizedClientException", "does not recognize the credentials",
              "InvalidSignatureException", "rejects the signature");
      for (Map.Entry<String, String> each : words.entrySet()) {
        refusing.refuse("DescribeTable", 1, each.getKey());
        assertThat(problems())
            .singleElement()
            .satisfies(
                p ->
                    assertThat(p)
                        .startsWith("Property 'table' in group 'source' ('Receipts') cannot be")
                        .contains(each.getValue())
                        .doesNotContain("Exception", "Request ID"));
      }
    }
  }

  private JobSettings settings() throws IOException {
    return JobSettings.load(new String[] {"--config", file().toString()}, Map.of(), new Receipts());
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
