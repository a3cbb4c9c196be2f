package io.chromasync.resolve;

import io.chromasync.config.PropertyGroup;
import java.io.Serializable;
import java.time.Duration;
import java.util.Locale;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;

/** Settings of group {@code resolve}. */
public record ResolveSettings(
    Duration tombstoneRetention, TooLate tooLate, Duration vectorRetention)
    implements Serializable {

  /** Handling of a change older than the retention whose entity has no state. */
  public enum TooLate {
    DEAD_LETTER,
    APPLY;

    /** Returns the spelling in the properties. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** Shards may be a whole day apart, and a replay begins up to a day ago. */
  private static final Duration LEAST_RETENTION = Duration.ofDays(2);

  /** Option {@code tombstone-retention}: retention of tombstones, in event time. */
  public static final ConfigOption<Duration> TOMBSTONE_RETENTION =
      ConfigOptions.key("tombstone-retention")
          .durationType()
          .defaultValue(Duration.ofDays(10))
          .withDescription(
              "Retention of tombstones, in event time, and maximum age of a change whose entity has"
                  + " no state. It must be longer than any replay.");

  /** Option {@code too-late}: handling of a change older than the tombstone retention. */
  public static final ConfigOption<TooLate> TOO_LATE =
      ConfigOptions.key("too-late")
          .enumType(TooLate.class)
          .defaultValue(TooLate.DEAD_LETTER)
          .withDescription(
              "Handling of a change that is older than 'tombstone-retention' and whose entity has"
                  + " no state: dead-letter or apply. Such a change may be a late event for a"
                  + " deleted entity.");

  /** Option {@code vector-retention}: retention of a vector in state, in event time. */
  public static final ConfigOption<Duration> VECTOR_RETENTION =
      ConfigOptions.key("vector-retention")
          .durationType()
          .defaultValue(Duration.ofMinutes(10))
          .withDescription(
              "Retention of a vector in state after its run, in event time. The vector is needed if"
                  + " a deletion older than the run arrives late and is then undone. The retention"
                  + " must exceed the maximum out-of-orderness of the changes of one partition; 0 s if"
                  + " they always arrive in order.");

  /** Maximum age of a change whose entity is unknown; null = unlimited. */
  public Duration mostAge() {
    return tooLate == TooLate.APPLY ? null : tombstoneRetention;
  }

  /** Reads and checks the group. Problems are collected in the group, not thrown. */
  public static ResolveSettings from(PropertyGroup group) {
    ResolveSettings settings =
        new ResolveSettings(
            group.get(TOMBSTONE_RETENTION), group.get(TOO_LATE), group.get(VECTOR_RETENTION));
    boolean longEnough = settings.tombstoneRetention.compareTo(LEAST_RETENTION) >= 0;
    group.check(
        longEnough,
        TOMBSTONE_RETENTION,
        "must be at least 2 d, twice what a DynamoDB stream keeps,");
    // Reports only one error if two settings are inconsistent.
    group.check(
        !settings.vectorRetention.isNegative()
            && (!longEnough
                || settings.vectorRetention.compareTo(settings.tombstoneRetention) <= 0),
        VECTOR_RETENTION,
        "must lie between 0 s and 'tombstone-retention'");
    return settings;
  }
}
