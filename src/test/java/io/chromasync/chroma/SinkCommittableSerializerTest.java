package io.chromasync.chroma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chromasync.model.Collection;
import io.chromasync.model.DeadLetter;
import io.chromasync.model.DeadLetter.Reason;
import io.chromasync.model.ItemChange;
import io.chromasync.model.RunReport;
import io.chromasync.model.SinkCommittable;
import io.chromasync.model.Version;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class SinkCommittableSerializerTest {

  private static final Version VERSION = new Version(1_000_000, "17");
  private static final RunReport COMPLETED =
      new RunReport("img", 1, "run", Collection.LINES, 12, null, VERSION, "2026-03-02T18:05:25Z");
  private static final RunReport FAILED =
      new RunReport("img", 1, "run", Collection.WORDS, 0, "ß ".repeat(100_000), null, null);
  private static final SinkCommittable LETTERS =
      SinkCommittable.of(
          List.of(
              new DeadLetter(null, "image", Reason.REJECTED, "refused"),
              new DeadLetter(
                  new ItemChange(
                      ItemChange.Operation.MODIFY,
                      "pk",
                      null,
                      "x".repeat(100_000),
                      null,
                      VERSION,
                      "shard"),
                  null,
                  Reason.REJECTED,
                  "refused")));

  private final SinkCommittableSerializer serializer = new SinkCommittableSerializer();

  @Test
  void aNoticeIsReadBackAsItWasWritten() throws Exception {
    for (SinkCommittable notice :
        List.of(SinkCommittable.of(COMPLETED), SinkCommittable.of(FAILED), LETTERS)) {
      assertThat(serializer.deserialize(serializer.getVersion(), serializer.serialize(notice)))
          .isEqualTo(notice);
    }
  }

  @Test
  void theBytesOfVersion1StayReadable() throws Exception {
    byte[] written =
        HexFormat.of().parseHex("0003696d6700000001000372756e00054c494e45530000000c00");

    assertThat(serializer.deserialize(1, written))
        .isEqualTo(
            SinkCommittable.of(
                new RunReport("img", 1, "run", Collection.LINES, 12, null, null, null)));
  }

  @Test
  void theBytesOfVersion2StayReadable() throws Exception {
    byte[] report =
        HexFormat.of()
            .parseHex(
                "010003696d6700000001000372756e00054c494e45530000000c000100000000000f424000023137"
                    + "15323032362d30332d30325431383a30353a32355a");
    byte[] letter =
        HexFormat.of()
            .parseHex("000000000106696d616765000852454a45435445440872656675736564" + "00");

    assertThat(serializer.deserialize(2, report)).isEqualTo(SinkCommittable.of(COMPLETED));
    assertThat(serializer.serialize(SinkCommittable.of(COMPLETED))).isEqualTo(report);
    assertThat(serializer.deserialize(2, letter))
        .isEqualTo(SinkCommittable.of(LETTERS.letters().subList(0, 1)));
  }

  @Test
  void anotherVersionIsRefused() {
    assertThatThrownBy(() -> serializer.deserialize(3, new byte[0]))
        .hasMessage(
            "The state of a committable has version 3, but this release reads versions 1 to 2;"
                + " restore it with the release that wrote it");
  }
}
