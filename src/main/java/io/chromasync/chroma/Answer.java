package io.chromasync.chroma;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * What the server said to one request.
 *
 * @param retryAfter how long it asks us to wait; zero if it does not ask
 */
record Answer(int status, String body, Duration retryAfter) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** What a server quotes may be a value of ours, which must not reach a log. */
  private static final Pattern QUOTED = Pattern.compile("\"(?:\\\\.|[^\"\\\\])*\"?");

  /** Enough for any sentence of the server, too little for a record's content. */
  private static final int LONGEST = 300;

  boolean isSuccess() {
    return status >= 200 && status < 300;
  }

  /** The body; an empty object if it is not JSON. */
  JsonNode json() {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      return JSON.createObjectNode();
    }
  }

  /**
   * Status and the server's own sentence, as in {@code HTTP 404: Tenant [x] not found}, without
   * what it puts in double quotes.
   */
  String summary() {
    String said = json().path("message").asText(body).strip();
    String message = QUOTED.matcher(said).replaceAll("\"…\"");
    if (message.length() > LONGEST) {
      message = message.substring(0, LONGEST) + "…";
    }
    return message.isEmpty() ? "HTTP " + status : "HTTP " + status + ": " + message;
  }
}
