package io.chromasync.snapshot;

import static org.apache.flink.configuration.ConfigOptions.key;

import io.chromasync.config.AwsAccess;
import io.chromasync.config.FolderUri;
import io.chromasync.config.PropertyGroup;
import io.chromasync.config.TableSetting;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.flink.configuration.ConfigOption;

/**
 * Whether and how the table is read as a whole, and how single partitions are.
 *
 * @param name what this reading is called; one of a name is done once
 * @param table null if neither the group nor the source names it, which only mode none bears
 * @param margin how much earlier than it was read a snapshot says it is
 * @param access of DynamoDB
 * @param requestsUri folder of images that are to be read again; null = none is watched
 * @param tableProperty what names the table, for messages; null if nothing does
 */
public record SnapshotSettings(
    Mode mode,
    String name,
    String table,
    Duration margin,
    AwsAccess access,
    ScanRules scan,
    ExportRules export,
    QueryRules query,
    String requestsUri,
    String tableProperty)
    implements Serializable {

  /** The most that DynamoDB takes is 1,000,000; each is a split of the source. */
  private static final int MOST_SEGMENTS = 10_000;

  private static final int MOST_AT_ONCE = 1000;
  private static final int LONGEST_NAME = 100;
  private static final Duration WIDEST_MARGIN = Duration.ofDays(1);
  private static final Duration LONGEST_BUDGET = Duration.ofDays(7);
  private static final String MODES = "none, scan, export or first-touch";

  static final ConfigOption<String> MODE =
      key("mode")
          .stringType()
          .defaultValue("none")
          .withDescription(
              "What is read beside the stream: none, scan (the whole table, in segments), export"
                  + " (an export of the table in S3), or first-touch (an image's partition, before"
                  + " the first change of an image that is not known has an effect).");

  static final ConfigOption<String> NAME =
      key("name")
          .stringType()
          .defaultValue("1")
          .withDescription(
              "The name of this scan or export. One that was read is not read again from a"
                  + " savepoint; another name reads the table, or the export, anew.");

  static final ConfigOption<String> TABLE =
      key("table")
          .stringType()
          .noDefaultValue()
          .withDescription("The DynamoDB table; without it, the source's.");

  static final ConfigOption<Integer> SEGMENTS =
      key("segments")
          .intType()
          .defaultValue(8)
          .withDescription(
              "Into how many parts a scan divides the table. They are read at the same time, up to"
                  + " 16 by each task.");

  static final ConfigOption<Integer> RATE_LIMIT =
      key("rate-limit")
          .intType()
          .defaultValue(0)
          .withDescription(
              "How many read units a second a scan takes in all (one is 4 KB, as reads are"
                  + " consistent); 0 = as many as DynamoDB gives. Where others read the same"
                  + " provisioned capacity, leave them their part.");

  static final ConfigOption<Duration> MARGIN =
      key("margin")
          .durationType()
          .defaultValue(Duration.ofSeconds(60))
          .withDescription(
              "How much earlier than it was read a snapshot holds, against clocks that differ. What"
                  + " changed within the margin is left to the stream. An export's own time is exact"
                  + " to a minute, so it needs at least 60 s.");

  static final ConfigOption<String> EXPORT_URI =
      key("export-uri")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "The export, s3://bucket/prefix/AWSDynamoDB/ID: the folder that holds its"
                  + " manifest-summary.json. Several, separated by commas: a full export and the"
                  + " incremental ones after it.");

  static final ConfigOption<String> EXPORT_ENDPOINT =
      key("export-endpoint")
          .stringType()
          .noDefaultValue()
          .withDescription("The endpoint of a local S3 server with the export; not set for AWS.");

  static final ConfigOption<Integer> CONCURRENCY =
      key("concurrency")
          .intType()
          .defaultValue(16)
          .withDescription("How many partitions of single images one task reads at once.");

  static final ConfigOption<Duration> RETRY_BUDGET =
      key("retry-budget")
          .durationType()
          .defaultValue(Duration.ofMinutes(15))
          .withDescription(
              "How long the partition of a single image may fail to be read, for reasons that may"
                  + " pass, before the job fails.");

  static final ConfigOption<String> REQUESTS_URI =
      key("requests-uri")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Folder that the job watches for images that are to be read again; bin/snapshot puts"
                  + " them there. Created if missing. Not set = 'dead-letters.uri' with -snapshot at"
                  + " its end.");

  static final ConfigOption<String> REGION =
      key("aws.region")
          .stringType()
          .noDefaultValue()
          .withDescription("The AWS region of table and export; without it, the source's.");

  static final ConfigOption<String> ENDPOINT =
      key("aws.endpoint")
          .stringType()
          .noDefaultValue()
          .withDescription("The endpoint of a local DynamoDB; without it, the source's.");

  /** What is read beside the stream. */
  public enum Mode {
    NONE,
    SCAN,
    EXPORT,
    FIRST_TOUCH;

    String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Whether the table is read as a whole. */
    boolean isWhole() {
      return this == SCAN || this == EXPORT;
    }
  }

  /**
   * How a scan reads.
   *
   * @param rate read units a second of the whole job; 0 = without a limit
   */
  public record ScanRules(int segments, int rate) implements Serializable {}

  /** Where exports lie: {@code s3://} folders, and the server that has them. */
  public record ExportRules(List<String> uris, AwsAccess access) implements Serializable {}

  /** How partitions of single images are read. */
  public record QueryRules(int concurrency, Duration retryBudget) implements Serializable {}

  /** What a group takes from others where it says nothing itself; each may be null. */
  public record Defaults(
      TableSetting table, AwsAccess access, String deadLettersUri, String redriveUri) {}

  /** Reads the group {@code snapshot}; problems are reported by the group's properties. */
  public static SnapshotSettings from(PropertyGroup group, Defaults defaults) {
    Mode mode = mode(group);
    String requests = requestsUri(group, defaults.deadLettersUri());
    group.check(
        !FolderUri.overlap(requests, defaults.deadLettersUri())
            && !FolderUri.overlap(requests, defaults.redriveUri()),
        REQUESTS_URI,
        "must not be within the folders of group 'dead-letters' nor around them,");
    String set = given(group.get(TABLE));
    TableSetting table =
        set == null ? defaults.table() : new TableSetting(set, "snapshot", TABLE.key());
    group.check(
        table != null || mode == Mode.NONE, TABLE, "must be set where the source names none");
    AwsAccess access = AwsAccess.from(group, REGION, ENDPOINT).or(defaults.access());
    return new SnapshotSettings(
        mode,
        name(group),
        table == null ? null : table.table(),
        duration(group, MARGIN, WIDEST_MARGIN, "must be 0 to 1 d"),
        access,
        new ScanRules(
            number(group, SEGMENTS, 1, MOST_SEGMENTS),
            number(group, RATE_LIMIT, 0, Integer.MAX_VALUE)),
        exports(group, mode, access),
        new QueryRules(
            number(group, CONCURRENCY, 1, MOST_AT_ONCE),
            duration(group, RETRY_BUDGET, LONGEST_BUDGET, "must be 0 to 7 d")),
        requests,
        table == null ? null : table.property());
  }

  /**
   * The folder that a job with this group watches, as {@link #requestsUri}.
   *
   * @param deadLettersUri null if it is not known
   */
  public static String requestsUri(PropertyGroup group, String deadLettersUri) {
    String uri = given(group.get(REQUESTS_URI));
    group.check(uri == null || FolderUri.isUsable(uri), REQUESTS_URI, FolderUri.RULE);
    return uri == null && deadLettersUri != null ? requestsUriOf(deadLettersUri) : uri;
  }

  /** What a reading of this mode and name is called in state. */
  String id() {
    return mode.label() + "/" + name;
  }

  private static String requestsUriOf(String deadLettersUri) {
    return deadLettersUri.replaceAll("/+$", "") + "-snapshot";
  }

  private static Mode mode(PropertyGroup group) {
    String mode = group.get(MODE);
    return Stream.of(Mode.values())
        .filter(each -> each.label().equals(mode))
        .findFirst()
        .orElseGet(
            () -> {
              group.check(false, MODE, "must be " + MODES);
              return Mode.NONE;
            });
  }

  private static String name(PropertyGroup group) {
    String name = group.get(NAME);
    group.check(
        !name.isBlank() && name.length() <= LONGEST_NAME, NAME, "must have 1 to 100 characters");
    return name;
  }

  private static ExportRules exports(PropertyGroup group, Mode mode, AwsAccess access) {
    String given = given(group.get(EXPORT_URI));
    List<String> uris = given == null ? List.of() : List.of(given.split("\\s*,\\s*"));
    group.check(
        !uris.isEmpty() || mode != Mode.EXPORT, EXPORT_URI, "must be set for 'mode' export");
    group.check(
        uris.stream().allMatch(ExportLocation::isUri),
        EXPORT_URI,
        "must be like s3://bucket/prefix/AWSDynamoDB/ID, or several with commas between,");
    AwsAccess server = AwsAccess.from(group, REGION, EXPORT_ENDPOINT);
    return new ExportRules(uris, access.at(server));
  }

  private static int number(
      PropertyGroup group, ConfigOption<Integer> option, int least, int most) {
    int number = group.get(option);
    String range = most == Integer.MAX_VALUE ? "at least %,d" : "%,d to %,d";
    group.check(
        number >= least && number <= most, option, "must be " + range.formatted(least, most));
    return number;
  }

  private static Duration duration(
      PropertyGroup group, ConfigOption<Duration> option, Duration most, String rule) {
    Duration duration = group.get(option);
    group.check(!duration.isNegative() && duration.compareTo(most) <= 0, option, rule);
    return duration;
  }

  /** A blank value is none. */
  private static String given(String value) {
    return value == null || value.isBlank() ? null : value.strip();
  }
}
