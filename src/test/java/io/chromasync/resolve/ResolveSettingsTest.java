package io.chromasync.resolve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chromasync.config.ApplicationProperties;
import io.chromasync.config.InvalidSettings;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResolveSettingsTest {

  @Test
  void defaultsAreTenDaysAndDeadLetters() {
    assertThat(read(Map.of()))
        .isEqualTo(
            new ResolveSettings(
                Duration.ofDays(10), ResolveSettings.TooLate.DEAD_LETTER, Duration.ofMinutes(10)));
  }

  @Test
  void everyPropertyIsRead() {
    assertThat(
            read(
                Map.of(
                    "tombstone-retention", "60 h", "too-late", "apply", "vector-retention", "0 s")))
        .isEqualTo(
            new ResolveSettings(
                Duration.ofHours(60), ResolveSettings.TooLate.APPLY, Duration.ZERO));
    assertThat(read(Map.of("too-late", "dead-letter")).tooLate())
        .isEqualTo(ResolveSettings.TooLate.DEAD_LETTER);
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThatThrownBy(() -> read(Map.of("tombstone-retention", "1 d", "too-late", "never")))
        .isInstanceOf(InvalidSettings.class)
        .hasMessageContaining(
            "Property 'tombstone-retention' in group 'resolve' must be at least 2 d, twice what a"
                + " DynamoDB stream keeps, but was '1 d'")
        .hasMessageContaining("Property 'too-late' in group 'resolve' cannot be read: 'never'");
  }

  @Test
  void vectorsAreNotKeptLongerThanRemovals() {
    assertThatThrownBy(() -> read(Map.of("vector-retention", "11 d")))
        .isInstanceOf(InvalidSettings.class)
        .hasMessage(
            "Property 'vector-retention' in group 'resolve' must lie between 0 s and"
                + " 'tombstone-retention' but was '11 d'");
  }

  @Test
  void c10AWrongTombstoneRetentionAloneIsToBlame() {
    assertThatThrownBy(() -> read(Map.of("tombstone-retention", "5 min")))
        .isInstanceOf(InvalidSettings.class)
        .hasMessage(
            "Property 'tombstone-retention' in group 'resolve' must be at least 2 d, twice what a"
                + " DynamoDB stream keeps, but was '5 min'");
  }

  private static ResolveSettings read(Map<String, String> values) {
    ApplicationProperties properties = new ApplicationProperties(Map.of("resolve", values));
    ResolveSettings settings = ResolveSettings.from(properties.group("resolve"));
    properties.check();
    return settings;
  }
}
