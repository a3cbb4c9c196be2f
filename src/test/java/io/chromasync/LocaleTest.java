package io.chromasync;

import static org.assertj.core.api.Assertions.assertThat;

import io.chromasync.chroma.window.WindowSettings;
import io.chromasync.config.ApplicationProperties;
import io.chromasync.deadletters.DeadLetterJson;
import io.chromasync.model.DeadLetter;
import io.chromasync.model.ItemChange;
import io.chromasync.receipts.ReceiptKeys;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.resolve.ResolveSettings;
import io.chromasync.testing.DefaultLocale;
import io.chromasync.testing.ItemChanges;
import io.chromasync.testing.Items;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * What the job writes for machines is the same wherever it runs: keys, ids, settings, dead letters.
 * {@code LocaleIT} shows the whole job.
 */
class LocaleTest {

  private DefaultLocale locale;

  @AfterEach
  void restore() {
    locale.close();
  }

  @ParameterizedTest
  @FieldSource("io.chromasync.testing.DefaultLocale#TAGS")
  void c03IdsAreTheSameInEveryLocale(String tag) {
    locale = new DefaultLocale(tag);

    assertThat(ReceiptTree.word("i", 1, 2, 34).id())
        .isEqualTo("IMAGE#i#RECEIPT#00001#LINE#00002#WORD#00034");
    assertThat(ReceiptKeys.label(1, 2, 34, "TIP").path())
        .isEqualTo("receipt/1/line/2/word/34/label/TIP");
    assertThat(ReceiptKeys.delta(1, ReceiptTree.LINES).path()).isEqualTo("receipt/1/delta/lines");
  }

  @ParameterizedTest
  @FieldSource("io.chromasync.testing.DefaultLocale#TAGS")
  void c03SettingsAreReadTheSameInEveryLocale(String tag) {
    locale = new DefaultLocale(tag);
    ApplicationProperties properties =
        new ApplicationProperties(
            Map.of(
                "window", Map.of("max-records", "12", "max-age", "1500 ms", "max-bytes", "3 mb"),
                "resolve", Map.of("too-late", "dead-letter")));

    WindowSettings window = WindowSettings.from(properties.group("window"));
    ResolveSettings.from(properties.group("resolve"));
    properties.check();

    assertThat(window.maxRecords()).isEqualTo(12);
    assertThat(window.maxAge()).isEqualTo(Duration.ofMillis(1500));
    assertThat(window.maxBytes()).isEqualTo(3 << 20);
  }

  @ParameterizedTest
  @FieldSource("io.chromasync.testing.DefaultLocale#TAGS")
  void c03ADeadLetterIsReadAsItWasWrittenInEveryLocale(String tag) throws IOException {
    ItemChange change = ItemChanges.insert(Items.word("i", 1, 2, 34, "TIP"), ItemChanges.at(7));
    DeadLetter letter = new DeadLetter(change, null, DeadLetter.Reason.TOO_LATE, "detail");
    String line = DeadLetterJson.line(letter);
    locale = new DefaultLocale(tag);

    assertThat(DeadLetterJson.line(letter)).isEqualTo(line);
    assertThat(DeadLetterJson.line(DeadLetterJson.parse(line))).isEqualTo(line);
  }
}
