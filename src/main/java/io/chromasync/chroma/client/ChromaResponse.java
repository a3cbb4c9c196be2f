package io.chromasync.chroma.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.chromasync.chroma.delivery.RequestOutcome;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * HTTP response from Chroma, or from a proxy in front of it. The status alone proves nothing;
 * {@link RequestOutcome} classifies the response.
 *
 * @param contentType the header as received; empty if there is none
 * @param body decoded body; a body that could not be decoded is an unreadable text
 * @param retryAfter minimum wait in the response's Retry-After header; zero without the header
 */
public record ChromaResponse(int status, String contentType, String body, Duration retryAfter) {

  /** Media type of every body that Chroma sends, except for a 413 (observed on 1.0.3 and 1.3.4). */
  static final String JSON_TYPE = "application/json";

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  /** Quoted text: it may be a value of the table, which must not reach a log. */
  private static final Pattern QUOTED = Pattern.compile("\"(?:\\\\.|[^\"\\\\])*\"?");

  /** Escaped text, as in a page that quotes the request: it may also be a value of the table. */
  private static final Pattern ESCAPED = Pattern.compile("(?s)[&%\\\\'`].*");

  /**
   * Maximum length of a message: enough for any sentence of the server, too little for a record's
   * content.
   */
  private static final int LONGEST = 300;

  /** Maximum length of an excerpt: enough to recognise a page. */
  private static final int FIRST_WORDS = 80;

  /** Keys of other frameworks' errors, which repeat the status in the body. */
  private static final Pattern STATUS_KEYS = Pattern.compile("status|statusCode|timestamp|path");

  /**
   * Returns the body as JSON; missing if it is not a single JSON value, or not declared as JSON.
   */
  public JsonNode json() {
    if (!mediaType().equalsIgnoreCase(JSON_TYPE)) {
      return MissingNode.getInstance();
    }
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }

  /** Returns true for an error in Chroma's own form, as in {@code {"error":"…","message":"…"}}. */
  public boolean isError() {
    return status >= 400 && isError(json());
  }

  private static boolean isError(JsonNode json) {
    return json.path("error").isTextual()
        && json.path("message").isTextual()
        && json.properties().stream()
            .noneMatch(member -> STATUS_KEYS.matcher(member.getKey()).matches());
  }

  /**
   * Returns the status and the server's error message, as in {@code HTTP 404: Tenant [x] not
   * found}. Without such a message, returns an excerpt of the body, as in {@code HTTP 404
   * (text/html: <html> not found)}. Quoted text is omitted in both forms.
   */
  public String summary() {
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
