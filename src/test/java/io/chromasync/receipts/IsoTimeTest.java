package io.chromasync.receipts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chromasync.model.Version;
import io.chromasync.testing.DefaultLocale;
import java.time.DateTimeException;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

class IsoTimeTest {

  @ParameterizedTest
  @CsvSource({
    "2026-03-02T18:06:40, 2026-03-02T18:06:40Z",
    "2026-03-02T18:06, 2026-03-02T18:06:00Z",
    "2026-03-02T18:06:40Z, 2026-03-02T18:06:40Z",
    "2026-03-02T18:06:40+00:00, 2026-03-02T18:06:40Z",
    "2026-03-02T18:06:40+0000, 2026-03-02T18:06:40Z",
    "2026-03-02T18:06:40+02:00, 2026-03-02T16:06:40Z",
    "2026-03-02T18:06:40-07, 2026-03-03T01:06:40Z",
    "2026-03-02T18:06:40.1, 2026-03-02T18:06:40.1Z",
    "2026-03-02T18:06:40.001000+00:00, 2026-03-02T18:06:40.001Z",
    "2026-03-02T18:06:40.123456789Z, 2026-03-02T18:06:40.123456Z",
    "2026-03-02, 2026-03-02T00:00:00Z",
    "2026-03-02 18:06:40.079842, 2026-03-02T18:06:40.079842Z",
  })
  void aTimeIsReadInEveryFormProducersWrite(String text, Instant time) {
    assertThat(IsoTime.parse(text)).isEqualTo(time);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "yesterday", "2026-03", "2026-13-02T18:06:40Z", "18:06", "1772474800"})
  void whatIsNoTimeIsRefused(String text) {
    assertThatThrownBy(() -> IsoTime.parse(text)).isInstanceOf(DateTimeException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "1772474800000000, 2026-03-02T18:06:40+00:00",
    "1772474800123456, 2026-03-02T18:06:40.123456+00:00",
    "1772474800000001, 2026-03-02T18:06:40.000001+00:00",
    "1772474800100000, 2026-03-02T18:06:40.100000+00:00",
    "0, 1970-01-01T00:00:00+00:00",
    "-1, 1969-12-31T23:59:59.999999+00:00",
  })
  void anEventTimeIsWrittenAsPythonsIsoformatDoes(long micros, String text) {
    assertThat(IsoTime.format(new Version(micros, "1"))).isEqualTo(text);
  }

  @ParameterizedTest
  @FieldSource("io.chromasync.testing.DefaultLocale#TAGS")
  void c03ATimeIsReadAndWrittenTheSameInEveryLocale(String tag) {
    DefaultLocale locale = new DefaultLocale(tag);
    try {
      assertThat(IsoTime.format(new Version(1772474800123456L, "1")))
          .isEqualTo("2026-03-02T18:06:40.123456+00:00");
      assertThat(IsoTime.parse("2026-03-02T18:06:40.5+02:00"))
          .isEqualTo(Instant.parse("2026-03-02T16:06:40.5Z"));
    } finally {
      locale.close();
    }
  }
}
