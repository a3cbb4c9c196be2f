package io.chromasync.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chromasync.model.Collection;
import io.chromasync.model.RunReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RunReportSerializerTest {

  /** Bytes that version 1 wrote; they stay readable. */
  private static final Map<String, RunReport> GOLDEN =
      Map.of(
          "{\"image\":\"i-1\",\"receipt\":2,\"run\":\"r-1\",\"collection\":\"WORDS\","
              + "\"merged\":37,\"error\":null}",
          new RunReport("i-1", 2, "r-1", Collection.WORDS, 37, null),
          "{\"image\":\"i-1\",\"receipt\":2,\"run\":\"r-1\",\"collection\":\"LINES\","
              + "\"merged\":0,\"error\":\"Größe „falsch“\"}",
          new RunReport("i-1", 2, "r-1", Collection.LINES, 0, "Größe „falsch“"));

  private final RunReportSerializer serializer = new RunReportSerializer();

  @Test
  void versionOneWritesWhatItAlwaysWrote() throws IOException {
    for (Map.Entry<String, RunReport> golden : GOLDEN.entrySet()) {
      assertThat(new String(serializer.serialize(golden.getValue()), StandardCharsets.UTF_8))
          .isEqualTo(golden.getKey());
    }
    assertThat(serializer.getVersion()).isEqualTo(1);
  }

  @Test
  void versionOneIsRead() throws IOException {
    for (Map.Entry<String, RunReport> golden : GOLDEN.entrySet()) {
      byte[] bytes = golden.getKey().getBytes(StandardCharsets.UTF_8);
      assertThat(serializer.deserialize(1, bytes)).isEqualTo(golden.getValue());
    }
  }

  @Test
  void aLaterVersionIsRefused() {
    assertThatThrownBy(() -> serializer.deserialize(2, new byte[0]))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("version 2");
  }
}
