package io.chromasync.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chromasync.config.ApplicationProperties;
import io.chromasync.config.AwsAccess;
import io.chromasync.config.InvalidSettings;
import io.chromasync.config.TableSetting;
import io.chromasync.snapshot.SnapshotSettings.Defaults;
import io.chromasync.snapshot.SnapshotSettings.ExportRules;
import io.chromasync.snapshot.SnapshotSettings.Mode;
import io.chromasync.snapshot.SnapshotSettings.QueryRules;
import io.chromasync.snapshot.SnapshotSettings.ScanRules;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SnapshotSettingsTest {

  private static final AwsAccess SOURCE =
      new AwsAccess("eu-west-1", URI.create("http://localhost:8000"));
  private static final Defaults DEFAULTS =
      new Defaults(
          new TableSetting("Receipts", "source", "table"),
          SOURCE,
          "file:///tmp/dead-letters/",
          "file:///tmp/dead-letters-redrive");

  @Test
  void whatIsNotSetIsTheSourcesOrADefault() {
    assertThat(read(Map.of(), DEFAULTS))
        .isEqualTo(
            new SnapshotSettings(
                Mode.NONE,
                "1",
                "Receipts",
                Duration.ofSeconds(60),
                SOURCE,
                new ScanRules(8, 0),
                new ExportRules(List.of(), new AwsAccess("eu-west-1", null)),
                new QueryRules(16, Duration.ofMinutes(15)),
                "file:///tmp/dead-letters-snapshot",
                "Property 'table' in group 'source' ('Receipts')"));
  }

  @Test
  void everythingIsSet() {
    Map<String, String> values =
        Map.ofEntries(
            Map.entry("mode", "export"),
            Map.entry("name", "november"),
            Map.entry("table", "Other"),
            Map.entry("segments", "3"),
            Map.entry("rate-limit", "500"),
            Map.entry("margin", "2 min"),
            Map.entry("export-uri", "s3://bucket/p/AWSDynamoDB/1 , s3://bucket/p/AWSDynamoDB/2/"),
            Map.entry("export-endpoint", "http://localhost:9000"),
            Map.entry("concurrency", "4"),
            Map.entry("retry-budget", "1 min"),
            Map.entry("requests-uri", "file:///tmp/requests"),
            Map.entry("aws.region", "us-east-1"),
            Map.entry("aws.endpoint", "http://localhost:8001"));

    assertThat(read(values, DEFAULTS))
        .isEqualTo(
            new SnapshotSettings(
                Mode.EXPORT,
                "november",
                "Other",
                Duration.ofMinutes(2),
                new AwsAccess("us-east-1", URI.create("http://localhost:8001")),
                new ScanRules(3, 500),
                new ExportRules(
                    List.of("s3://bucket/p/AWSDynamoDB/1", "s3://bucket/p/AWSDynamoDB/2/"),
                    new AwsAccess("us-east-1", URI.create("http://localhost:9000"))),
                new QueryRules(4, Duration.ofMinutes(1)),
                "file:///tmp/requests",
                "Property 'table' in group 'snapshot' ('Other')"));
  }

  @Test
  void everyModeHasAName() {
    for (String mode : List.of("none", "scan", "first-touch")) {
      assertThat(read(Map.of("mode", mode), DEFAULTS).mode().label()).isEqualTo(mode);
    }
  }

  @Test
  void whatCannotBeIsNamed() {
    refused("mode", "SCAN", "must be none, scan, export or first-touch but was 'SCAN'");
    refused("name", " ", "must have 1 to 100 characters");
    refused("name", "x".repeat(101), "must have 1 to 100 characters");
    refused("segments", "0", "must be 1 to 10,000 but was '0'");
    refused("segments", "10001", "must be 1 to 10,000");
    refused("rate-limit", "-1", "must be at least 0 but was '-1'");
    refused("rate-limit", "fast", "cannot be read: 'fast'");
    refused("margin", "-1 s", "cannot be read: '-1 s'");
    refused("margin", "25 h", "must be 0 to 1 d");
    refused("margin", "60", "must carry a unit");
    refused("concurrency", "0", "must be 1 to 1,000");
    refused("retry-budget", "8 d", "must be 0 to 7 d");
    refused(
        "requests-uri",
        "nowhere://x",
        "must be an absolute path without a backslash on a file system");
    refused(
        "requests-uri",
        "relative/x",
        "must be an absolute path without a backslash on a file system");
    for (String taken :
        List.of("file:/tmp/dead-letters", "file:///tmp/dead-letters-redrive/x", "/tmp")) {
      refused("requests-uri", taken, "must not be within the folders of group 'dead-letters'");
    }
    refused("aws.endpoint", "localhost", "must be a URL");
    refused("export-endpoint", "localhost", "must be a URL");
    for (String uri :
        List.of("bucket/x", "s3://bucket", "s3://bucket/", "s3://b/x", "s3://b,c/x")) {
      refused("export-uri", uri, "must be like s3://bucket/prefix/AWSDynamoDB/ID");
    }
    refused("mode", "export", "Property 'export-uri' in group 'snapshot' must be set");
  }

  @Test
  void aTableMustBeKnownWhereOneIsRead() {
    Defaults none = new Defaults(null, SOURCE, null, null);

    assertThat(read(Map.of(), none).table()).isNull();
    assertThat(read(Map.of(), none).requestsUri()).isNull();
    assertThatThrownBy(() -> read(Map.of("mode", "scan"), none))
        .hasMessageContaining("Property 'table' in group 'snapshot' must be set");
  }

  private static void refused(String key, String value, String problem) {
    assertThatThrownBy(() -> read(Map.of(key, value), DEFAULTS))
        .as("%s = %s", key, value)
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining(problem);
  }

  private static SnapshotSettings read(Map<String, String> values, Defaults defaults) {
    ApplicationProperties properties = new ApplicationProperties(Map.of("snapshot", values));
    SnapshotSettings settings = SnapshotSettings.from(properties.group("snapshot"), defaults);
    properties.check();
    return settings;
  }
}
