package io.chromasync.delta;

/** Text from outside as a message shows it: of a long one the beginning. */
final class Excerpt {

  /** Enough for the longest id that is ours, and for any name worth reading. */
  private static final int QUOTED = 200;

  private Excerpt() {}

  /** What a message quotes: an id, a name, a value. */
  static String of(Object text) {
    return of(String.valueOf(text), QUOTED);
  }

  /**
   * At most so many characters, none of them cut in two.
   *
   * @param longest 2 or more
   */
  static String of(String text, int longest) {
    if (text.length() <= longest) {
      return text;
    }
    int end = longest - 1;
    return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + "…";
  }
}
