package io.chromasync.snapshot;

import static org.apache.flink.configuration.ConfigOptions.key;

import java.time.Duration;
import org.apache.flink.configuration.ConfigOption;

/** Options of the group {@code snapshot}: keys, types, defaults and descriptions. */
public final class SnapshotOptions {

  static final ConfigOption<String> MODE =
      key("mode")
          .stringType()
          .defaultValue("none")
          .withDescription(
              "Snapshot that is read in addition to the stream. none: no snapshot. scan: the whole"
                  + " table, in segments. export: an export of the table in S3. first-touch: lazy,"
                  + " on-demand snapshots; an unknown partition is read before its"
                  + " first change takes effect.");

  static final ConfigOption<String> NAME =
      key("name")
          .stringType()
          .defaultValue("1")
          .withDescription(
              "Name of this scan or export. A job that restores from a savepoint does not repeat a"
                  + " completed snapshot of the same name. Another name takes a new snapshot.");

  static final ConfigOption<String> TABLE =
      key("table")
          .stringType()
          .noDefaultValue()
          .withDescription("DynamoDB table. Not set = the source's table.");

  static final ConfigOption<Integer> SEGMENTS =
      key("segments")
          .intType()
          .defaultValue(8)
          .withDescription(
              "Number of segments of a scan. They are read concurrently, up to 16 per task.");

  static final ConfigOption<Integer> RATE_LIMIT =
      key("rate-limit")
          .intType()
          .defaultValue(0)
          .withDescription(
              "Maximum read units per second of the whole scan; one unit is 4 KB, because reads are"
                  + " consistent. 0 = unlimited. If other readers share the provisioned capacity,"
                  + " leave them their part.");

  static final ConfigOption<Duration> MARGIN =
      key("margin")
          .durationType()
          .defaultValue(Duration.ofSeconds(60))
          .withDescription(
              "Safety margin: the snapshot timestamp is earlier than the read by this time, to"
                  + " allow for clock skew. Changes within the margin are left to the stream. The"
                  + " timestamp of an export is exact to a minute, so an export needs at least 60"
                  + " s.");

  static final ConfigOption<String> EXPORT_URI =
      key("export-uri")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Folder of the export that contains its manifest-summary.json:"
                  + " s3://bucket/prefix/AWSDynamoDB/ID. Several folders are separated by commas: a"
                  + " full export and the incremental exports after it.");

  static final ConfigOption<String> EXPORT_ENDPOINT =
      key("export-endpoint")
          .stringType()
          .noDefaultValue()
          .withDescription("Endpoint of a local S3 server with the export. Not set for AWS.");

  static final ConfigOption<Integer> CONCURRENCY =
      key("concurrency")
          .intType()
          .defaultValue(16)
          .withDescription("Number of single partitions that one task queries concurrently.");

  static final ConfigOption<Duration> RETRY_BUDGET =
      key("retry-budget")
          .durationType()
          .defaultValue(Duration.ofMinutes(15))
          .withDescription(
              "Maximum time for which the query of a single partition is retried after"
                  + " transient errors. Then the job fails.");

  static final ConfigOption<String> REQUESTS_URI =
      key("requests-uri")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Folder that the job watches for partitions to read again; bin/snapshot writes these"
                  + " requests. Created if missing. Not set = 'dead-letters.uri' with the suffix"
                  + " -snapshot.");

  static final ConfigOption<String> REGION =
      key("aws.region")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "AWS region of the table and the export. Not set = the source's region.");

  static final ConfigOption<String> ENDPOINT =
      key("aws.endpoint")
          .stringType()
          .noDefaultValue()
          .withDescription("Endpoint of a local DynamoDB. Not set = the source's endpoint.");

  private SnapshotOptions() {}
}
