package io.chromasync.source.lineage;

import io.chromasync.runtime.SplitStateSerializer;
import io.chromasync.source.lineage.LineageState.Status;
import io.chromasync.source.lineage.LineageState.TrackedShard;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Serializes the enumerator's state into checkpoints; see {@link ShardSplitSerializer}. Versions 1
 * and 2 contain splits of version 1, versions 3 and 4 contain splits of version 2.
 *
 * <p>Thread-safe: it has no state.
 */
public final class LineageStateSerializer implements SplitStateSerializer<LineageState> {

  /** Format version of new checkpoints; earlier versions stay readable. */
  public static final int VERSION = 4;

  private static final ShardSplitSerializer SPLITS = new ShardSplitSerializer();

  @Override
  public int getVersion() {
    return VERSION;
  }

  @Override
  public String what() {
    return "shard lineage";
  }

  @Override
  public void write(LineageState state, DataOutputStream out) throws IOException {
    out.writeUTF(state.stream());
    out.writeBoolean(state.fromMillis() != null);
    if (state.fromMillis() != null) {
      out.writeLong(state.fromMillis());
    }
    out.writeLong(state.listedMillis());
    out.writeInt(state.shards().size());
    for (TrackedShard shard : state.shards()) {
      SPLITS.write(shard.split(), out);
      out.writeUTF(shard.status().name());
      out.writeLong(shard.finishedMillis());
    }
    out.writeLong(state.missing().millis());
    out.writeLong(state.missing().untilMillis());
    out.writeLong(state.roundUpMillis());
    out.writeBoolean(state.replay() != null);
    if (state.replay() != null) {
      out.writeUTF(state.replay());
    }
  }

  @Override
  public LineageState read(int version, DataInputStream in) throws IOException {
    String stream = in.readUTF();
    Long fromMillis = in.readBoolean() ? in.readLong() : null;
    long listedMillis = in.readLong();
    int splits = version < 3 ? 1 : 2;
    int size = in.readInt();
    List<TrackedShard> shards = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      ShardSplit split = SPLITS.read(splits, in);
      shards.add(new TrackedShard(split, Status.valueOf(in.readUTF()), in.readLong()));
    }
    GapTotal missing = version == 1 ? GapTotal.NONE : new GapTotal(in.readLong(), in.readLong());
    long roundUpMillis = version < 3 ? 0 : in.readLong();
    String replay = version >= 4 && in.readBoolean() ? in.readUTF() : null;
    return new LineageState(
        stream, fromMillis, listedMillis, shards, missing, roundUpMillis, replay);
  }
}
