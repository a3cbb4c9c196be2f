package io.chromasync.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chromasync.model.ItemKey;
import io.chromasync.snapshot.SnapshotSplit.End;
import io.chromasync.snapshot.SnapshotSplit.ExportFile;
import io.chromasync.snapshot.SnapshotSplit.Segment;
import io.chromasync.snapshot.SnapshotState.OpenSplit;
import io.chromasync.snapshot.SnapshotState.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What a checkpoint of this source looks like, byte by byte. A golden file is never changed: a new
 * form is a new version, and the old file must still be read. {@code -Dupdate} writes missing ones.
 */
class SnapshotStateSerializersTest {

  private static final long TIME = 1_795_449_600_000_000L;

  private static final Map<String, SnapshotSplit> SPLITS =
      Map.of(
          "segment",
          new Segment("scan/1", 3, 8, new ItemKey("IMAGE#a", "RECEIPT#00001")),
          "segment-start",
          new Segment("scan/1", 4, 8, null),
          "full-file",
          new ExportFile("export/x", "b", "AWSDynamoDB/1/data/f.json.gz", "md5==", 8, TIME, 5),
          "incremental-file",
          new ExportFile("export/x", "b", "AWSDynamoDB/data/g.json.gz", "md5==", 9, null, 0),
          "end",
          new End("scan/1", TIME));

  private static final SnapshotState STATE =
      new SnapshotState(
          "scan/1",
          TIME,
          true,
          8,
          Phase.READING,
          List.of(
              new OpenSplit(SPLITS.get("segment"), true),
              new OpenSplit(SPLITS.get("segment-start"), false),
              new OpenSplit(SPLITS.get("full-file"), true),
              new OpenSplit(SPLITS.get("incremental-file"), false),
              new OpenSplit(SPLITS.get("end"), false)));

  @Test
  void everySplitIsWrittenAsInVersion1() throws IOException {
    for (Map.Entry<String, SnapshotSplit> split : SPLITS.entrySet()) {
      byte[] written = new SplitSerializer().serialize(split.getValue());

      assertThat(written).isEqualTo(golden("split-" + split.getKey() + "-v1", written));
    }
  }

  @Test
  void everySplitOfVersion1IsRead() throws IOException {
    for (Map.Entry<String, SnapshotSplit> split : SPLITS.entrySet()) {
      byte[] golden = golden("split-" + split.getKey() + "-v1", null);

      assertThat(new SplitSerializer().deserialize(1, golden)).isEqualTo(split.getValue());
    }
  }

  @Test
  void theStateIsWrittenAndReadAsInVersion1() throws IOException {
    byte[] written = new SnapshotStateSerializer().serialize(STATE);

    assertThat(written).isEqualTo(golden("state-v1", written));
    assertThat(new SnapshotStateSerializer().deserialize(1, golden("state-v1", null)))
        .isEqualTo(STATE);
  }

  @Test
  void theStateOfAJobThatNeverReadComesBack() throws IOException {
    SnapshotStateSerializer serializer = new SnapshotStateSerializer();

    assertThat(serializer.deserialize(1, serializer.serialize(SnapshotState.none())))
        .isEqualTo(SnapshotState.none());
  }

  @Test
  void theStateOfALaterReleaseIsRefused() {
    assertThatThrownBy(() -> new SplitSerializer().deserialize(2, new byte[0]))
        .hasMessageContaining("version 2, but this release reads versions up to 1");
    assertThatThrownBy(() -> new SnapshotStateSerializer().deserialize(2, new byte[0]))
        .hasMessageContaining("version 2, but this release reads versions up to 1");
    assertThatThrownBy(() -> new SplitSerializer().deserialize(1, new byte[] {9}))
        .hasMessageContaining("of no kind: 9");
  }

  private static byte[] golden(String name, byte[] missing) throws IOException {
    Path file = Path.of("src/test/resources/state/snapshot/" + name + ".bin");
    if (missing != null && System.getProperty("update") != null && !Files.exists(file)) {
      Files.write(file, missing);
    }
    return Files.readAllBytes(file);
  }
}
