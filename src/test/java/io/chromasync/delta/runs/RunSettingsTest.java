package io.chromasync.delta.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chromasync.config.ApplicationProperties;
import io.chromasync.config.AwsAccess;
import io.chromasync.config.TableSetting;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunSettingsTest {

  private static final AwsAccess SOURCE =
      new AwsAccess("eu-west-1", URI.create("http://localhost:8000"));

  @Test
  void withoutAnySettingStatesGoWhereTheSourceIs() {
    assertThat(read(Map.of(), "Receipts"))
        .isEqualTo(
            new RunSettings("Receipts", SOURCE, "Property 'table' in group 'source' ('Receipts')"));
  }

  @Test
  void everyPropertyIsRead() {
    Map<String, String> values =
        Map.of("table", "Runs", "aws.region", "us-east-1", "aws.endpoint", "http://localhost:8001");

    assertThat(read(values, "Receipts"))
        .isEqualTo(
            new RunSettings(
                "Runs", new AwsAccess("us-east-1", URI.create("http://localhost:8001"))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " "})
  void setToNothingStatesAreNotWritten(String table) {
    assertThat(read(Map.of("table", table), "Receipts").areWritten()).isFalse();
  }

  @Test
  void whereNoTableIsKnownStatesAreNotWritten() {
    assertThat(read(Map.of(), null).areWritten()).isFalse();
  }

  @Test
  void aShadowReportsNothing() {
    assertThat(read(Map.of(), "Receipts", false).areWritten()).isFalse();
    assertThatThrownBy(() -> read(Map.of("table", "Runs"), "Receipts", false))
        .hasMessageContaining("'chroma.mode'")
        .hasMessageContaining("'Runs'");
  }

  private static RunSettings read(Map<String, String> values, String sourceTable) {
    return read(values, sourceTable, true);
  }

  private static RunSettings read(Map<String, String> values, String sourceTable, boolean isLive) {
    ApplicationProperties properties = new ApplicationProperties(Map.of("runs", values));
    RunSettings settings =
        RunSettings.from(
            properties.group("runs"),
            sourceTable == null ? null : new TableSetting(sourceTable, "source", "table"),
            SOURCE,
            isLive);
    properties.check();
    return settings;
  }
}
