package io.chromasync.mapping;

import java.util.Locale;

/**
 * What Python's {@code str} methods make of a text. Readers of Chroma look for the merchant's name
 * by equality with {@code name.strip().title()}, so it must be the same to the letter.
 *
 * <p>Java and Python know different versions of Unicode; of the characters known to both, all give
 * the same.
 */
final class PythonText {

  private static final int CAPITAL_SIGMA = 0x3A3;
  private static final String SMALL_SIGMA = "\u03C3";
  private static final String FINAL_SIGMA = "\u03C2";
  private static final char CAPITAL_IOTA = '\u0399';
  private static final char IOTA_SUBSCRIPT = '\u0345';

  /**
   * The punctuation that may stand inside a word (Word_Break = MidLetter, MidNumLet, Single_Quote).
   */
  private static final String WITHIN_WORDS =
      "':.\u00B7\u0387\u055F\u05F4\u2018\u2019\u2024\u2027\uFE13\uFE52\uFE55\uFF07\uFF0E\uFF1A";

  private PythonText() {}

  /** {@code str.strip()}: without white space at either end, no-break spaces included. */
  static String strip(String text) {
    int start = 0;
    int end = text.length();
    while (start < end && isSpace(text.charAt(start))) {
      start++;
    }
    while (start < end && isSpace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(start, end);
  }

  /**
   * {@code str.title()}: a letter that follows a letter is small, any other is a title-case letter,
   * as in {@code Joe'S}. A <i>letter</i> is what has case, so not one of CJK.
   */
  static String title(String text) {
    int[] letters = text.codePoints().toArray();
    StringBuilder title = new StringBuilder(text.length());
    boolean inside = false;
    for (int i = 0; i < letters.length; i++) {
      title.append(inside ? small(letters, i) : title(letters[i]));
      inside = isCased(letters[i]);
    }
    return title.toString();
  }

  private static String small(int[] letters, int at) {
    if (letters[at] == CAPITAL_SIGMA) {
      return endsWord(letters, at) ? FINAL_SIGMA : SMALL_SIGMA;
    }
    return Character.toString(letters[at]).toLowerCase(Locale.ROOT);
  }

  /**
   * The full title case of one letter, which may be several: sharp s becomes {@code Ss}. Java only
   * has simple title case and full upper case; where the first does nothing, the second tells.
   */
  private static String title(int letter) {
    String upper = Character.toString(letter).toUpperCase(Locale.ROOT);
    int simple = Character.toTitleCase(letter);
    boolean isTitle = simple != letter || Character.isTitleCase(letter);
    if (isTitle || upper.codePointCount(0, upper.length()) == 1) {
      return Character.toString(simple);
    }
    int first = isCased(upper.codePointAt(0)) ? 1 : 2; // an apostrophe may come before the letter
    String rest = upper.substring(first).replace(CAPITAL_IOTA, IOTA_SUBSCRIPT);
    return upper.substring(0, first) + rest.toLowerCase(Locale.ROOT);
  }

  /** Unicode's Final_Sigma: a cased letter before, none after, ignorable characters aside. */
  private static boolean endsWord(int[] letters, int at) {
    int before = at - 1;
    while (before >= 0 && isCaseIgnorable(letters[before])) {
      before--;
    }
    int after = at + 1;
    while (after < letters.length && isCaseIgnorable(letters[after])) {
      after++;
    }
    return before >= 0
        && isCased(letters[before])
        && (after == letters.length || !isCased(letters[after]));
  }

  private static boolean isSpace(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u0085';
  }

  private static boolean isCased(int c) {
    return Character.isLowerCase(c) || Character.isUpperCase(c) || Character.isTitleCase(c);
  }

  private static boolean isCaseIgnorable(int c) {
    return switch (Character.getType(c)) {
      case Character.NON_SPACING_MARK,
          Character.ENCLOSING_MARK,
          Character.FORMAT,
          Character.MODIFIER_LETTER,
          Character.MODIFIER_SYMBOL ->
          true;
      default -> WITHIN_WORDS.indexOf(c) >= 0;
    };
  }
}
