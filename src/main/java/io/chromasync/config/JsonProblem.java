package io.chromasync.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Describes a syntax error in JSON that was written by hand, with its location. Values may be
 * secrets, so the description contains at most one character of the text, or a duplicate key.
 */
final class JsonProblem {

  private static final Pattern DUPLICATE = Pattern.compile("Duplicate field '(.*)'");
  private static final Pattern CHARACTER =
      Pattern.compile("Unexpected (?:character \\(|close marker )'(.)'");
  private static final Pattern COMMA_BEFORE = Pattern.compile(",\\s*$");

  private JsonProblem() {}

  /** Returns the description, as in {@code line 3, column 5: a comma must not stand before '}'}. */
  static String describe(String text, JsonProcessingException e) {
    JsonLocation at = e.getLocation();
    String where =
        at == null ? "" : "line %s, column %s: ".formatted(at.getLineNr(), at.getColumnNr());
    return where + cause(text, at, e.getOriginalMessage());
  }

  private static String cause(String text, JsonLocation at, String said) {
    Matcher duplicate = DUPLICATE.matcher(said);
    if (duplicate.find()) {
      return "the key '%s' occurs twice".formatted(duplicate.group(1));
    }
    if (said.startsWith("Trailing token")) {
      return "something follows the end of the list";
    }
    if (said.contains("end-of-input")) {
      return "it ends too early; a bracket or a quote is not closed";
    }
    Matcher character = CHARACTER.matcher(said);
    if (character.find()) {
      return ofCharacter(character.group(1), before(text, at));
    }
    return said.startsWith("Unrecognized token")
        ? "a string has no double quotes"
        : "this is no JSON";
  }

  private static String ofCharacter(String character, String before) {
    return switch (character) {
      case "/", "#" -> "JSON has no comments; leave them out";
      case "'" -> "strings need double quotes, not single quotes";
      case "}", "]" ->
          COMMA_BEFORE.matcher(before).find()
              ? "a comma is not allowed before '%s'".formatted(character)
              : "'%s' does not belong here".formatted(character);
      case "\"", "{" -> "'%s' does not belong here; is a comma missing?".formatted(character);
      default -> "'%s' does not belong here".formatted(character);
    };
  }

  private static String before(String text, JsonLocation at) {
    int offset = at == null ? 0 : (int) Math.max(0, Math.min(at.getCharOffset(), text.length()));
    String before = text.substring(0, offset);
    // The offset may include the character itself.
    return before.endsWith("}") || before.endsWith("]")
        ? before.substring(0, before.length() - 1)
        : before;
  }
}
