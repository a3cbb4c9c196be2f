package io.chromasync.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chromasync.config.AwsAccess;
import io.chromasync.config.InvalidSettings;
import io.chromasync.local.servers.DynamoDbLocal;
import io.chromasync.local.servers.ServerProcess;
import io.chromasync.source.SourceSettings.OnGap;
import io.chromasync.source.SourceSettings.Reading;
import io.chromasync.source.lineage.StartPosition;
import io.chromasync.start.Unready;
import io.chromasync.testing.TestCredentials;
import java.net.URI;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;

/** What main says before there is a graph, asked of AWS's own DynamoDB Local. */
@Tag("long")
class StreamLookupIT {

  private static DynamoDbLocal dynamoDb;
  private static String arn;

  @BeforeAll
  static void start() {
    TestCredentials.use();
    dynamoDb = DynamoDbLocal.start();
    arn = dynamoDb.createTable("Good");
  }

  @AfterAll
  static void stop() {
    dynamoDb.close();
  }

  @Test
  void aTableMeansItsLatestStream() {
    assertThat(StreamLookup.find(table("Good"))).isEqualTo(arn);
  }

  @Test
  void aStreamMeansItself() {
    assertThat(StreamLookup.find(stream(arn))).isEqualTo(arn);
  }

  @Test
  void newImagesAreEnough() {
    String stream =
        dynamoDb.createTable("NewOnly", DynamoDbLocal.stream(StreamViewType.NEW_IMAGE), "PK", "SK");

    assertThat(StreamLookup.find(table("NewOnly"))).isEqualTo(stream);
  }

  @Test
  void aTableThatIsNotThere() {
    assertThatFinding(table("Nowhere"))
        .hasMessage(
            "Property 'table' in group 'source' must be a table in region 'eu-west-1' at"
                + " 'aws.endpoint' %s but was 'Nowhere': there is none",
            dynamoDb.endpoint());
  }

  @Test
  void aTableWithoutAStream() {
    dynamoDb.createTable("Silent", null, "PK", "SK");

    assertThatFinding(table("Silent"))
        .hasMessageContaining("'Silent' has its stream switched off")
        .hasMessageContaining("switch it on with NEW_AND_OLD_IMAGES");
  }

  @Test
  void aTableWhoseStreamWasSwitchedOff() {
    String stream = dynamoDb.createTable("Off");
    dynamoDb
        .client()
        .updateTable(
            update -> update.tableName("Off").streamSpecification(s -> s.streamEnabled(false)))
        .join();

    assertThatFinding(table("Off")).hasMessageContaining("'Off' has its stream switched off");
    assertThatFinding(stream(stream))
        .hasMessageContaining("must mean a stream that is switched on, but");
  }

  @Test
  void aStreamThatIsNotThere() {
    String other = arn.replaceAll("[0-9.]+$", "00.000");

    assertThatFinding(stream(other))
        .hasMessageContaining("'stream-arn' in group 'source'")
        .hasMessageContaining("but was '" + other + "': there is none");
  }

  @Test
  void aStreamWithoutNewItems() {
    dynamoDb.createTable("Keys", DynamoDbLocal.stream(StreamViewType.KEYS_ONLY), "PK", "SK");

    assertThatFinding(table("Keys"))
        .hasMessageContaining("must mean a stream of view type NEW_AND_OLD_IMAGES (or NEW_IMAGE)")
        .hasMessageContaining("has KEYS_ONLY");
  }

  @Test
  void aTableWithOtherKeys() {
    dynamoDb.createTable(
        "Other", DynamoDbLocal.stream(StreamViewType.NEW_AND_OLD_IMAGES), "id", "at");

    assertThatFinding(table("Other"))
        .hasMessageContaining(
            "must mean a table with partition key PK and sort key SK, both of type S")
        .hasMessageContaining("'Other' has id (S), at (S)");
  }

  @Test
  void c11AnEndpointWhereNobodyListensYet() {
    URI nobody = URI.create("http://localhost:" + ServerProcess.freePort());

    assertThatItIsNotReady(settings("Good", null, new AwsAccess("eu-west-1", nobody)))
        .hasMessageContaining("'table' in group 'source' ('Good') cannot be looked up")
        .hasMessageContaining("at 'aws.endpoint' " + nobody + " cannot be reached")
        .hasMessageContaining("check 'aws.region' and 'aws.endpoint'");
  }

  @Test
  void c11ARegionThatCannotBeReached() {
    assertThatItIsNotReady(settings("Good", null, new AwsAccess("moon-1", null)))
        .hasMessageContaining("'table' in group 'source' ('Good') cannot be looked up")
        .hasMessageContaining("region 'moon-1' cannot be reached")
        .hasMessageContaining("check 'aws.region'");
  }

  @Test
  void aStreamOfAnotherRegion() {
    String stream = "arn:aws:dynamodb:us-east-1:000000000000:table/T/stream/L";

    assertThatFinding(settings(null, stream, new AwsAccess("eu-west-1", null)))
        .hasMessage(
            "Property 'aws.region' in group 'source' must be the region of 'stream-arn',"
                + " 'us-east-1', but was 'eu-west-1'");
  }

  @Test
  void noCredentials() {
    System.clearProperty("aws.accessKeyId");
    System.setProperty("aws.disableEc2Metadata", "true");
    try {
      assertThatFinding(table("Good"))
          .hasMessageContaining("The source needs AWS credentials")
          .hasMessageContaining("set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
    } finally {
      System.clearProperty("aws.disableEc2Metadata");
      TestCredentials.use();
    }
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> assertThatFinding(
      SourceSettings settings) {
    return assertThatThrownBy(() -> StreamLookup.find(settings))
        .isInstanceOf(InvalidSettings.class);
  }

  private static AbstractThrowableAssert<?, ? extends Throwable> assertThatItIsNotReady(
      SourceSettings settings) {
    return assertThatThrownBy(() -> StreamLookup.find(settings)).isInstanceOf(Unready.class);
  }

  private static SourceSettings table(String table) {
    return settings(table, null, local());
  }

  private static SourceSettings stream(String streamArn) {
    return settings(null, streamArn, local());
  }

  private static AwsAccess local() {
    return new AwsAccess(TestCredentials.REGION, dynamoDb.endpoint());
  }

  private static SourceSettings settings(String table, String streamArn, AwsAccess access) {
    return new SourceSettings(
        SourceSettings.Type.DYNAMODB_STREAMS,
        table,
        streamArn,
        new Reading(StartPosition.TRIM_HORIZON, OnGap.FAIL, null),
        access);
  }
}
