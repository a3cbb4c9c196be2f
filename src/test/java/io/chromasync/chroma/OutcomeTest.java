package io.chromasync.chroma;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutcomeTest {

  @Test
  void successIsWritten() {
    assertThat(Outcome.of(answer(200, "{}"))).isEqualTo(new Outcome.Written());
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 500, 502, 503, 504})
  void aBusyOrBrokenServerIsAskedAgain(int status) {
    assertThat(Outcome.of(new Answer(status, "wait", Duration.ofSeconds(7))))
        .isEqualTo(new Outcome.Retry("HTTP %d: wait".formatted(status), Duration.ofSeconds(7)));
  }

  @ParameterizedTest
  @CsvSource({
    "401, check 'chroma.token'",
    "403, check 'chroma.token'",
    "404, 'chroma.tenant' and 'chroma.database'",
    "413, lower 'chroma.max-bytes-per-request'",
  })
  void aRefusalSaysWhatToChange(int status, String advice) {
    assertThat(Outcome.of(answer(status, "{\"error\":\"E\",\"message\":\"no\"}")))
        .isInstanceOfSatisfying(
            Outcome.Refused.class,
            refused -> assertThat(refused.reason()).startsWith("HTTP " + status).contains(advice));
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 400, 409, 422})
  void anyOtherAnswerIsARefusalWithTheServersSentence(int status) {
    assertThat(Outcome.of(answer(status, "{\"error\":\"E\",\"message\":\"too short\"}")))
        .isEqualTo(new Outcome.Refused("HTTP %d: too short".formatted(status)));
  }

  @Test
  void aLongBodyIsCut() {
    assertThat(answer(400, "x".repeat(10_000)).summary()).hasSizeLessThan(400).endsWith("…");
  }

  @Test
  void withoutAnAnswerItIsAskedAgain() {
    assertThat(Outcome.of(new CompletionException(new ConnectException())))
        .isEqualTo(new Outcome.Retry("ConnectException", Duration.ZERO));
    assertThat(Outcome.of(new IOException("broken pipe")))
        .isEqualTo(new Outcome.Retry("IOException: broken pipe", Duration.ZERO));
    assertThat(Outcome.of(new CancellationException()))
        .isEqualTo(new Outcome.Retry("no answer within 'chroma.request-timeout'", Duration.ZERO));
  }

  @Test
  void aMistakeOfOursIsNotTriedAgain() {
    assertThat(Outcome.of(new CompletionException(new IllegalArgumentException("bad header"))))
        .isInstanceOf(Outcome.Refused.class);
  }

  private static Answer answer(int status, String body) {
    return new Answer(status, body, Duration.ZERO);
  }
}
