package io.chromasync.snapshot;

import io.chromasync.snapshot.SnapshotState.OpenSplit;
import io.chromasync.snapshot.SnapshotState.Phase;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * Writes the enumerator's memory into checkpoints; see {@link SplitSerializer}. Version 1 holds
 * splits of version 1.
 *
 * <p>Thread-safe: it has no state.
 */
final class SnapshotStateSerializer implements SimpleVersionedSerializer<SnapshotState> {

  static final int VERSION = 1;

  @Override
  public int getVersion() {
    return VERSION;
  }

  @Override
  public byte[] serialize(SnapshotState state) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(4096);
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeBoolean(state.snapshot() != null);
    if (state.snapshot() != null) {
      out.writeUTF(state.snapshot());
    }
    out.writeLong(state.asOfMicros());
    out.writeBoolean(state.sweeps());
    out.writeInt(state.total());
    out.writeUTF(state.phase().name());
    out.writeInt(state.open().size());
    for (OpenSplit open : state.open()) {
      SplitSerializer.write(open.split(), out);
      out.writeBoolean(open.assigned());
    }
    return bytes.toByteArray();
  }

  @Override
  public SnapshotState deserialize(int version, byte[] serialized) throws IOException {
    SplitSerializer.checkVersion("snapshot", version, VERSION);
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(serialized));
    String snapshot = in.readBoolean() ? in.readUTF() : null;
    long asOf = in.readLong();
    boolean sweeps = in.readBoolean();
    int total = in.readInt();
    Phase phase = Phase.valueOf(in.readUTF());
    int size = in.readInt();
    List<OpenSplit> open = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      open.add(new OpenSplit(SplitSerializer.read(SplitSerializer.VERSION, in), in.readBoolean()));
    }
    return new SnapshotState(snapshot, asOf, sweeps, total, phase, open);
  }
}
