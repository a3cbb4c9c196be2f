package io.chromasync.chroma;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chromasync.model.DeadLetter;
import io.chromasync.model.DeadLetter.Reason;
import io.chromasync.model.ItemChange;
import io.chromasync.model.RunReport;
import io.chromasync.model.SinkCommittable;
import io.chromasync.model.Version;
import io.chromasync.receipts.ReceiptTree;
import io.chromasync.testing.Deltas;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class SinkCommittableSerializerTest {

  private static final Version VERSION = new Version(1_000_000, "17");
  private static final RunReport COMPLETED =
      Deltas.report("img", 1, "run", ReceiptTree.LINES, 12, null, VERSION, "2026-03-02T18:05:25Z");
  private static final RunReport FAILED =
      Deltas.report("img", 1, "run", ReceiptTree.WORDS, 0, "ß ".repeat(100_000), null, null);
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
    byte[] report =
        HexFormat.of()
            .parseHex(
                "010003696d67010007726563656970743d00000001000009494d41474523696d6700205245434549"
                    + "505423303030303123434f4d50414354494f4e5f52554e2372756e00056c696e65730000000c0001"
                    + "00000000000f42400002313715323032362d30332d30325431383a30353a32355a");
    byte[] letter =
        HexFormat.of()
            .parseHex("000000000106696d616765000852454a45435445440872656675736564" + "00");

    assertThat(serializer.serialize(SinkCommittable.of(COMPLETED))).isEqualTo(report);
    assertThat(serializer.deserialize(1, report)).isEqualTo(SinkCommittable.of(COMPLETED));
    assertThat(serializer.deserialize(1, letter))
        .isEqualTo(SinkCommittable.of(LETTERS.letters().subList(0, 1)));
  }

  @Test
  void anotherVersionIsRefused() {
    assertThatThrownBy(() -> serializer.deserialize(2, new byte[0]))
        .hasMessage(
            "The state of a committable has version 2, but this release reads version 1;"
                + " restore it with the release that wrote it");
  }
}
