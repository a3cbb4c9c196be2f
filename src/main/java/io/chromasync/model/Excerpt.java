package io.chromasync.model;

/** Beginning of an untrusted text, for messages. */
public final class Excerpt {

  /**
   * Maximum length of a quotation: enough for the longest id of a record, and for any useful name.
   */
  private static final int QUOTED = 200;

  private Excerpt() {}

  /** Returns an excerpt of an id, a name or a value. */
  public static String of(Object text) {
    return of(String.valueOf(text), QUOTED);
  }

  /**
   * Returns at most a number of characters, without splitting a surrogate pair.
   *
   * @param longest 2 or more
   */
  public static String of(String text, int longest) {
    if (text.length() <= longest) {
      return text;
    }
    int end = longest - 1;
    return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + "…";
  }
}
