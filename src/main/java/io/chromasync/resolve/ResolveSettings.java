package io.chromasync.resolve;

import io.chromasync.config.PropertyGroup;
import java.io.Serializable;
import java.time.Duration;
import java.util.Locale;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions;

/** The settings of group {@code resolve}. */
public record ResolveSettings(
    Duration tombstoneRetention, TooLate tooLate, Duration vectorRetention)
    implements Serializable {

  /** What happens to a change older than the retention whose entity has no memory. */
  public enum TooLate {
    DEAD_LETTER,
    APPLY;

    /** As the property spells it. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** Shards may be a whole day apart, and a replay begins up to a day ago. */
  private static final Duration LEAST_RETENTION = Duration.ofDays(2);

  public static final ConfigOption<Duration> TOMBSTONE_RETENTION =
      ConfigOptions.key("tombstone-retention")
          .durationType()
          .defaultValue(Duration.ofDays(10))
          .withDescription(
              "How long, in event time, a removal is remembered, and how old a change may be whose"
                  + " entity is unknown. Longer than any replay.");

  public static final ConfigOption<TooLate> TOO_LATE =
      ConfigOptions.key("too-late")
          .enumType(TooLate.class)
          .defaultValue(TooLate.DEAD_LETTER)
          .withDescription(
              "What happens to a change older than that whose entity is unknown: it could be the"
                  + " ghost of something deleted.");

  public static final ConfigOption<Duration> VECTOR_RETENTION =
      ConfigOptions.key("vector-retention")
          .durationType()
          .defaultValue(Duration.ofMinutes(10))
          .withDescription(
              "How long, in event time, a vector stays in state after its run, should a removal that"
                  + " is older than the run come after it and be undone. Longer than changes of one"
                  + " image ever come out of order; 0 s if they never do.");

  /** How old a change may be whose entity is unknown; null = of any age. */
  public Duration mostAge() {
    return tooLate == TooLate.APPLY ? null : tombstoneRetention;
  }

  public static ResolveSettings from(PropertyGroup group) {
    ResolveSettings settings =
        new ResolveSettings(
            group.get(TOMBSTONE_RETENTION), group.get(TOO_LATE), group.get(VECTOR_RETENTION));
    boolean longEnough = settings.tombstoneRetention.compareTo(LEAST_RETENTION) >= 0;
    group.check(
        longEnough,
        TOMBSTONE_RETENTION,
        "must be at least 2 d, twice what a DynamoDB stream keeps,");
    // Of two that do not fit, only one is to blame.
    group.check(
        !settings.vectorRetention.isNegative()
            && (!longEnough
                || settings.vectorRetention.compareTo(settings.tombstoneRetention) <= 0),
        VECTOR_RETENTION,
        "must lie between 0 s and 'tombstone-retention'");
    return settings;
  }
}
