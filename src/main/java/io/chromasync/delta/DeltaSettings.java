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
 * Location of the deltas of compaction runs, and limits of their loading.
 *
 * @param bucket bucket of deltas whose prefix names no bucket; null if none is set
 * @param missingBudget time after the arrival of its run during which a delta may be missing or
 *     incomplete
 * @param retryBudget time during which the loading of a delta is retried before its run fails
 * @param concurrency maximum number of deltas that one task has in memory at once
 * @param maxSize maximum size of an unpacked delta, in bytes
 * @param dimension dimension of a vector
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

  /** Maximum concurrency; each load has a thread. */
  private static final int MOST_AT_ONCE = 64;

  /**
   * Maximum dimension; a row of a delta's database, which is limited too, has room for four times
   * as many numbers.
   */
  private static final int MOST_NUMBERS = 1 << 16;

  static final ConfigOption<String> BUCKET =
      key("bucket")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "S3 bucket of the deltas. Required for runs whose prefix does not name a bucket, as"
                  + " s3://bucket/prefix does.");

  static final ConfigOption<String> REGION =
      key("aws.region")
          .stringType()
          .noDefaultValue()
          .withDescription(
              "AWS region. Not set = the region of the source, or of the SDK's default chain.");

  static final ConfigOption<String> ENDPOINT =
      key("aws.endpoint")
          .stringType()
          .noDefaultValue()
          .withDescription("Endpoint of a local S3 server. Not set for AWS.");

  static final ConfigOption<Duration> MISSING_BUDGET =
      key("missing-budget")
          .durationType()
          .defaultValue(Duration.ofMinutes(1))
          .withDescription(
              "Maximum time after the arrival of a run during which its delta may be missing or"
                  + " incomplete in S3, because the upload may follow the run. Then the run is"
                  + " marked FAILED. S3 also denies access to a missing object in a bucket that may"
                  + " not be listed. While access is denied, the longer of this and 'retry-budget'"
                  + " applies.");

  static final ConfigOption<Duration> RETRY_BUDGET =
      key("retry-budget")
          .durationType()
          .defaultValue(Duration.ofMinutes(15))
          .withDescription(
              "Maximum time for which the loading of a delta is retried after transient errors."
                  + " Then its run is marked FAILED.");

  static final ConfigOption<Integer> CONCURRENCY =
      key("concurrency")
          .intType()
          .defaultValue(4)
          .withDescription(
              "Number of deltas that one task loads concurrently. Each takes about its unpacked"
                  + " size in memory, so 'concurrency' times 'max-size' must fit into the heap.");

  static final ConfigOption<MemorySize> MAX_SIZE =
      key("max-size")
          .memoryType()
          .defaultValue(MemorySize.ofMebiBytes(128))
          .withDescription(
              "Maximum size of a delta in bytes, unpacked. A delta of 5,000 vectors of dimension"
                  + " 1,536 has 75 to 85 mb.");

  static final ConfigOption<Integer> DIMENSION =
      key("dimension")
          .intType()
          .defaultValue(1536)
          .withDescription("Dimension of each vector of a delta.");

  /**
   * Reads the group {@code delta}; problems are reported by the group's properties.
   *
   * @param source access to the source, whose region applies to S3 if the group sets none
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
