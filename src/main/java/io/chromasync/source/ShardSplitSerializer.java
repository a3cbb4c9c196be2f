package io.chromasync.source;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * Writes splits into checkpoints. Every version ever released stays readable; golden files in the
 * tests hold their bytes.
 *
 * <p>Thread-safe: it has no state.
 */
final class ShardSplitSerializer implements SimpleVersionedSerializer<ShardSplit> {

  static final int VERSION = 2;

  @Override
  public int getVersion() {
    return VERSION;
  }

  @Override
  public byte[] serialize(ShardSplit split) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    write(split, new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  @Override
  public ShardSplit deserialize(int version, byte[] serialized) throws IOException {
    return read(version, new DataInputStream(new ByteArrayInputStream(serialized)));
  }

  /** Versions count from 1 to the newest. */
  static void checkVersion(String state, int version, int newest) throws IOException {
    if (version < 1 || version > newest) {
      throw new IOException(
          ("The state of a %s has version %d, but this release reads versions up to %d; restore it"
                  + " with the release that wrote it")
              .formatted(state, version, newest));
    }
  }

  static void write(ShardSplit split, DataOutputStream out) throws IOException {
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
    out.writeBoolean(position.owed());
    out.writeBoolean(split.finished());
    out.writeLong(split.roundUpMillis());
  }

  static ShardSplit read(int version, DataInputStream in) throws IOException {
    checkVersion("shard split", version, VERSION);
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
