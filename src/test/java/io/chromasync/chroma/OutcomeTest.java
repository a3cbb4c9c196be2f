package io.chromasync.chroma;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.chroma.Outcome.Kind;
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

class OutcomeTest {

  @ParameterizedTest
  @CsvSource({
    "200, WRITTEN",
    "201, WRITTEN",
    "301, MISCONFIGURED",
    "400, REJECTED",
    "401, MISCONFIGURED",
    "402, MISCONFIGURED",
    "403, MISCONFIGURED",
    "404, MISCONFIGURED",
    "408, BUSY",
    "409, MISCONFIGURED",
    "413, TOO_LARGE",
    "422, REJECTED",
    "429, THROTTLED",
    "500, BUSY",
    "502, UNANSWERED",
    "503, BUSY",
    "504, UNANSWERED",
  })
  void aStatusHasOneMeaning(int status, Kind kind) {
    assertThat(Outcome.of(answer(status, "{}")).kind()).isEqualTo(kind);
  }

  @ParameterizedTest
  @CsvSource({"408", "429", "500", "502", "503", "504"})
  void aServerMayAskForTime(int status) {
    Outcome outcome = Outcome.of(new Answer(status, "wait", Duration.ofSeconds(7)));

    assertThat(outcome.atLeast()).isEqualTo(Duration.ofSeconds(7));
    assertThat(outcome.reason()).isEqualTo("HTTP %s: wait", status);
  }

  @ParameterizedTest
  @CsvSource({
    "401, check 'chroma.token-secret-arn' or",
    "403, check 'chroma.token-secret-arn' or",
    "404, 'chroma.tenant' and 'chroma.database'",
    "301, 'chroma.url'",
  })
  void aMistakeInTheSettingsSaysWhatToChange(int status, String advice) {
    Outcome outcome = Outcome.of(answer(status, "{\"error\":\"E\",\"message\":\"no\"}"));

    assertThat(outcome.reason()).startsWith("HTTP " + status).contains(advice);
  }

  @Test
  void vectorsOfAnotherLengthThanTheCollectionsAreNoFaultOfOne() {
    Outcome outcome =
        Outcome.of(answer(400, "Collection expecting embedding with dimension of 2, got 1"));

    assertThat(outcome.kind()).isEqualTo(Kind.MISCONFIGURED);
    assertThat(outcome.reason()).contains("'delta.dimension'", "'chroma.words-collection'");
  }

  @Test
  void aVectorWithoutNumbersIsTheFaultOfItsRecord() {
    Outcome outcome =
        Outcome.of(answer(400, "Validation error: Each embedding must have at least 1 dimension"));

    assertThat(outcome.kind()).isEqualTo(Kind.REJECTED);
  }

  @Test
  void aLongBodyIsCut() {
    assertThat(answer(400, "x".repeat(10_000)).summary()).hasSizeLessThan(400).endsWith("…");
  }

  static Stream<Throwable> nothingWasSent() {
    return Stream.of(new ConnectException(), new HttpConnectTimeoutException("connect"));
  }

  @ParameterizedTest
  @MethodSource("nothingWasSent")
  void withoutAConnectionNothingCanBeApplied(Throwable failure) {
    Outcome outcome = Outcome.of(new CompletionException(failure));

    assertThat(outcome.kind()).isEqualTo(Kind.BUSY);
    assertThat(outcome.isAmbiguous()).isFalse();
  }

  @Test
  void aLostConnectionOrAnswerLeavesDoubt() {
    assertThat(Outcome.of(new CompletionException(new IOException("broken pipe"))))
        .isEqualTo(new Outcome(Kind.LOST, "IOException: broken pipe", Duration.ZERO))
        .matches(Outcome::isAmbiguous);
    assertThat(Outcome.of(new EOFException()))
        .isEqualTo(new Outcome(Kind.LOST, "EOFException", Duration.ZERO));
    assertThat(Outcome.of(new CancellationException()))
        .isEqualTo(
            new Outcome(
                Kind.UNANSWERED, "no answer within 'chroma.request-timeout'", Duration.ZERO))
        .matches(Outcome::isAmbiguous);
    assertThat(Outcome.of(answer(504, ""))).matches(Outcome::isAmbiguous);
  }

  @Test
  void aMistakeOfOursIsNotTriedAgain() {
    assertThat(Outcome.of(new CompletionException(new IllegalArgumentException("header"))).kind())
        .isEqualTo(Kind.MISCONFIGURED);
  }

  private static Answer answer(int status, String body) {
    return new Answer(status, body, Duration.ZERO);
  }
}
