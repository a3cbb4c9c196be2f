package io.chromasync.source;

import static org.apache.flink.configuration.ConfigOptions.key;

import io.chromasync.config.AwsAccess;
import io.chromasync.config.PropertyGroup;
import java.io.Serializable;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.apache.flink.configuration.ConfigOption;

/**
 * Which stream is read, from where on, and what a gap means.
 *
 * @param table the table whose latest stream is read, or null if {@code streamArn} names the stream
 * @param streamArn null if {@code table} names the table
 */
public record SourceSettings(String table, String streamArn, Reading reading, AwsAccess access)
    implements Serializable {

  /** The one stream kind this release reads. */
  static final String DYNAMODB_STREAMS = "dynamodb-streams";

  static final ConfigOption<String> TYPE =
      key("type")
          .stringType()
          .defaultValue(DYNAMODB_STREAMS)
          .withDescription("The kind of stream: dynamodb-streams.");

  static final ConfigOption<String> TABLE =
      key("table")
          .stringType()
          .noDefaultValue()
          .withDescription("The DynamoDB table; its latest stream is looked up at start.");

  static final ConfigOption<String> STREAM_ARN =
      key("stream-arn")
          .stringType()
          .noDefaultValue()
          .withDescription("The stream, instead of 'table'.");

  static final ConfigOption<String> START =
      key("start")
          .stringType()
          .defaultValue("trim-horizon")
          .withDescription(
              "Where a job without state begins: trim-horizon (the oldest change the stream has),"
                  + " latest (changes from now on), or an ISO-8601 instant such as"
                  + " 2026-11-23T16:00:00Z.");

  static final ConfigOption<String> ON_GAP =
      key("on-gap")
          .stringType()
          .defaultValue("fail")
          .withDescription(
              "What happens when the stream no longer has changes that were not read, or was switched"
                  + " off and on again: fail stops the job and says what may be missing, skip counts"
                  + " it and goes on with the oldest there is."
                  + " The gauge gap_ms of the source is how long a time may be missing in all.");

  static final ConfigOption<String> REGION =
      key("aws.region")
          .stringType()
          .noDefaultValue()
          .withDescription("The AWS region; without it, that of the SDK's default chain.");

  static final ConfigOption<String> ENDPOINT =
      key("aws.endpoint")
          .stringType()
          .noDefaultValue()
          .withDescription("The endpoint of a local DynamoDB; not set for AWS.");

  /** What a gap does. */
  public enum OnGap {
    FAIL,
    SKIP
  }

  /** From where on it is read, and what a gap does. */
  record Reading(Start start, OnGap onGap) implements Serializable {

    /** The same, where {@code latest} means this moment, however late the job comes to run. */
    Reading at(Instant now) {
      return new Reading(start.at(now), onGap);
    }
  }

  /** Reads the group {@code source}; problems are reported by the group's properties. */
  public static SourceSettings from(PropertyGroup group) {
    group.check(
        DYNAMODB_STREAMS.equals(group.get(TYPE)),
        TYPE,
        "must be 'dynamodb-streams', the one type this release knows,");
    String table = given(group.get(TABLE));
    String streamArn = given(group.get(STREAM_ARN));
    group.check(table != null || streamArn != null, TABLE, "must be set unless 'stream-arn' is,");
    group.check(
        table == null || streamArn == null, STREAM_ARN, "must not be set together with 'table'");
    group.check(
        streamArn == null || isStreamArn(streamArn),
        STREAM_ARN,
        "must be like 'arn:aws:dynamodb:REGION:ACCOUNT:table/TABLE/stream/LABEL'");
    return new SourceSettings(
        table,
        streamArn,
        new Reading(start(group), onGap(group)),
        AwsAccess.from(group, REGION, ENDPOINT));
  }

  /** The table that the stream is of; null if the settings name neither it nor a stream. */
  public String tableName() {
    return table != null || streamArn == null
        ? table
        : streamArn.replaceFirst(".*:table/([^/]+)/stream/.*", "$1");
  }

  private static Start start(PropertyGroup group) {
    try {
      return Start.parse(group.get(START));
    } catch (DateTimeParseException e) {
      group.check(
          false,
          START,
          "must be trim-horizon, latest or an ISO-8601 instant such as 2026-11-23T16:00:00Z");
      return Start.TRIM_HORIZON;
    }
  }

  private static OnGap onGap(PropertyGroup group) {
    String onGap = group.get(ON_GAP);
    group.check(onGap.equals("fail") || onGap.equals("skip"), ON_GAP, "must be fail or skip");
    return onGap.equals("skip") ? OnGap.SKIP : OnGap.FAIL;
  }

  /** A blank value is none. */
  private static String given(String value) {
    return value == null || value.isBlank() ? null : value;
  }

  private static boolean isStreamArn(String value) {
    return value.matches("arn:[^:]+:dynamodb:[^:]+:[^:]*:table/[^/]+/stream/.+");
  }
}
