package io.chromasync.receipts;

import java.util.Locale;

/**
 * Equivalents of methods of Python's {@code str}. Readers of Chroma search for the merchant's name
 * by equality with {@code name.strip().title()}, so the result must be identical.
 *
 * <p>Java and Python support different versions of Unicode; for characters known to both, the
 * results are identical.
 */
final class PythonText {

  private static final int CAPITAL_SIGMA = 0x3A3;
  private static final String SMALL_SIGMA = "\u03C3";
  private static final String FINAL_SIGMA = "\u03C2";
  private static final char CAPITAL_IOTA = '\u0399';
  private static final char IOTA_SUBSCRIPT = '\u0345';

  /** Punctuation that may occur inside a word (Word_Break = MidLetter, MidNumLet, Single_Quote). */
  private static final String WITHIN_WORDS =
      "':.\u00B7\u0387\u055F\u05F4\u2018\u2019\u2024\u2027\uFE13\uFE52\uFE55\uFF07\uFF0E\uFF1A";

  private PythonText() {}

  /**
   * Equivalent of {@code str.strip()}: removes white space at both ends, no-break spaces included.
   */
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
   * Equivalent of {@code str.title()}: a letter after a letter is lower case, any other letter is
   * title case, as in {@code Joe'S}. A <i>letter</i> is a character with case, so CJK characters
   * are not letters.
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
   * Full title case of one letter, possibly several characters: sharp s becomes {@code Ss}. Java
   * only has simple title case and full upper case. The method derives the result from upper case
   * if simple title case changes nothing.
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

  /**
   * Returns true for Unicode's Final_Sigma: a cased letter precedes and no cased letter follows,
   * ignoring case-ignorable characters.
   */
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
