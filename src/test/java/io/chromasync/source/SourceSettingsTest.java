package io.chromasync.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chromasync.config.ApplicationProperties;
import io.chromasync.config.AwsAccess;
import io.chromasync.config.InvalidSettings;
import io.chromasync.source.SourceSettings.OnGap;
import io.chromasync.source.lineage.StartPosition;
import java.net.URI;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SourceSettingsTest {

  private static final String ARN =
      "arn:aws:dynamodb:eu-west-1:000000000000:table/Receipts/stream/2026-11-23T16:00:00.000";

  private static final String KINESIS = "arn:aws:kinesis:eu-west-1:000000000000:stream/changes";

  @Test
  void aTableAloneIsEnough() {
    SourceSettings settings = read(Map.of("table", "Receipts"));

    assertThat(settings.table()).isEqualTo("Receipts");
    assertThat(settings.streamArn()).isNull();
    assertThat(settings.reading().start()).isEqualTo(StartPosition.TRIM_HORIZON);
    assertThat(settings.reading().onGap()).isEqualTo(OnGap.FAIL);
    assertThat(settings.access()).isEqualTo(new AwsAccess(null, null));
  }

  @Test
  void everyPropertyIsRead() {
    SourceSettings settings =
        read(
            Map.of(
                "type", "dynamodb-streams",
                "stream-arn", ARN,
                "start", "2026-11-23T16:00:00Z",
                "on-gap", "skip",
                "aws.region", "eu-west-1",
                "aws.endpoint", "http://localhost:8000"));

    assertThat(settings.streamArn()).isEqualTo(ARN);
    assertThat(settings.reading().start().timestamp())
        .isEqualTo(Instant.parse("2026-11-23T16:00:00Z"));
    assertThat(settings.reading().onGap()).isEqualTo(OnGap.SKIP);
    assertThat(settings.access())
        .isEqualTo(new AwsAccess("eu-west-1", URI.create("http://localhost:8000")));
  }

  @Test
  void latestIsAStart() {
    assertThat(read(Map.of("table", "Receipts", "start", "latest")).reading().start())
        .isEqualTo(StartPosition.parse("latest"));
  }

  @Test
  void aReplayHasAName() {
    assertThat(read(Map.of("table", "Receipts", "replay", "again")).reading().replay())
        .isEqualTo("again");
    assertThat(read(Map.of("table", "Receipts", "replay", " ")).reading().replay()).isNull();
  }

  @Test
  void aReplayFromNowOnIsRefused() {
    Map<String, String> values = Map.of("table", "Receipts", "replay", "again", "start", "latest");

    assertThatThrownBy(() -> read(values))
        .hasMessageContaining(
            "'start' in group 'source' must be trim-horizon or an instant while 'replay' is set, but"
                + " was 'latest'");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "type|kafka|'type' in group 'source' must be dynamodb-streams, kinesis or none but was 'kafka'",
        "type|KINESIS|'type' in group 'source' must be dynamodb-streams, kinesis or none but was 'KINESIS'",
        "type|kinesis|'stream-arn' in group 'source' must be like 'arn:aws:kinesis:REGION:ACCOUNT:stream/NAME' if 'type' is kinesis, but was not set",
        "stream-arn|arn:aws:dynamodb:r:1:table/T/stream/L|'stream-arn' in group 'source' must not be set together with 'table'",
        "start|yesterday|'start' in group 'source' must be trim-horizon, latest or an ISO-8601 instant such as 2026-11-23T16:00:00Z but was 'yesterday'",
        "on-gap|ignore|'on-gap' in group 'source' must be fail or skip but was 'ignore'",
        "aws.region|~ ~|'aws.region' in group 'source' must not be blank",
        "aws.endpoint|localhost:8000|'aws.endpoint' in group 'source' must be a URL such as http://localhost:8000 but was 'localhost:8000'",
        "aws.endpoint|http://[|'aws.endpoint' in group 'source' must be a URL such as http://localhost:8000 but was 'http://['",
        "aws.endpoint|http://x:99999|'aws.endpoint' in group 'source' must be a URL such as http://localhost:8000 but was 'http://x:99999'",
        "interval|5 s|'interval' in group 'source' is unknown",
      })
  void aBadValueIsRefusedWithTheRule(String key, String value, String problem) {
    Map<String, String> values = new HashMap<>(Map.of("table", "Receipts"));
    values.put(key, value);

    assertThatThrownBy(() -> read(values))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining(problem);
  }

  @Test
  void theTableIsKnownFromTheStreamToo() {
    assertThat(read(Map.of("table", "Receipts")).tableName()).isEqualTo("Receipts");
    assertThat(read(Map.of("stream-arn", ARN)).tableName()).isEqualTo("Receipts");
  }

  @Test
  void aKinesisStreamIsReadWithOrWithoutATable() {
    SourceSettings both =
        read(
            Map.of(
                "type", "kinesis",
                "stream-arn", KINESIS,
                "table", "Receipts",
                "aws.region", "eu-west-1",
                "aws.endpoint", "http://localhost:4568"));

    assertThat(both.type()).isEqualTo(SourceSettings.Type.KINESIS);
    assertThat(both.tableName()).isEqualTo("Receipts");
    assertThat(both.access().endpoint()).isEqualTo(URI.create("http://localhost:4568"));
    assertThat(both.tableAccess()).isEqualTo(new AwsAccess("eu-west-1", null));
    assertThat(read(Map.of("type", "kinesis", "stream-arn", KINESIS)).tableName()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ARN,
        "arn:aws:kinesis:eu-west-1:1:stream/X/consumer/Y:1",
        "arn:aws:kinesis:eu-west-1:1:X"
      })
  void somethingElseThanADataStreamIsRefusedForKinesis(String arn) {
    assertThatThrownBy(() -> read(Map.of("type", "kinesis", "stream-arn", arn)))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("if 'type' is kinesis, but was '" + arn + "'");
  }

  @Test
  void noStreamNeedsNothingAndTakesATableForTheStatesOfRuns() {
    assertThat(read(Map.of("type", "none")).tableName()).isNull();
    assertThat(read(Map.of("type", "none", "table", "Receipts")).tableName()).isEqualTo("Receipts");
    assertThatThrownBy(() -> read(Map.of("type", "none", "stream-arn", KINESIS)))
        .hasMessageContaining("'stream-arn' in group 'source' must not be set if 'type' is none");
  }

  @Test
  void aPasswordInAnEndpointIsRefusedAndNotShown() {
    assertThatThrownBy(
            () -> read(Map.of("table", "Receipts", "aws.endpoint", "http://me:s3cret@host:8000")))
        .hasMessageContaining("'aws.endpoint' in group 'source' must hold no user and password")
        .hasMessageNotContaining("s3cret");
  }

  @Test
  void aBlankStreamIsNone() {
    SourceSettings settings = read(Map.of("table", "Receipts", "stream-arn", ""));

    assertThat(settings.streamArn()).isNull();
    assertThat(settings.table()).isEqualTo("Receipts");
  }

  @Test
  void aBlankTableIsNone() {
    assertThat(read(Map.of("table", " ", "stream-arn", ARN)).table()).isNull();
  }

  @Test
  void neitherTableNorStreamIsRefused() {
    assertThatThrownBy(() -> read(Map.of()))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("'table' in group 'source' must be set unless 'stream-arn' is");
  }

  @Test
  void somethingElseThanAStreamIsRefused() {
    assertThatThrownBy(() -> read(Map.of("stream-arn", "arn:aws:kinesis:eu-west-1:1:stream/X")))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("'stream-arn' in group 'source' must be like");
  }

  private static SourceSettings read(Map<String, String> values) {
    ApplicationProperties properties = new ApplicationProperties(Map.of("source", values));
    SourceSettings settings = SourceSettings.from(properties.group("source"));
    properties.check();
    return settings;
  }
}
