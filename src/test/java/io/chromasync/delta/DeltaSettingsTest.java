package io.chromasync.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chromasync.config.AwsAccess;
import io.chromasync.config.InvalidSettings;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeltaSettingsTest {

  @Test
  void nothingNeedsToBeSet() {
    assertThat(SampleRuns.settings(Map.of()))
        .isEqualTo(
            new DeltaSettings(
                null,
                new AwsAccess(null, null),
                Duration.ofMinutes(1),
                Duration.ofMinutes(15),
                4,
                128 << 20,
                1536));
  }

  @Test
  void everyPropertyIsRead() {
    assertThat(
            SampleRuns.settings(
                Map.of(
                    "bucket", "deltas",
                    "aws.region", "eu-west-1",
                    "aws.endpoint", "http://localhost:9000",
                    "missing-budget", "2 min",
                    "retry-budget", "3 min",
                    "concurrency", "2",
                    "max-size", "1 mb",
                    "dimension", "8")))
        .isEqualTo(
            new DeltaSettings(
                "deltas",
                new AwsAccess("eu-west-1", URI.create("http://localhost:9000")),
                Duration.ofMinutes(2),
                Duration.ofMinutes(3),
                2,
                1 << 20,
                8));
  }

  @Test
  void aBlankBucketIsNone() {
    assertThat(SampleRuns.settings(Map.of("bucket", " ")).bucket()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bucket|s3://deltas|must be the bare name of a bucket, without s3:// and path, but was 's3://deltas'",
        "bucket|deltas/words|must be the bare name of a bucket",
        "bucket|Deltas|must be the bare name of a bucket",
        "retry-budget|-1 s|cannot be read: '-1 s'",
        "retry-budget|10|must carry a unit",
        "retry-budget|8 d|must be 0 s to 7 d, after which deltas expire, but was '8 d'",
        "missing-budget|10|must carry a unit",
        "missing-budget|8 d|must be 0 s to 7 d, after which deltas expire, but was '8 d'",
        "concurrency|0|must be 1 to 64 but was '0'",
        "concurrency|65|must be 1 to 64 but was '65'",
        "max-size|0 b|must be more than 0 bytes and at most 4 gb but was '0 b'",
        "max-size|5 gb|must be more than 0 bytes and at most 4 gb but was '5 gb'",
        "dimension|-3|must be 1 to 65,536 but was '-3'",
        "dimension|65537|must be 1 to 65,536 but was '65537'",
        "aws.endpoint|localhost:9000|must be a URL",
        "buckets|deltas|is unknown",
      })
  void aBadValueIsRefusedWithTheRule(String key, String value, String problem) {
    assertThatThrownBy(() -> SampleRuns.settings(Map.of(key, value)))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("'%s' in group 'delta'".formatted(key))
        .hasMessageContaining(problem);
  }
}
