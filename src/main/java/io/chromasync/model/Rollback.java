package io.chromasync.model;

import java.time.DateTimeException;
import java.time.Instant;

/**
 * Rollback of Chroma to an earlier state, as when a backup was restored. Chroma has the writes that
 * it acknowledged up to an instant, and may lack later writes.
 *
 * <p>Instants are milliseconds since the epoch, on clocks of the job.
 *
 * @param from instant up to which Chroma has every acknowledged write; 0 = unknown
 * @param to instant up to which, at least, Chroma had acknowledged writes
 * @param noticed instant at which the job detected the rollback
 * @param since event time: older changes were applied before {@code from}
 */
public record Rollback(long from, long to, long noticed, long since) {

  private static final String KEYWORD = "#rewrite";

  /** Returns true if the instant up to which Chroma has every write is known. */
  public boolean isDated() {
    return from > 0;
  }

  /**
   * Request for a rewrite in the request folder, as one line; no partition id contains a {@code #}.
   */
  public String line() {
    return String.join(" ", KEYWORD, text(from), text(to), text(noticed), text(since));
  }

  /** Parses a line of {@link #line}; returns null for any other line. */
  public static Rollback parse(String line) {
    String[] words = line.strip().split("\\s+", -1);
    if (words.length != 5 || !words[0].equals(KEYWORD)) {
      return null;
    }
    try {
      return new Rollback(millis(words[1]), millis(words[2]), millis(words[3]), millis(words[4]));
    } catch (DateTimeException | ArithmeticException unreadable) {
      return null;
    }
  }

  /** Name of its request: the same rollback has the same name, whichever task detected it. */
  public String name() {
    return "rewrite-%s-%s".formatted(from, to);
  }

  private static String text(long millis) {
    return Instant.ofEpochMilli(millis).toString();
  }

  private static long millis(String text) {
    return Instant.parse(text).toEpochMilli();
  }
}
