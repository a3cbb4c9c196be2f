package io.chromasync.chroma.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.chroma.Answers;
import io.chromasync.chroma.client.ChromaResponse;
import io.chromasync.chroma.delivery.RequestOutcome.Kind;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestOutcomeTest {

  private static final String ERROR = "{\"error\":\"E\",\"message\":\"no\"}";

  @ParameterizedTest
  @CsvSource({
    "400, REJECTED",
    "401, DENIED",
    "402, MISCONFIGURED",
    "403, DENIED",
    "404, MISSING",
    "408, BUSY",
    "409, MISCONFIGURED",
    "410, MISCONFIGURED",
    "413, TOO_LARGE",
    "422, REJECTED",
    "429, THROTTLED",
    "500, BUSY",
    "502, UNANSWERED",
    "503, BUSY",
    "504, UNANSWERED",
  })
  void anErrorOfChromasHasOneMeaning(int status, Kind kind) {
    assertThat(RequestOutcome.of(Answers.json(status, ERROR)).kind()).isEqualTo(kind);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "null", " {} ", "{\"deleted\":3}", "{\"a\":{\"error\":1}}"})
  void c01AnAcknowledgementIsAnObjectOrNull(String body) {
    for (String type :
        new String[] {
          "application/json", "application/json; charset=utf-8", "Application/JSON;charset=UTF-8"
        }) {
      ChromaResponse answer = new ChromaResponse(201, type, body, Duration.ZERO);

      assertThat(RequestOutcome.of(answer))
          .isEqualTo(new RequestOutcome(Kind.WRITTEN, "", Duration.ZERO));
    }
  }

  static Stream<ChromaResponse> notChromas() {
    return Stream.of(
        Answers.PAGE,
        Answers.page(201),
        Answers.json(200, ""),
        Answers.json(200, " "),
        Answers.json(200, "{"),
        Answers.json(200, "{\"deleted\":"),
        Answers.json(200, "{} <!-- cached -->"),
        Answers.json(200, "{}{}"),
        Answers.json(200, "\ufeff{}"),
        Answers.json(200, "[]"),
        Answers.json(200, "true"),
        Answers.json(200, "7"),
        Answers.json(200, "\"ok\""),
        Answers.json(200, "[".repeat(5_000)),
        Answers.json(200, ERROR),
        Answers.json(200, "{\"error\":null}"),
        Answers.json(200, "<!doctype html>"),
        Answers.json(204, ""),
        new ChromaResponse(200, "", "{}", Duration.ZERO),
        new ChromaResponse(200, "text/plain", "{}", Duration.ZERO),
        new ChromaResponse(200, "text/json", "{}", Duration.ZERO),
        new ChromaResponse(200, "application/json-patch+json", "{}", Duration.ZERO),
        new ChromaResponse(200, "application/problem+json", "{}", Duration.ZERO),
        new ChromaResponse(200, "application/octet-stream", "\u001f\ufffd\b", Duration.ZERO),
        Answers.page(301),
        Answers.page(302),
        Answers.json(304, ""),
        Answers.json(307, "{}"));
  }

  @ParameterizedTest
  @MethodSource("notChromas")
  void c01AnotherSuccessLeavesDoubt(ChromaResponse answer) {
    RequestOutcome outcome = RequestOutcome.of(answer);

    assertThat(outcome.kind()).isEqualTo(Kind.FOREIGN);
    assertThat(outcome.isAmbiguous()).isTrue();
    assertThat(outcome.isTransient()).isTrue();
  }

  @Test
  void c01WhatIsNotChromasIsNamedByStatusTypeAndFirstWords() {
    assertThat(RequestOutcome.of(Answers.PAGE).reason())
        .startsWith("HTTP 200 (text/html; charset=utf-8: <!doctype html><html><body>An application")
        .contains("is not a response of Chroma", "'chroma.url'");
    assertThat(RequestOutcome.of(Answers.json(200, "")).reason())
        .startsWith("HTTP 200 (application/json: no body) is not a response");
    assertThat(RequestOutcome.of(new ChromaResponse(200, "", "ok", Duration.ZERO)).reason())
        .startsWith("HTTP 200 (no content type: ok) is not a response");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"ids\":[\"a\"],\"metadatas\":[{\"text\":\"xyzzy\"}]}",
        "You sent {&quot;text&quot;:&quot;xyzzy&quot;}",
        "You sent %7B%22text%22%3A%22xyzzy%22%7D",
        "You sent {\\\"text\\\":\\\"xyzzy\\\"}",
        "You sent {'text': 'xyzzy'}",
        "<p title=\"xyzzy",
      })
  void c01AnEchoOfTheRequestIsNotQuoted(String body) {
    assertThat(new ChromaResponse(200, "text/plain", body, Duration.ZERO).summary())
        .doesNotContain("xyzzy");
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 404, 405, 409, 410, 422, 500, 501, 503, 520, 524})
  void c10WhatStandsInFrontOfChromaKnowsNothingOfItsTokenCollectionsAndRecords(int status) {
    for (ChromaResponse answer :
        new ChromaResponse[] {
          Answers.page(status),
          new ChromaResponse(status, "text/plain", "404 page not found", Duration.ZERO),
          new ChromaResponse(status, "", "", Duration.ZERO),
          Answers.json(status, "{\"message\":\"Forbidden\"}"),
          Answers.json(status, "{\"detail\":\"Not Found\"}"),
          Answers.json(status, "{\"error\":\"Not Found\"}"),
          Answers.json(status, "{\"error\":{\"code\":7},\"message\":\"no\"}"),
          Answers.json(
              status,
              "{\"statusCode\":%s,\"message\":\"no\",\"error\":\"Forbidden\"}".formatted(status)),
          Answers.json(
              status,
              "{\"timestamp\":1,\"status\":%s,\"error\":\"Forbidden\",\"message\":\"\"}"
                  .formatted(status)),
          new ChromaResponse(status, "text/html", ERROR, Duration.ZERO),
        }) {
      RequestOutcome outcome = RequestOutcome.of(answer);

      assertThat(outcome.kind()).as("%s", answer).isEqualTo(Kind.FOREIGN);
      assertThat(outcome.reason())
          .startsWith("HTTP " + status)
          .contains("'chroma.url'")
          .doesNotContain("token", "collection");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "408, BUSY",
    "413, TOO_LARGE",
    "429, THROTTLED",
    "502, UNANSWERED",
    "504, UNANSWERED"
  })
  void whoeverIsTooBusyOrTakesNoBodyOfThisSizeMaySayIt(int status, Kind kind) {
    assertThat(RequestOutcome.of(Answers.page(status)).kind()).isEqualTo(kind);
    assertThat(RequestOutcome.of(new ChromaResponse(status, "", "", Duration.ZERO)).kind())
        .isEqualTo(kind);
  }

  @ParameterizedTest
  @CsvSource({
    "HEARTBEAT, {\"nanosecond heartbeat\":17}, {}",
    "HEARTBEAT, {\"nanosecond heartbeat\":17}, {\"nanosecond heartbeat\":\"17\"}",
    "LIMITS, {\"max_batch_size\":9}, {}",
    "LIMITS, {\"max_batch_size\":9}, {\"max_batch_size\":null}",
    "NAMED, {\"name\":\"a\"}, {}",
    "COLLECTION, {\"id\":\"a-b\"}, {\"id\":\"a/../b\"}",
    "COLLECTION, {\"id\":\"a-b\"}, {\"name\":\"a\"}",
    "COLLECTION, {\"id\":\"a-b\"}, [{\"id\":\"a-b\"}]",
    "COUNT, 0, -1",
    "COUNT, 7, \"7\"",
    "COUNT, 7, {}",
  })
  void c01EachReadHasAShape(Shape shape, String right, String wrong) {
    assertThat(RequestOutcome.of(Answers.json(200, right), shape).kind()).isEqualTo(Kind.WRITTEN);
    assertThat(RequestOutcome.of(Answers.json(200, wrong), shape).kind()).isEqualTo(Kind.FOREIGN);
    assertThat(RequestOutcome.of(Answers.PAGE, shape).kind()).isEqualTo(Kind.FOREIGN);
    assertThat(RequestOutcome.of(Answers.json(200, ERROR), shape).kind()).isEqualTo(Kind.FOREIGN);
  }

  @ParameterizedTest
  @CsvSource({
    "'[\"a\"]', '[[1]]', '[null]', '[{}]', WRITTEN",
    "'[]', '[]', '[]', '[]', WRITTEN",
    "'[\"a\",\"b\"]', '[[1]]', '[null]', '[{}]', FOREIGN",
    "'[\"a\"]', 'null', '[null]', '[{}]', FOREIGN",
    "'{}', '[]', '[]', '[]', FOREIGN",
  })
  void c01APageHasAsManyOfEach(
      String ids, String embeddings, String documents, String metadatas, Kind kind) {
    String body =
        "{\"ids\":%s,\"embeddings\":%s,\"documents\":%s,\"metadatas\":%s}"
            .formatted(ids, embeddings, documents, metadatas);

    assertThat(RequestOutcome.of(Answers.json(200, body), Shape.PAGE).kind()).isEqualTo(kind);
  }

  @ParameterizedTest
  @CsvSource({"200", "301", "403", "408", "429", "500", "502", "503", "504"})
  void aServerMayAskForTime(int status) {
    RequestOutcome outcome =
        RequestOutcome.of(new ChromaResponse(status, "text/plain", "wait", Duration.ofSeconds(7)));

    assertThat(outcome.atLeast()).isEqualTo(Duration.ofSeconds(7));
    assertThat(outcome.reason()).startsWith("HTTP %s (text/plain: wait)".formatted(status));
  }

  @ParameterizedTest
  @CsvSource({
    "401, check 'chroma.token-secret-arn' or",
    "403, check 'chroma.token-secret-arn' or",
    "404, 'chroma.tenant' and 'chroma.database'",
    "410, 'chroma.url'",
  })
  void aMistakeInTheSettingsSaysWhatToChange(int status, String advice) {
    RequestOutcome outcome = RequestOutcome.of(Answers.json(status, ERROR));

    assertThat(outcome.reason()).startsWith("HTTP " + status + ": no").contains(advice);
  }

  @Test
  void vectorsOfAnotherLengthThanTheCollectionsAreNoFaultOfOne() {
    RequestOutcome outcome =
        RequestOutcome.of(error("Collection expecting embedding with dimension of 2, got 1"));

    assertThat(outcome.kind()).isEqualTo(Kind.MISCONFIGURED);
    assertThat(outcome.reason()).contains("'delta.dimension'", "in group 'chroma'");
  }

  @Test
  void aVectorWithoutNumbersIsTheFaultOfItsRecord() {
    RequestOutcome outcome =
        RequestOutcome.of(error("Validation error: Each embedding must have at least 1 dimension"));

    assertThat(outcome.kind()).isEqualTo(Kind.REJECTED);
  }

  @Test
  void aLongBodyIsCut() {
    assertThat(error("x".repeat(10_000)).summary()).hasSizeLessThan(400).endsWith("…");
    assertThat(
            new ChromaResponse(200, "y".repeat(10_000), "x".repeat(10_000), Duration.ZERO)
                .summary())
        .hasSizeLessThan(400);
  }

  static Stream<Throwable> nothingWasSent() {
    return Stream.of(new ConnectException(), new HttpConnectTimeoutException("connect"));
  }

  @ParameterizedTest
  @MethodSource("nothingWasSent")
  void withoutAConnectionNothingCanBeApplied(Throwable failure) {
    RequestOutcome outcome = RequestOutcome.of(new CompletionException(failure));

    assertThat(outcome.kind()).isEqualTo(Kind.BUSY);
    assertThat(outcome.isAmbiguous()).isFalse();
  }

  @Test
  void aLostConnectionOrAnswerLeavesDoubt() {
    RequestOutcome lost =
        RequestOutcome.of(new CompletionException(new IOException("broken pipe")));
    assertThat(lost.kind()).isEqualTo(Kind.LOST);
    assertThat(lost.reason()).startsWith("IOException: broken pipe").contains("'chroma.url'");
    assertThat(lost.isAmbiguous()).isTrue();
    assertThat(RequestOutcome.of(new EOFException()).kind()).isEqualTo(Kind.LOST);
    assertThat(RequestOutcome.of(new CancellationException()))
        .isEqualTo(
            new RequestOutcome(
                Kind.UNANSWERED, "no response within 'chroma.request-timeout'", Duration.ZERO))
        .matches(RequestOutcome::isAmbiguous);
    assertThat(RequestOutcome.of(Answers.page(504))).matches(RequestOutcome::isAmbiguous);
  }

  @Test
  void aMistakeOfOursIsNotTriedAgain() {
    assertThat(
            RequestOutcome.of(new CompletionException(new IllegalArgumentException("header")))
                .kind())
        .isEqualTo(Kind.MISCONFIGURED);
  }

  private static ChromaResponse error(String message) {
    return Answers.json(400, "{\"error\":\"E\",\"message\":\"%s\"}".formatted(message));
  }
}
