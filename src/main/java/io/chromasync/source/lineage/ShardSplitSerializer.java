package io.chromasync.source.lineage;

import io.chromasync.runtime.SplitStateSerializer;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Serializes splits into checkpoints. Every version ever released stays readable; golden files in
 * the tests contain their bytes.
 *
 * <p>Thread-safe: it has no state.
 */
public final class ShardSplitSerializer implements SplitStateSerializer<ShardSplit> {

  /** Format version of new checkpoints; earlier versions stay readable. */
  public static final int VERSION = 2;

  @Override
  public int getVersion() {
    return VERSION;
  }

  @Override
  public String what() {
    return "shard split";
  }

  @Override
  public void write(ShardSplit split, DataOutputStream out) throws IOException {
    out.writeUTF(split.stream());
    out.writeUTF(split.shard().id());
    out.writeInt(split.shard().parents().size());
    for (String parent : split.shard().parents()) {
      out.writeUTF(parent);
    }
    Position position = split.position();
    out.writeBoolean(!position.isStart());
    if (!position.isStart()) {
      out.writeUTF(position.sequence());
    }
    out.writeLong(position.readToMillis());
    out.writeLong(position.fromMillis());
    out.writeBoolean(position.guaranteed());
    out.writeBoolean(split.finished());
    out.writeLong(split.roundUpMillis());
  }

  @Override
  public ShardSplit read(int version, DataInputStream in) throws IOException {
    String stream = in.readUTF();
    Shard shard = new Shard(in.readUTF(), readParents(in));
    String sequence = in.readBoolean() ? in.readUTF() : null;
    Position position = new Position(sequence, in.readLong(), in.readLong(), in.readBoolean());
    boolean finished = in.readBoolean();
    return new ShardSplit(stream, shard, position, finished, version == 1 ? 0 : in.readLong());
  }

  private static List<String> readParents(DataInputStream in) throws IOException {
    int size = in.readInt();
    List<String> parents = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      parents.add(in.readUTF());
    }
    return parents;
  }
}
