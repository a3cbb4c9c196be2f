package io.chromasync.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import io.chromasync.config.AwsAccess;
import io.chromasync.config.InvalidSettings;
import io.chromasync.delta.runs.RunSettings;
import io.chromasync.local.servers.DynamoDbLocal;
import io.chromasync.local.servers.S3Server;
import io.chromasync.start.StartChecks;
import io.chromasync.start.StartRetries;
import io.chromasync.start.Unready;
import io.chromasync.testing.Loopback;
import io.chromasync.testing.TestCredentials;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;

class DeltaPreflightIT {

  private static final URI NOBODY = URI.create("http://127.0.0.1:1");

  private static DynamoDbLocal dynamoDb;
  private static S3Server s3;

  @BeforeAll
  static void start() {
    TestCredentials.use();
    dynamoDb = DynamoDbLocal.start();
    dynamoDb.createTable("Receipts");
    s3 = S3Server.startEmpty();
    s3.createBucket("deltas");
  }

  @AfterAll
  static void stop() {
    s3.close();
    dynamoDb.close();
  }

  @Test
  void whatIsThereIsNoProblem() {
    assertThatCode(() -> ask(runs("Receipts", dynamoDb.endpoint()), delta("deltas", s3.endpoint())))
        .doesNotThrowAnyException();
  }

  @Test
  void whatIsNotSetIsNotAsked() {
    DeltaSettings nothing =
        SampleRuns.settings(
            Map.of("aws.region", TestCredentials.REGION, "aws.endpoint", NOBODY.toString()));

    assertThatCode(() -> ask(runs(null, NOBODY), nothing)).doesNotThrowAnyException();
  }

  @Test
  void aTableAndABucketThatAreNotThereAreNamedTogether() {
    assertThat(problems(runs("Runs", dynamoDb.endpoint()), delta("nowhere", s3.endpoint())))
        .satisfiesExactly(
            table ->
                assertThat(table).contains("'table' in group 'runs' ('Runs')", "there is none"),
            bucket ->
                assertThat(bucket)
                    .contains("'bucket' in group 'delta' ('nowhere')", "there is none"));
  }

  @Test
  void aTableOfOtherKeysIsNamed() {
    dynamoDb.createTable(
        "Other", DynamoDbLocal.stream(StreamViewType.NEW_AND_OLD_IMAGES), "id", "at");

    assertThat(problems(runs("Other", dynamoDb.endpoint()), delta("deltas", s3.endpoint())))
        .singleElement()
        .satisfies(
            problem ->
                assertThat(problem)
                    .contains("('Other') must be a table with partition key PK and sort"));
  }

  @Test
  void c11EndpointsWhereNobodyListensYetAreNamed() {
    assertThatThrownBy(() -> DeltaPreflight.askTable(runs("Receipts", NOBODY)))
        .isInstanceOf(Unready.class)
        .hasMessageContainingAll("aws.endpoint'", NOBODY.toString());
    assertThatThrownBy(() -> DeltaPreflight.askBucket(delta("deltas", NOBODY)))
        .isInstanceOf(Unready.class)
        .hasMessageContainingAll("aws.endpoint'", NOBODY.toString());
  }

  @Test
  void c11ABucketWhoseServerComesBackIsWaitedFor() {
    s3.kill();
    CompletableFuture<Void> back =
        CompletableFuture.runAsync(
            s3::restart, CompletableFuture.delayedExecutor(2, TimeUnit.SECONDS));

    StartRetries.of(Duration.ofMinutes(5), "chroma.start-budget")
        .until(() -> DeltaPreflight.askBucket(delta("deltas", s3.endpoint())));

    back.join();
  }

  @Test
  void aRoleThatMayNotAskForTheBucketIsNoProblem() throws Exception {
    HttpServer denying = Loopback.server();
    denying.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(403, -1);
          exchange.close();
        });
    denying.start();
    URI endpoint = URI.create("http://127.0.0.1:" + denying.getAddress().getPort());
    try {
      assertThatCode(() -> ask(runs(null, NOBODY), delta("deltas", endpoint)))
          .doesNotThrowAnyException();
    } finally {
      denying.stop(0);
    }
  }

  private static void ask(RunSettings runs, DeltaSettings delta) {
    StartChecks checks = new StartChecks();
    checks.add(() -> DeltaPreflight.askTable(runs));
    checks.add(() -> DeltaPreflight.askBucket(delta));
    checks.run();
  }

  private static List<String> problems(RunSettings runs, DeltaSettings delta) {
    InvalidSettings invalid = catchThrowableOfType(InvalidSettings.class, () -> ask(runs, delta));
    assertThat(invalid).as("must be refused").isNotNull();
    return invalid.problems();
  }

  private static RunSettings runs(String table, URI endpoint) {
    return new RunSettings(table, new AwsAccess(TestCredentials.REGION, endpoint));
  }

  private static DeltaSettings delta(String bucket, URI endpoint) {
    return SampleRuns.settings(
        Map.of(
            "bucket",
            bucket,
            "aws.region",
            TestCredentials.REGION,
            "aws.endpoint",
            endpoint.toString()));
  }
}
