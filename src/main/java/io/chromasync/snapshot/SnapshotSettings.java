package io.chromasync.snapshot;

import io.chromasync.config.AwsAccess;
import io.chromasync.config.FolderUri;
import io.chromasync.config.PropertyGroup;
import io.chromasync.config.TableSetting;
import io.chromasync.snapshot.export.ExportLocation;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.flink.configuration.ConfigOption;

/**
 * Settings of snapshots: of the whole table, and of single partitions.
 *
 * @param name name of this snapshot; a snapshot of a given name is taken once
 * @param table null if it is set neither here nor in the source's group, which only mode none
 *     permits
 * @param margin amount by which the timestamp of a snapshot is earlier than the read
 * @param access of DynamoDB
 * @param requestsUri folder of partitions that are to be read again; null = no folder is watched
 * @param tableProperty property that names the table, for messages; null if there is none
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

  /** DynamoDB's limit is 1,000,000; each segment is a split of the source. */
  private static final int MOST_SEGMENTS = 10_000;

  private static final int MOST_AT_ONCE = 1000;
  private static final int LONGEST_NAME = 100;
  private static final Duration WIDEST_MARGIN = Duration.ofDays(1);
  private static final Duration LONGEST_BUDGET = Duration.ofDays(7);
  private static final String MODES = "none, scan, export or first-touch";

  /** Input that is read in addition to the stream. */
  public enum Mode {
    NONE,
    SCAN,
    EXPORT,
    FIRST_TOUCH;

    String label() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Returns true if the table is read as a whole. */
    boolean isWhole() {
      return this == SCAN || this == EXPORT;
    }
  }

  /**
   * Settings of a scan.
   *
   * @param rate read units per second of the whole job; 0 = unlimited
   */
  public record ScanRules(int segments, int rate) implements Serializable {}

  /** Location of exports: {@code s3://} folders, and their server. */
  public record ExportRules(List<String> uris, AwsAccess access) implements Serializable {}

  /** Settings of queries of single partitions. */
  public record QueryRules(int concurrency, Duration retryBudget) implements Serializable {}

  /** Defaults from other groups; each may be null. */
  public record Defaults(
      TableSetting table, AwsAccess access, String deadLettersUri, String redriveUri) {}

  /** Reads the group {@code snapshot}; problems are reported by the group's properties. */
  public static SnapshotSettings from(PropertyGroup group, Defaults defaults) {
    Mode mode = mode(group);
    String requests = requestsUri(group, defaults.deadLettersUri());
    group.check(
        !FolderUri.overlap(requests, defaults.deadLettersUri())
            && !FolderUri.overlap(requests, defaults.redriveUri()),
        SnapshotOptions.REQUESTS_URI,
        "must not be within the folders of group 'dead-letters' nor around them,");
    String set = given(group.get(SnapshotOptions.TABLE));
    TableSetting table =
        set == null
            ? defaults.table()
            : new TableSetting(set, "snapshot", SnapshotOptions.TABLE.key());
    group.check(
        table != null || mode == Mode.NONE,
        SnapshotOptions.TABLE,
        "must be set where the source names none");
    AwsAccess access =
        AwsAccess.from(group, SnapshotOptions.REGION, SnapshotOptions.ENDPOINT)
            .or(defaults.access());
    return new SnapshotSettings(
        mode,
        name(group),
        table == null ? null : table.table(),
        duration(group, SnapshotOptions.MARGIN, WIDEST_MARGIN, "must be 0 to 1 d"),
        access,
        new ScanRules(
            number(group, SnapshotOptions.SEGMENTS, 1, MOST_SEGMENTS),
            number(group, SnapshotOptions.RATE_LIMIT, 0, Integer.MAX_VALUE)),
        exports(group, mode, access),
        new QueryRules(
            number(group, SnapshotOptions.CONCURRENCY, 1, MOST_AT_ONCE),
            duration(group, SnapshotOptions.RETRY_BUDGET, LONGEST_BUDGET, "must be 0 to 7 d")),
        requests,
        table == null ? null : table.property());
  }

  /**
   * Folder that a job with this group watches, as {@link #requestsUri}.
   *
   * @param deadLettersUri null if unknown
   */
  public static String requestsUri(PropertyGroup group, String deadLettersUri) {
    String uri = given(group.get(SnapshotOptions.REQUESTS_URI));
    group.check(
        uri == null || FolderUri.isUsable(uri), SnapshotOptions.REQUESTS_URI, FolderUri.RULE);
    return uri == null && deadLettersUri != null ? requestsUriOf(deadLettersUri) : uri;
  }

  /** Id in state of a snapshot of this mode and name. */
  public String id() {
    return mode.label() + "/" + name;
  }

  /** Folder that receives the results of the queries in a request folder. */
  public static String resultsUriOf(String requestsUri) {
    return requestsUri.replaceAll("/+$", "") + "-results";
  }

  private static String requestsUriOf(String deadLettersUri) {
    return deadLettersUri.replaceAll("/+$", "") + "-snapshot";
  }

  private static Mode mode(PropertyGroup group) {
    String mode = group.get(SnapshotOptions.MODE);
    return Stream.of(Mode.values())
        .filter(each -> each.label().equals(mode))
        .findFirst()
        .orElseGet(
            () -> {
              group.check(false, SnapshotOptions.MODE, "must be " + MODES);
              return Mode.NONE;
            });
  }

  private static String name(PropertyGroup group) {
    String name = group.get(SnapshotOptions.NAME);
    group.check(
        !name.isBlank() && name.length() <= LONGEST_NAME,
        SnapshotOptions.NAME,
        "must have 1 to 100 characters");
    return name;
  }

  private static ExportRules exports(PropertyGroup group, Mode mode, AwsAccess access) {
    String given = given(group.get(SnapshotOptions.EXPORT_URI));
    List<String> uris = given == null ? List.of() : List.of(given.split("\\s*,\\s*"));
    group.check(
        !uris.isEmpty() || mode != Mode.EXPORT,
        SnapshotOptions.EXPORT_URI,
        "must be set for 'mode' export");
    group.check(
        uris.stream().allMatch(ExportLocation::isUri),
        SnapshotOptions.EXPORT_URI,
        "must be like s3://bucket/prefix/AWSDynamoDB/ID, or several with commas between,");
    AwsAccess server =
        AwsAccess.from(group, SnapshotOptions.REGION, SnapshotOptions.EXPORT_ENDPOINT);
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

  /** Stripped value; a blank value is null. */
  private static String given(String value) {
    return value == null || value.isBlank() ? null : value.strip();
  }
}
