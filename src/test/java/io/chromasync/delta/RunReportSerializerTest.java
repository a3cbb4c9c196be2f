package io.chromasync.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chromasync.model.Collection;
import io.chromasync.model.RunReport;
import java.util.HexFormat;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.Test;

class RunReportSerializerTest {

  private static final RunReport COMPLETED =
      new RunReport("img", 1, "run", Collection.LINES, 12, null);
  private static final RunReport FAILED =
      new RunReport("img", 1, "run", Collection.WORDS, 0, "ß ".repeat(100_000));
  private static final RunReport DATED =
      new RunReport("img", 1, "run", Collection.LINES, 12, null, "2026-03-02T18:05:25Z");

  private final RunReportSerializer serializer = new RunReportSerializer();

  @Test
  void aReportIsReadBackAsItWasWritten() throws Exception {
    for (RunReport report : new RunReport[] {COMPLETED, FAILED, DATED}) {
      assertThat(serializer.deserialize(serializer.getVersion(), serializer.serialize(report)))
          .isEqualTo(report);
    }
  }

  @Test
  void theBytesOfVersion1StayReadable() throws Exception {
    byte[] written =
        HexFormat.of().parseHex("0003696d6700000001000372756e00054c494e45530000000c00");

    assertThat(serializer.deserialize(1, written)).isEqualTo(COMPLETED);
  }

  @Test
  void theBytesOfVersion2StayReadable() throws Exception {
    byte[] written =
        HexFormat.of()
            .parseHex(
                "0003696d6700000001000372756e00054c494e45530000000c0015"
                    + "323032362d30332d30325431383a30353a32355a");

    assertThat(serializer.deserialize(2, written)).isEqualTo(DATED);
    assertThat(serializer.serialize(DATED)).isEqualTo(written);
  }

  @Test
  void anotherVersionIsRefused() {
    assertThatThrownBy(() -> serializer.deserialize(3, new byte[0]))
        .hasMessage(
            "The state of a run report has version 3, but this release reads versions 1 to 2;"
                + " restore it with the release that wrote it");
  }

  @Test
  void itTravelsWithTheSink() throws Exception {
    assertThat(InstantiationUtil.clone(serializer).serialize(COMPLETED))
        .isEqualTo(serializer.serialize(COMPLETED));
  }
}
