package io.chromasync.source.lineage;

import io.chromasync.config.InvalidSettings;
import java.io.Serializable;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;

/**
 * Start position of a job without state.
 *
 * @param timestamp start timestamp; null for the oldest change, and for {@link #LATEST} until
 *     {@link #at} pins it
 */
public record StartPosition(Kind kind, Instant timestamp) implements Serializable {

  enum Kind {
    TRIM_HORIZON,
    LATEST,
    INSTANT
  }

  /** Time after the pinned start within which a listing counts as taken at the start. */
  private static final Duration JUST_NOW = Duration.ofSeconds(10);

  /** Start at the oldest change of the stream. */
  public static final StartPosition TRIM_HORIZON = new StartPosition(Kind.TRIM_HORIZON, null);

  /** Start at the newest change; {@link #at} pins it to an instant. */
  static final StartPosition LATEST = new StartPosition(Kind.LATEST, null);

  /**
   * Parses {@code trim-horizon}, {@code latest} or an ISO-8601 instant.
   *
   * @throws DateTimeParseException for any other text
   */
  public static StartPosition parse(String text) {
    return switch (text) {
      case "trim-horizon" -> TRIM_HORIZON;
      case "latest" -> LATEST;
      default -> new StartPosition(Kind.INSTANT, Instant.parse(text));
    };
  }

  /**
   * Pins {@code latest} to this instant.
   *
   * @throws InvalidSettings if the start lies in the future. A start older than the stream's
   *     retention is not rejected here, because a job with state does not start there again
   */
  public StartPosition at(Instant now) {
    if (kind == Kind.INSTANT && timestamp.isAfter(now)) {
      throw new InvalidSettings(
          "Property 'start' in group 'source' must not be in the future but was '%s', and it is %s"
              .formatted(timestamp, now));
    }
    return kind == Kind.LATEST ? new StartPosition(kind, now) : this;
  }

  /** Returns whether shards that are closed by now are skipped. */
  boolean skipsClosed(Instant now) {
    return kind == Kind.LATEST && (timestamp == null || !timestamp.plus(JUST_NOW).isBefore(now));
  }

  /**
   * Returns the instant since when records are guaranteed to be read, if shards are listed for the
   * first time now.
   */
  Instant guaranteedFrom(Instant now) {
    return timestamp != null && timestamp.isBefore(now) ? timestamp : now;
  }

  /**
   * Returns the creation time before which records are skipped; {@link Position#EVERYTHING} skips
   * none.
   *
   * <p>The start is rounded down to the minute, because creation times are rounded down: by
   * DynamoDB Streams to seconds, by DynamoDB Local to minutes. The few older changes that are
   * thereby read are harmless, as every change carries its version.
   */
  long fromMillis(Instant now) {
    return switch (kind) {
      case TRIM_HORIZON -> Position.EVERYTHING;
      case LATEST ->
          (timestamp == null ? now : timestamp).truncatedTo(ChronoUnit.MINUTES).toEpochMilli();
      case INSTANT -> timestamp.truncatedTo(ChronoUnit.MINUTES).toEpochMilli();
    };
  }
}
