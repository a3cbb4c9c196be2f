package io.chromasync.local.samples;

/**
 * Python's {@code str.title()}, by which merchant names are written: every letter after a
 * non-letter is upper case, every other letter lower case ({@code JOE'S 7-eleven} becomes {@code
 * Joe'S 7-Eleven}).
 */
final class TitleCase {

  private TitleCase() {}

  static String of(String text) {
    StringBuilder title = new StringBuilder();
    boolean afterLetter = false;
    for (int i = 0; i < text.length(); i++) {
      char character = text.charAt(i);
      title.append(
          afterLetter ? Character.toLowerCase(character) : Character.toTitleCase(character));
      afterLetter = Character.isLetter(character);
    }
    return title.toString();
  }
}
