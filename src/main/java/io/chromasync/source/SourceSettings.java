package io.chromasync.source;

import static org.apache.flink.configuration.ConfigOptions.key;

import io.chromasync.config.AwsAccess;
import io.chromasync.config.PropertyGroup;
import io.chromasync.config.TableSetting;
import java.io.Serializable;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import org.apache.flink.configuration.ConfigOption;

/**
 * Which stream is read, from where on, and what a gap means.
 *
 * @param table the table whose latest stream is read, or null if {@code streamArn} names the
 *     stream; of Kinesis, the table whose changes count, or null if those of any table do
 * @param streamArn null if {@code table} names the table, and if no stream is read
 */
public record SourceSettings(
    Type type, String table, String streamArn, Reading reading, AwsAccess access)
    implements Serializable {

  static final ConfigOption<String> TYPE =
      key("type")
          .stringType()
          .defaultValue("dynamodb-streams")
          .withDescription(
              "The kind of stream: dynamodb-streams (the table's own), kinesis (a Kinesis data stream"
                  + " to which DynamoDB writes the table's changes), or none (none is read, and what"
                  + " the job's state has of one is kept).");

  static final ConfigOption<String> TABLE =
      key("table")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "The DynamoDB table; its latest stream is looked up at start. With type kinesis,"
                  + " records of other tables are counted and passed over; not set, those of every"
                  + " table in the stream are read.");

  static final ConfigOption<String> STREAM_ARN =
      key("stream-arn")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "The stream, instead of 'table'. With type kinesis it is required and names the data"
                  + " stream, as in arn:aws:kinesis:eu-west-1:123456789012:stream/NAME.");

  static final ConfigOption<String> START =
      key("start")
          .stringType()
          .defaultValue("trim-horizon")
          .withDescription(
              "Where a job without state, or a replay, begins: trim-horizon (the oldest change the stream has),"
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

  static final ConfigOption<String> REPLAY =
      key("replay")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Any name. A job that starts from state which does not know it as its last replay reads"
                  + " the stream again from 'start' on, or from where it stands if that is earlier,"
                  + " once: its state then knows the name. What is in step already changes nothing.");

  static final ConfigOption<String> REGION =
      key("aws.region")
          .stringType()
          .noDefaultValue()
          .withDescription("The AWS region; without it, that of the SDK's default chain.");

  static final ConfigOption<String> ENDPOINT =
      key("aws.endpoint")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "The endpoint of a local DynamoDB, or Kinesis with type kinesis; not set for AWS.");

  /** The kind of stream. */
  public enum Type {
    DYNAMODB_STREAMS,
    KINESIS,
    NONE
  }

  /** What a gap does. */
  public enum OnGap {
    FAIL,
    SKIP
  }

  /**
   * From where on it is read, and what a gap does.
   *
   * @param replay name under which state begins again at the start; null = state goes on
   */
  record Reading(Start start, OnGap onGap, String replay) implements Serializable {

    /** The same, where {@code latest} means this moment, however late the job comes to run. */
    Reading at(Instant now) {
      return new Reading(start.at(now), onGap, replay);
    }
  }

  /** Reads the group {@code source}; problems are reported by the group's properties. */
  public static SourceSettings from(PropertyGroup group) {
    Type type = type(group);
    String table = given(group.get(TABLE));
    String streamArn = given(group.get(STREAM_ARN));
    switch (type) {
      case DYNAMODB_STREAMS -> checkTableStream(group, table, streamArn);
      case KINESIS -> checkKinesis(group, streamArn);
      case NONE -> group.check(streamArn == null, STREAM_ARN, "must not be set if 'type' is none");
    }
    return new SourceSettings(
        type,
        table,
        streamArn,
        new Reading(start(group), onGap(group), replay(group)),
        AwsAccess.from(group, REGION, ENDPOINT));
  }

  /** The table that the stream is of; null if the settings do not name it. */
  public String tableName() {
    return table != null || streamArn == null || type != Type.DYNAMODB_STREAMS
        ? table
        : streamArn.replaceFirst(".*:table/([^/]+)/stream/.*", "$1");
  }

  /** As {@link #tableName}, with the setting that says it; null likewise. */
  public TableSetting tableSetting() {
    String name = tableName();
    return name == null
        ? null
        : new TableSetting(name, "source", table == null ? STREAM_ARN.key() : TABLE.key());
  }

  /** How the table is reached: as its stream, but that a Kinesis endpoint is none of DynamoDB. */
  public AwsAccess tableAccess() {
    return type == Type.KINESIS ? access.withoutEndpoint() : access;
  }

  private static Type type(PropertyGroup group) {
    String name = group.get(TYPE);
    for (Type type : Type.values()) {
      if (nameOf(type).equals(name)) {
        return type;
      }
    }
    group.check(false, TYPE, "must be dynamodb-streams, kinesis or none");
    return Type.DYNAMODB_STREAMS;
  }

  private static String nameOf(Type type) {
    return type.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static void checkTableStream(PropertyGroup group, String table, String streamArn) {
    group.check(table != null || streamArn != null, TABLE, "must be set unless 'stream-arn' is,");
    group.check(
        table == null || streamArn == null, STREAM_ARN, "must not be set together with 'table'");
    group.check(
        streamArn == null || isStreamArn(streamArn),
        STREAM_ARN,
        "must be like 'arn:aws:dynamodb:REGION:ACCOUNT:table/TABLE/stream/LABEL'");
  }

  private static void checkKinesis(PropertyGroup group, String streamArn) {
    group.check(
        streamArn != null && KinesisStream.isArn(streamArn),
        STREAM_ARN,
        "must be like 'arn:aws:kinesis:REGION:ACCOUNT:stream/NAME' if 'type' is kinesis,");
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

  private static String replay(PropertyGroup group) {
    String replay = given(group.get(REPLAY));
    group.check(
        replay == null || !group.get(START).equals("latest"),
        START,
        "must be trim-horizon or an instant while 'replay' is set,");
    return replay;
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
