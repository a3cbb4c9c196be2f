package io.chromasync.chroma;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * One HTTP response, whoever sent it: Chroma, or something that stands in front of it. Its status
 * alone proves nothing; {@link Outcome} decides what it means.
 *
 * @param contentType the header as it came; empty if there is none
 * @param body decoded; a body that could not be decoded is kept as unreadable text
 * @param retryAfter how long it asks us to wait; zero if it does not ask
 */
record Answer(int status, String contentType, String body, Duration retryAfter) {

  /** The media type of every body that Chroma sends, but for a 413 (seen on 1.0.3 and 1.3.4). */
  static final String JSON_TYPE = "application/json";

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /** What a server quotes may be a value of ours, which must not reach a log. */
  private static final Pattern QUOTED = Pattern.compile("\"(?:\\\\.|[^\"\\\\])*\"?");

  /** Escaped text, as in a page that shows the request: also a value of ours. */
  private static final Pattern ESCAPED = Pattern.compile("(?s)[&%\\\\'`].*");

  /** Enough for any sentence of the server, too little for a record's content. */
  private static final int LONGEST = 300;

  /** Enough to recognise a page by. */
  private static final int FIRST_WORDS = 80;

  /** Statuses that say themselves in the body too, as other frameworks' errors do. */
  private static final Pattern STATUS_KEYS = Pattern.compile("status|statusCode|timestamp|path");

  /** The body; missing if it is not one JSON value whole, or not said to be JSON. */
  JsonNode json() {
    if (!mediaType().equalsIgnoreCase(JSON_TYPE)) {
      return MissingNode.getInstance();
    }
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }

  /** Whether it is an error in Chroma's own form, as in {@code {"error":"…","message":"…"}}. */
  boolean isError() {
    return status >= 400 && isError(json());
  }

  private static boolean isError(JsonNode json) {
    return json.path("error").isTextual()
        && json.path("message").isTextual()
        && json.properties().stream()
            .noneMatch(member -> STATUS_KEYS.matcher(member.getKey()).matches());
  }

  /**
   * Status and the server's own sentence, as in {@code HTTP 404: Tenant [x] not found}, or what
   * else came, as in {@code HTTP 404 (text/html: <html> not found)}; both without what stands in
   * quotes.
   */
  String summary() {
    JsonNode json = json();
    if (isError(json)) {
      String message = cut(withoutQuoted(json.get("message").asText().strip()), LONGEST);
      return message.isEmpty() ? "HTTP " + status : "HTTP %s: %s".formatted(status, message);
    }
    String type = contentType.isBlank() ? "no content type" : printable(contentType);
    String words = firstWords();
    return "HTTP %s (%s: %s)"
        .formatted(status, cut(type, FIRST_WORDS), words.isEmpty() ? "no body" : words);
  }

  private String firstWords() {
    String start = body.substring(0, Math.min(body.length(), 4 * FIRST_WORDS));
    String words = ESCAPED.matcher(withoutQuoted(printable(start))).replaceFirst("…");
    return cut(words.strip(), FIRST_WORDS);
  }

  private String mediaType() {
    return contentType.replaceFirst(";.*", "").strip();
  }

  private static String printable(String text) {
    return text.replaceAll("[^\\x21-\\x7e]+", " ").strip();
  }

  private static String withoutQuoted(String text) {
    return QUOTED.matcher(text).replaceAll("\"…\"");
  }

  private static String cut(String text, int longest) {
    return text.length() > longest ? text.substring(0, longest) + "…" : text;
  }
}
