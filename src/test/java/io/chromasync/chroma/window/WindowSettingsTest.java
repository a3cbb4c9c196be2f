package io.chromasync.chroma.window;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chromasync.config.ApplicationProperties;
import io.chromasync.config.InvalidSettings;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WindowSettingsTest {

  @Test
  void defaultsAreThoseOfTheDesign() {
    assertThat(read(Map.of()))
        .isEqualTo(new WindowSettings(Duration.ofMillis(200), 500, 16L << 20));
  }

  @Test
  void everyPropertyIsRead() {
    assertThat(read(Map.of("max-age", "2 s", "max-records", "7", "max-bytes", "3 kb")))
        .isEqualTo(new WindowSettings(Duration.ofSeconds(2), 7, 3 << 10));
  }

  @ParameterizedTest
  @CsvSource({
    "max-age, 0 s, must be at least 1 ms but was '0 s'",
    "max-age, soon, cannot be read: 'soon'",
    "max-records, 0, must be at least 1 but was '0'",
    "max-bytes, 0 b, must be at least 1 b but was '0 b'",
    "lanes, 128, 'is no longer read: order is kept per record, so leave it out'",
    "lane, 3, is unknown",
  })
  void whatCannotBeUsedIsRefusedByName(String key, String value, String problem) {
    assertThatThrownBy(() -> read(Map.of(key, value)))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining("Property '%s' in group 'window'".formatted(key))
        .hasMessageContaining(problem);
  }

  private static WindowSettings read(Map<String, String> values) {
    ApplicationProperties properties = new ApplicationProperties(Map.of("window", values));
    WindowSettings settings = WindowSettings.from(properties.group("window"));
    properties.check();
    return settings;
  }
}
