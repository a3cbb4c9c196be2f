package io.chromasync.chroma;

import io.chromasync.chroma.ChromaSettings.Limits;
import io.chromasync.chroma.ChromaSettings.Mode;
import io.chromasync.model.CollectionName;
import io.chromasync.model.Mutation.UpdateKeys;
import java.time.Duration;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;
import org.apache.flink.configuration.MemorySize;

/** Options of the group {@code chroma}: keys, types, defaults and descriptions. */
public final class ChromaOptions {

  static final ConfigOption<String> URL =
      ConfigOptions.key("url")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "URL of Chroma, such as https://chroma.example.com:8000, without /api/v2. Required.");

  static final ConfigOption<Mode> MODE =
      ConfigOptions.key("mode")
          .enumType(Mode.class)
          .defaultValue(Mode.WRITE)
          .withDescription(
              "Effect on Chroma. write: writes the collections. shadow: writes other collections,"
                  + " whose names end with 'shadow-suffix', beside a system that writes the named"
                  + " ones. dry-run: writes nothing, but counts and logs what it would write. Only"
                  + " write reports the states of runs.");

  static final ConfigOption<String> SHADOW_SUFFIX =
      ConfigOptions.key("shadow-suffix")
          .stringType()
          .defaultValue("-shadow")
          .withDescription(
              "End of the names of shadow collections, of 'marks-collection' and 'fresh-collection'"
                  + " too.");

  static final ConfigOption<String> TENANT =
      ConfigOptions.key("tenant")
          .stringType()
          .defaultValue("default_tenant")
          .withDescription("Chroma tenant. It must exist.");

  static final ConfigOption<String> DATABASE =
      ConfigOptions.key("database")
          .stringType()
          .defaultValue("default_database")
          .withDescription("Chroma database in the tenant. It must exist.");

  static final ConfigOption<String> TOKEN_SECRET_ARN =
      ConfigOptions.key("token-secret-arn")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "ARN of the secret in AWS Secrets Manager that holds Chroma's token: a plain string,"
                  + " or the value of \"token\" in a JSON object. The token is read at every start"
                  + " and restart of the job, and sent with every request, as X-Chroma-Token and as"
                  + " Authorization: Bearer. Not set = the environment variable"
                  + " CHROMASYNC_CHROMA_TOKEN; without that variable no token is sent.");

  static final ConfigOption<String> CA_CERTIFICATE =
      ConfigOptions.key("ca-certificate")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "PEM file of the certificate authorities to trust instead of Java's defaults, for a"
                  + " server with a certificate of a private authority. It may be on any file"
                  + " system of Flink: s3://bucket/ca.pem, file:///path/ca.pem.");

  static final ConfigOption<String> MARKS_COLLECTION =
      ConfigOptions.key("marks-collection")
          .stringType()
          .defaultValue("chromasync-marks")
          .withDescription(
              "Collection with a mark for each task of the sink; created if missing. Each mark"
                  + " advances with every checkpoint, so the job detects a rollback of Chroma. Back"
                  + " up and restore it together with the other collections.");

  static final ConfigOption<String> FRESH_COLLECTION =
      ConfigOptions.key("fresh-collection")
          .stringType()
          .defaultValue("chromasync-fresh")
          .withDescription(
              "Collection that says up to which instant each collection reflects every change of"
                  + " the table, in a record for each task of the sink; created if missing. Readers"
                  + " use it to read their own writes. Back up and restore it together with the"
                  + " other collections.");

  static final ConfigOption<Integer> MAX_RECORDS_PER_REQUEST =
      ConfigOptions.key("max-records-per-request")
          .intType()
          .noDefaultValue()
          .withDescription(
              "Maximum number of records per request, within the limit that the server announces."
                  + " Not set = the server's limit, but at most 1,000: larger requests are"
                  + " slower.");

  static final ConfigOption<MemorySize> MAX_BYTES_PER_REQUEST =
      ConfigOptions.key("max-bytes-per-request")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(16))
          .withDescription(
              "Maximum size of a request in bytes; only a single record may exceed it. Chroma"
                  + " accepts at most 40 MB.");

  static final ConfigOption<Duration> REQUEST_TIMEOUT =
      ConfigOptions.key("request-timeout")
          .durationType()
          .defaultValue(Duration.ofSeconds(30))
          .withDescription("Maximum time to wait for the response to a request.");

  static final ConfigOption<Duration> RETRY_BUDGET =
      ConfigOptions.key("retry-budget")
          .durationType()
          .defaultValue(Duration.ofMinutes(5))
          .withDescription(
              "Maximum time for which a request is retried while Chroma is overloaded or"
                  + " unavailable. Then the job fails, and Flink restarts it from its last"
                  + " checkpoint.");

  static final ConfigOption<Duration> START_BUDGET =
      ConfigOptions.key("start-budget")
          .durationType()
          .defaultValue(Duration.ofMinutes(2))
          .withDescription(
              "Maximum time for which a starting job waits for unavailable services: Chroma,"
                  + " DynamoDB, its streams, Kinesis, S3 and Secrets Manager. A final error (a"
                  + " wrong name, token or dimension) ends the start at once. 0 s = one attempt.");

  static final ConfigOption<Limits> LIMITS =
      ConfigOptions.key("limits")
          .enumType(Limits.class)
          .defaultValue(Limits.SERVER)
          .withDescription(
              "Limits of the target. server: the limits that the server announces. cloud: also the"
                  + " limits of Chroma Cloud (300 records per request, 32 keys per record, 36 bytes"
                  + " per key, 8,182 per value, 16,384 per document, 128 per id). Data beyond a"
                  + " limit is truncated or dropped, and counted.");

  static final ConfigOption<Duration> SETTLE =
      ConfigOptions.key("settle")
          .durationType()
          .defaultValue(Duration.ofSeconds(2))
          .withDescription(
              "Time that the records of a request without a response wait before they are sent"
                  + " again. The server may still apply such a request, but must not apply it after"
                  + " this time.");

  /** Option {@code max-rejected-in-a-row}: consecutive rejections at which the job fails. */
  public static final ConfigOption<Integer> MAX_REJECTED_IN_A_ROW =
      ConfigOptions.key("max-rejected-in-a-row")
          .intType()
          .defaultValue(100)
          .withDescription(
              "Number of consecutive rejections, of one verb and collection, at which the job"
                  + " fails: the records are then not the cause. Until then each record that Chroma"
                  + " rejects becomes a dead letter.");

  static final ConfigOption<Integer> MAX_IN_FLIGHT =
      ConfigOptions.key("max-in-flight")
          .intType()
          .defaultValue(2)
          .withDescription(
              "Maximum number of requests that the job has in flight, shared equally among its"
                  + " tasks; each task may have at least one. Each task adapts its number to the"
                  + " server, between 1 and its share. A single-node server is best with one or two"
                  + " in total; Chroma Cloud accepts 10 per collection.");

  static final ConfigOption<UpdateKeys> UPDATE_KEYS =
      ConfigOptions.key("update-keys")
          .enumType(UpdateKeys.class)
          .defaultValue(UpdateKeys.CHANGED)
          .withDescription(
              "Metadata keys that an update sends. changed: only changed keys, a third of the"
                  + " server's time for most changes. all: every key, for collections that other"
                  + " programs also write to; the next change of a record then repairs what they"
                  + " wrote.");

  static final ConfigOption<OnRollback> ON_ROLLBACK =
      ConfigOptions.key("on-rollback")
          .enumType(OnRollback.class)
          .defaultValue(OnRollback.FAIL)
          .withDescription(
              "Policy when Chroma holds less than it acknowledged, for example after a restore from"
                  + " a backup. fail: the job ends and reports the interval. repair: the job"
                  + " rewrites everything in its state, and reports the records whose vectors it"
                  + " does not keep. ignore: the rollback is logged and counted.");

  private ChromaOptions() {}

  /** Option {@code <collection>-collection}: the server's name of a collection of the domain. */
  public static ConfigOption<String> nameOf(CollectionName collection) {
    return ConfigOptions.key(collection.name() + "-collection")
        .stringType()
        .defaultValue(collection.name())
        .withDescription("Collection of %s; created if missing.".formatted(collection.name()));
  }
}
