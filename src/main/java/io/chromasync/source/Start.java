package io.chromasync.source;

import io.chromasync.config.InvalidSettings;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;

/**
 * Where a job that has no state begins.
 *
 * @param moment null for the oldest change, and for {@link #LATEST} until {@link #at} pins it
 */
record Start(Kind kind, Instant moment) implements Serializable {

  enum Kind {
    TRIM_HORIZON,
    LATEST,
    MOMENT
  }

  /** Shards listed this long after the start was pinned count as listed then. */
  private static final Duration JUST_NOW = Duration.ofSeconds(10);

  static final Start TRIM_HORIZON = new Start(Kind.TRIM_HORIZON, null);
  static final Start LATEST = new Start(Kind.LATEST, null);

  /**
   * Reads {@code trim-horizon}, {@code latest} or an ISO-8601 instant.
   *
   * @throws DateTimeParseException if it is none of these
   */
  static Start parse(String text) {
    return switch (text) {
      case "trim-horizon" -> TRIM_HORIZON;
      case "latest" -> LATEST;
      default -> new Start(Kind.MOMENT, Instant.parse(text));
    };
  }

  /**
   * Makes the latest change that of this moment.
   *
   * @throws InvalidSettings if the start lies in the future. One that the stream no longer reaches
   *     is not refused here: a job that has state does not start there again
   */
  Start at(Instant now) {
    if (kind == Kind.MOMENT && moment.isAfter(now)) {
      throw new InvalidSettings(
          "Property 'start' in group 'source' must not be in the future but was '%s', and it is %s"
              .formatted(moment, now));
    }
    return kind == Kind.LATEST ? new Start(kind, now) : this;
  }

  /** Whether what was closed by now holds nothing of interest. */
  boolean passesOverClosed(Instant now) {
    return kind == Kind.LATEST && (moment == null || !moment.plus(JUST_NOW).isBefore(now));
  }

  /** Since when records count on being read, if shards are listed for the first time now. */
  Instant owedFrom(Instant now) {
    return moment != null && moment.isBefore(now) ? moment : now;
  }

  /**
   * Records created before this moment are passed over: {@link Position#EVERYTHING} passes over
   * none.
   *
   * <p>The moment is floored to its minute, because creation times are: DynamoDB Streams rounds
   * them down to seconds, DynamoDB Local to minutes. The few older changes this lets through are
   * harmless, as every change carries its version.
   */
  long fromMillis(Instant now) {
    return switch (kind) {
      case TRIM_HORIZON -> Position.EVERYTHING;
      case LATEST -> (moment == null ? now : moment).truncatedTo(ChronoUnit.MINUTES).toEpochMilli();
      case MOMENT -> moment.truncatedTo(ChronoUnit.MINUTES).toEpochMilli();
    };
  }
}
