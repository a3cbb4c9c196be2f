package io.chromasync.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.chromasync.source.lineage.GapTotal;
import io.chromasync.source.lineage.LineageState;
import io.chromasync.source.lineage.LineageState.Status;
import io.chromasync.source.lineage.LineageState.TrackedShard;
import io.chromasync.source.lineage.LineageStateSerializer;
import io.chromasync.source.lineage.Position;
import io.chromasync.source.lineage.Shard;
import io.chromasync.source.lineage.ShardSplit;
import io.chromasync.source.lineage.ShardSplitSerializer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What a checkpoint of this source looks like, byte by byte. A golden file is never changed: a new
 * form is a new version, and the old file must still be read. {@code -Dupdate} writes missing ones.
 */
class SourceStateSerializersTest {

  private static final String STREAM =
      "arn:aws:dynamodb:eu-west-1:000000000000:table/Receipts/stream/2026-11-23T16:00:00.000";
  private static final ShardSplit READ =
      new ShardSplit(
          STREAM,
          new Shard("shardId-b", List.of("shardId-a")),
          new Position("100000000000000000042", 1_795_449_600_000L, 1_795_449_540_000L, true),
          false,
          1_795_449_660_000L);
  private static final ShardSplit UNREAD =
      ShardSplit.unread(
          STREAM,
          new Shard("shardId-c", List.of()),
          Position.start(Position.EVERYTHING, Instant.ofEpochMilli(1_795_449_600_000L)));
  private static final LineageState LINEAGE =
      new LineageState(
          STREAM,
          1_795_449_540_000L,
          1_795_449_700_000L,
          List.of(
              new TrackedShard(READ.asFinished(), Status.FINISHED, 1_795_449_650_000L),
              new TrackedShard(READ, Status.ASSIGNED, 0),
              new TrackedShard(UNREAD, Status.WAITING, 0)),
          new GapTotal(3_600_000L, 1_795_449_500_000L),
          1_795_449_660_000L,
          "after-repair");

  @Test
  void aSplitIsWrittenAsInVersion2() throws IOException {
    assertThat(new ShardSplitSerializer().serialize(READ)).isEqualTo(golden("split-v2", READ));
  }

  @Test
  void aSplitOfEveryVersionIsRead() throws IOException {
    for (int version = 1; version <= ShardSplitSerializer.VERSION; version++) {
      byte[] golden = golden("split-v" + version, READ);

      assertThat(new ShardSplitSerializer().deserialize(version, golden))
          .isEqualTo(version == 1 ? notRoundedUp(READ) : READ);
    }
  }

  @Test
  void theLineageIsWrittenAsInVersion4() throws IOException {
    byte[] written = new LineageStateSerializer().serialize(LINEAGE);

    assertThat(written).isEqualTo(golden("lineage-v4", written));
  }

  @Test
  void aLineageOfEveryVersionIsRead() throws IOException {
    for (int version = 1; version <= LineageStateSerializer.VERSION; version++) {
      byte[] golden = golden("lineage-v" + version, new byte[0]);

      assertThat(new LineageStateSerializer().deserialize(version, golden))
          .isEqualTo(version == LineageStateSerializer.VERSION ? LINEAGE : older(version));
    }
  }

  @Test
  void aLineageNeverListedSurvives() throws IOException {
    LineageState fresh = new LineageState(STREAM, null, 0, List.of(), GapTotal.NONE, 0, null);
    LineageStateSerializer serializer = new LineageStateSerializer();

    assertThat(serializer.deserialize(serializer.getVersion(), serializer.serialize(fresh)))
        .isEqualTo(fresh);
  }

  @Test
  void stateOfALaterReleaseIsRefusedWithTheRemedy() {
    assertThatThrownBy(() -> new ShardSplitSerializer().deserialize(7, new byte[0]))
        .hasMessageContaining("version 7, but this release reads versions up to 2; restore it");
    assertThatThrownBy(() -> new LineageStateSerializer().deserialize(7, new byte[0]))
        .hasMessageContaining("version 7, but this release reads versions up to 4; restore it");
  }

  /** What the golden file of a version has of the lineage. */
  private static LineageState older(int version) {
    List<TrackedShard> shards =
        LINEAGE.shards().stream()
            .map(
                shard ->
                    new TrackedShard(
                        version < 3 ? notRoundedUp(shard.split()) : shard.split(),
                        shard.status(),
                        shard.finishedMillis()))
            .toList();
    GapTotal missing = version == 1 ? GapTotal.NONE : LINEAGE.missing();
    long roundUpMillis = version < 3 ? 0 : LINEAGE.roundUpMillis();
    return new LineageState(
        STREAM, LINEAGE.fromMillis(), LINEAGE.listedMillis(), shards, missing, roundUpMillis, null);
  }

  private static ShardSplit notRoundedUp(ShardSplit split) {
    return new ShardSplit(split.stream(), split.shard(), split.position(), split.finished(), 0);
  }

  private static byte[] golden(String name, ShardSplit split) throws IOException {
    return golden(name, new ShardSplitSerializer().serialize(split));
  }

  private static byte[] golden(String name, byte[] ifMissing) throws IOException {
    Path file = Path.of("src/test/resources/state/source", name + ".bin");
    if (Boolean.getBoolean("update") && Files.notExists(file)) {
      Files.createDirectories(file.getParent());
      Files.write(file, ifMissing);
    }
    return Files.readAllBytes(file);
  }
}
