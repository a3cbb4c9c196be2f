package io.chromasync.model;

import java.time.DateTimeException;
import java.time.Instant;

/**
 * A Chroma that went back to an earlier state, as when a backup was restored: it holds what it
 * acknowledged until one instant, and may lack what it acknowledged after that.
 *
 * <p>Instants are milliseconds since the epoch, as clocks of the job said them.
 *
 * @param from until when Chroma holds everything that it acknowledged; 0 = unknown
 * @param to until when, at least, Chroma had acknowledged writes
 * @param noticed when the job noticed it
 * @param since event time: older changes were carried out before {@code from}
 */
public record Rollback(long from, long to, long noticed, long since) {

  private static final String KEYWORD = "#rewrite";

  /** Whether Chroma says until when it holds everything. */
  public boolean isDated() {
    return from > 0;
  }

  /** The request for a rewrite in the folder of requests, one line; no image id has a {@code #}. */
  public String line() {
    return String.join(" ", KEYWORD, text(from), text(to), text(noticed), text(since));
  }

  /** The rollback of a line of {@link #line}, or null if the line is none. */
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

  /** The name of its request: the same rollback, noticed by whomever, has one name. */
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
