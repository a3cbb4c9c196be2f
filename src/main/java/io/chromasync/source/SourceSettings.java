package io.chromasync.source;

import static org.apache.flink.configuration.ConfigOptions.key;

import io.chromasync.config.AwsAccess;
import io.chromasync.config.PropertyGroup;
import io.chromasync.config.TableSetting;
import io.chromasync.source.kinesis.KinesisStream;
import io.chromasync.source.lineage.StartPosition;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import org.apache.flink.configuration.ConfigOption;

/**
 * Settings of the source: the stream, the start position, and the policy for gaps.
 *
 * @param table table whose latest stream is read, or null if {@code streamArn} names the stream;
 *     with Kinesis, table whose changes are read, or null for changes of any table
 * @param streamArn ARN of the stream; null if {@code table} names the table, or if no stream is
 *     read
 */
public record SourceSettings(
    Type type, String table, String streamArn, Reading reading, AwsAccess access)
    implements Serializable {

  static final ConfigOption<String> TYPE =
      key("type")
          .stringType()
          .defaultValue("dynamodb-streams")
          .withDescription(
              "Kind of stream. dynamodb-streams: the table's own stream. kinesis: a Kinesis data"
                  + " stream to which DynamoDB writes the table's changes. none: no stream is read,"
                  + " and the source's state is kept.");

  static final ConfigOption<String> TABLE =
      key("table")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "DynamoDB table; its latest stream is looked up at start. With type kinesis, records"
                  + " of other tables are counted and skipped. Not set with type kinesis = records"
                  + " of all tables in the stream are read.");

  static final ConfigOption<String> STREAM_ARN =
      key("stream-arn")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "ARN of the stream, instead of 'table'. With type kinesis it is required and names"
                  + " the data stream, as in arn:aws:kinesis:eu-west-1:123456789012:stream/NAME.");

  static final ConfigOption<String> START =
      key("start")
          .stringType()
          .defaultValue("trim-horizon")
          .withDescription(
              "Start position of a job without state, or of a replay: trim-horizon (the oldest"
                  + " change in the stream), latest (changes from now on), or an ISO-8601 instant"
                  + " such as 2026-11-23T16:00:00Z.");

  static final ConfigOption<String> ON_GAP =
      key("on-gap")
          .stringType()
          .defaultValue("fail")
          .withDescription(
              "Policy when the stream no longer has unread changes, or was disabled and enabled"
                  + " again. fail: the job stops and reports the interval in which changes may be"
                  + " missing. skip: the gap is counted, and the job continues with the oldest"
                  + " available change. The source's gauge gap_ms is the total duration of all"
                  + " gaps.");

  static final ConfigOption<String> REPLAY =
      key("replay")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Name of a replay; any text. A job whose last replay in state has another name, or"
                  + " that has none, rereads the stream once: from 'start', or from its current"
                  + " position if that is earlier. Its state then contains the name. Changes that"
                  + " were applied already have no effect.");

  static final ConfigOption<Duration> DELIVERY_MARGIN =
      key("delivery-margin")
          .durationType()
          .defaultValue(Duration.ofSeconds(3))
          .withDescription(
              "Maximum delay with which a change becomes readable in the stream after its event"
                  + " time. The instant up to which the job has read everything is earlier by this"
                  + " margin, and so is what readers of Chroma may wait for. With type kinesis,"
                  + " DynamoDB may need longer.");

  static final ConfigOption<String> REGION =
      key("aws.region")
          .stringType()
          .noDefaultValue()
          .withDescription("AWS region. Not set = the region of the SDK's default chain.");

  static final ConfigOption<String> ENDPOINT =
      key("aws.endpoint")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "Endpoint of a local DynamoDB, or of a local Kinesis with type kinesis. Not set for"
                  + " AWS.");

  /** Kind of stream. */
  public enum Type {
    DYNAMODB_STREAMS,
    KINESIS,
    NONE
  }

  /** Policy for gaps. */
  public enum OnGap {
    FAIL,
    SKIP
  }

  /**
   * Start position, policy for gaps, and replay.
   *
   * @param replay name of the replay: a job whose state does not contain this name starts again at
   *     {@code start}; null = the job resumes from its state
   * @param deliveryMargin maximum delay with which a change becomes readable after its event time
   */
  record Reading(StartPosition start, OnGap onGap, String replay, Duration deliveryMargin)
      implements Serializable {

    /** Creates the settings with the default delivery margin. */
    Reading(StartPosition start, OnGap onGap, String replay) {
      this(start, onGap, replay, DELIVERY_MARGIN.defaultValue());
    }

    /**
     * Returns the same settings with {@code latest} pinned to this instant, however late the job
     * starts to run.
     */
    Reading at(Instant now) {
      return new Reading(start.at(now), onGap, replay, deliveryMargin);
    }
  }

  /** Reads the group {@code source}; problems are added to the group. */
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
        new Reading(start(group), onGap(group), replay(group), deliveryMargin(group)),
        AwsAccess.from(group, REGION, ENDPOINT));
  }

  /**
   * Returns the name of the table that the stream belongs to; null if the settings do not name it.
   */
  public String tableName() {
    return table != null || streamArn == null || type != Type.DYNAMODB_STREAMS
        ? table
        : streamArn.replaceFirst(".*:table/([^/]+)/stream/.*", "$1");
  }

  /**
   * Returns {@link #tableName} with the setting that names the table; null if the settings do not
   * name it.
   */
  public TableSetting tableSetting() {
    String name = tableName();
    return name == null
        ? null
        : new TableSetting(name, "source", table == null ? STREAM_ARN.key() : TABLE.key());
  }

  /**
   * Returns the AWS access of the table. It equals the access of the stream, except that an
   * endpoint of Kinesis does not serve DynamoDB.
   */
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

  private static StartPosition start(PropertyGroup group) {
    try {
      return StartPosition.parse(group.get(START));
    } catch (DateTimeParseException e) {
      group.check(
          false,
          START,
          "must be trim-horizon, latest or an ISO-8601 instant such as 2026-11-23T16:00:00Z");
      return StartPosition.TRIM_HORIZON;
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

  private static Duration deliveryMargin(PropertyGroup group) {
    Duration margin = group.get(DELIVERY_MARGIN);
    group.check(!margin.isNegative(), DELIVERY_MARGIN, "must not be negative");
    return margin;
  }

  private static OnGap onGap(PropertyGroup group) {
    String onGap = group.get(ON_GAP);
    group.check(onGap.equals("fail") || onGap.equals("skip"), ON_GAP, "must be fail or skip");
    return onGap.equals("skip") ? OnGap.SKIP : OnGap.FAIL;
  }

  /** Returns null for a blank value. */
  private static String given(String value) {
    return value == null || value.isBlank() ? null : value;
  }

  private static boolean isStreamArn(String value) {
    return value.matches("arn:[^:]+:dynamodb:[^:]+:[^:]*:table/[^/]+/stream/.+");
  }
}
