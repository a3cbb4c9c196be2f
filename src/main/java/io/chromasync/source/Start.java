package io.chromasync.source;

import java.io.Serializable;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;

/**
 * Where a job that has no state begins.
 *
 * @param moment null unless the start is an instant
 */
record Start(Kind kind, Instant moment) implements Serializable {

  enum Kind {
    TRIM_HORIZON,
    LATEST,
    MOMENT
  }

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

  /** Since when records count on being read, if shards are listed for the first time now. */
  Instant owedFrom(Instant now) {
    return kind == Kind.MOMENT && moment.isBefore(now) ? moment : now;
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
      case LATEST -> now.truncatedTo(ChronoUnit.MINUTES).toEpochMilli();
      case MOMENT -> moment.truncatedTo(ChronoUnit.MINUTES).toEpochMilli();
    };
  }
}
