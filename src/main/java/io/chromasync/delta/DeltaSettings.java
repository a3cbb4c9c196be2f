package io.chromasync.delta;

import static org.apache.flink.configuration.ConfigOptions.key;

import io.chromasync.config.AwsAccess;
import io.chromasync.config.PropertyGroup;
import java.io.Serializable;
import java.time.Duration;
import java.util.Locale;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.MemorySize;

/**
 * Where the deltas of compaction runs lie, and how much is borne while they are loaded.
 *
 * @param bucket of deltas whose prefix names none; null if none is set
 * @param missingBudget how long after its run arrived a delta may be missing, or not whole
 * @param retryBudget how long a delta may fail to load before its run is given up
 * @param concurrency how many deltas one task holds in memory at once
 * @param maxSize bytes of one unpacked delta
 * @param dimension how many numbers a vector has
 */
public record DeltaSettings(
    String bucket,
    AwsAccess access,
    Duration missingBudget,
    Duration retryBudget,
    int concurrency,
    long maxSize,
    int dimension)
    implements Serializable {

  private static final Duration LONGEST_BUDGET = Duration.ofDays(7);
  private static final MemorySize LARGEST = MemorySize.ofMebiBytes(4 << 10);

  /** Each has a thread. */
  private static final int MOST_AT_ONCE = 64;

  /** A row of a delta's database, which is bounded too, has room for four times as many. */
  private static final int MOST_NUMBERS = 1 << 16;

  static final ConfigOption<String> BUCKET =
      key("bucket")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "The S3 bucket of the deltas; needed for runs whose prefix does not name one, as"
                  + " s3://bucket/prefix does.");

  static final ConfigOption<String> REGION =
      key("aws.region")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "The AWS region; without it, that of the source, or of the SDK's default chain.");

  static final ConfigOption<String> ENDPOINT =
      key("aws.endpoint")
          .stringType()
          .noDefaultValue()
          .withDescription("The endpoint of a local S3 server; not set for AWS.");

  static final ConfigOption<Duration> MISSING_BUDGET =
      key("missing-budget")
          .durationType()
          .defaultValue(Duration.ofMinutes(1))
          .withDescription(
              "How long after its run arrived a delta may be missing from S3, or be there in part,"
                  + " before its run is told to have failed: it may be uploaded later than the run"
                  + " is put. Where S3 denies access to a delta, which it also does if it is missing"
                  + " and its bucket may not be listed, the longer of this and 'retry-budget'"
                  + " counts.");

  static final ConfigOption<Duration> RETRY_BUDGET =
      key("retry-budget")
          .durationType()
          .defaultValue(Duration.ofMinutes(15))
          .withDescription(
              "How long a delta may fail to load, for reasons that may pass, before its run is told"
                  + " to have failed.");

  static final ConfigOption<Integer> CONCURRENCY =
      key("concurrency")
          .intType()
          .defaultValue(4)
          .withDescription(
              "How many deltas one task loads at once. In memory each takes about its size"
                  + " unpacked, so that many of 'max-size' must fit the heap.");

  static final ConfigOption<MemorySize> MAX_SIZE =
      key("max-size")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(128))
          .withDescription(
              "The largest delta that is taken, in bytes unpacked; one of 5,000 vectors of 1,536"
                  + " numbers has 75 to 85 mb.");

  static final ConfigOption<Integer> DIMENSION =
      key("dimension")
          .intType()
          .defaultValue(1536)
          .withDescription("How many numbers each vector of a delta must have.");

  /**
   * Reads the group {@code delta}; problems are reported by the group's properties.
   *
   * @param source how the source is reached, whose region is that of S3 where the group sets none
   */
  public static DeltaSettings from(PropertyGroup group, AwsAccess source) {
    String bucket = group.get(BUCKET);
    boolean named = bucket != null && !bucket.isBlank();
    group.check(
        !named || DeltaLocation.BUCKET.matcher(bucket).matches(),
        BUCKET,
        "must be the bare name of a bucket, without s3:// and path,");
    return new DeltaSettings(
        named ? bucket : null,
        AwsAccess.from(group, REGION, ENDPOINT).or(source.withoutEndpoint()),
        budget(group, MISSING_BUDGET),
        budget(group, RETRY_BUDGET),
        number(group, CONCURRENCY, MOST_AT_ONCE),
        maxSize(group),
        number(group, DIMENSION, MOST_NUMBERS));
  }

  private static Duration budget(PropertyGroup group, ConfigOption<Duration> option) {
    Duration budget = group.get(option);
    group.check(
        !budget.isNegative() && budget.compareTo(LONGEST_BUDGET) <= 0,
        option,
        "must be 0 s to 7 d, after which deltas expire,");
    return budget;
  }

  private static int number(PropertyGroup group, ConfigOption<Integer> option, int most) {
    int number = group.get(option);
    group.check(
        number >= 1 && number <= most,
        option,
        String.format(Locale.ROOT, "must be 1 to %,d", most));
    return number;
  }

  private static long maxSize(PropertyGroup group) {
    MemorySize size = group.get(MAX_SIZE);
    group.check(
        size.getBytes() > 0 && size.compareTo(LARGEST) <= 0,
        MAX_SIZE,
        "must be more than 0 bytes and at most 4 gb");
    return size.getBytes();
  }
}
