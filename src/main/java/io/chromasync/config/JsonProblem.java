package io.chromasync.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Why a text that a person wrote is no JSON, and where. It shows no more than one character of it,
 * as a value may be a secret.
 */
final class JsonProblem {

  private static final Pattern DUPLICATE = Pattern.compile("Duplicate field '(.*)'");
  private static final Pattern CHARACTER =
      Pattern.compile("Unexpected (?:character \\(|close marker )'(.)'");
  private static final Pattern COMMA_BEFORE = Pattern.compile(",\\s*$");

  private JsonProblem() {}

  /** As in {@code line 3, column 5: a comma must not stand before '}'}. */
  static String describe(String text, JsonProcessingException e) {
    JsonLocation at = e.getLocation();
    String where =
        at == null ? "" : "line %s, column %s: ".formatted(at.getLineNr(), at.getColumnNr());
    return where + cause(text, at, e.getOriginalMessage());
  }

  private static String cause(String text, JsonLocation at, String said) {
    Matcher duplicate = DUPLICATE.matcher(said);
    if (duplicate.find()) {
      return "the key '%s' is there twice".formatted(duplicate.group(1));
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
        ? "a text stands without double quotes"
        : "this is no JSON";
  }

  private static String ofCharacter(String character, String before) {
    return switch (character) {
      case "/", "#" -> "JSON has no comments; leave them out";
      case "'" -> "texts stand in double quotes, not in single ones";
      case "}", "]" ->
          COMMA_BEFORE.matcher(before).find()
              ? "a comma must not stand before '%s'".formatted(character)
              : "'%s' does not belong here".formatted(character);
      case "\"", "{" -> "'%s' does not belong here; is a comma missing?".formatted(character);
      default -> "'%s' does not belong here".formatted(character);
    };
  }

  private static String before(String text, JsonLocation at) {
    int offset = at == null ? 0 : (int) Math.max(0, Math.min(at.getCharOffset(), text.length()));
    String before = text.substring(0, offset);
    // The character itself may be counted in.
    return before.endsWith("}") || before.endsWith("]")
        ? before.substring(0, before.length() - 1)
        : before;
  }
}
