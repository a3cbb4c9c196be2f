package io.chromasync.snapshot;

import io.chromasync.runtime.SplitStateSerializer;
import io.chromasync.snapshot.SnapshotState.OpenSplit;
import io.chromasync.snapshot.SnapshotState.Phase;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Serializer of the enumerator's state in checkpoints; see {@link SplitSerializer}. Version 1
 * contains splits of version 1.
 *
 * <p>Thread-safe, because it is stateless.
 */
final class SnapshotStateSerializer implements SplitStateSerializer<SnapshotState> {

  static final int VERSION = 1;

  private static final SplitSerializer SPLITS = new SplitSerializer();

  @Override
  public int getVersion() {
    return VERSION;
  }

  @Override
  public String what() {
    return "snapshot";
  }

  @Override
  public void write(SnapshotState state, DataOutputStream out) throws IOException {
    out.writeBoolean(state.snapshot() != null);
    if (state.snapshot() != null) {
      out.writeUTF(state.snapshot());
    }
    out.writeLong(state.asOfMicros());
    out.writeBoolean(state.deletesUnlisted());
    out.writeInt(state.total());
    out.writeUTF(state.phase().name());
    out.writeInt(state.open().size());
    for (OpenSplit open : state.open()) {
      SPLITS.write(open.split(), out);
      out.writeBoolean(open.assigned());
    }
  }

  @Override
  public SnapshotState read(int version, DataInputStream in) throws IOException {
    String snapshot = in.readBoolean() ? in.readUTF() : null;
    long asOf = in.readLong();
    boolean deletesUnlisted = in.readBoolean();
    int total = in.readInt();
    Phase phase = Phase.valueOf(in.readUTF());
    int size = in.readInt();
    List<OpenSplit> open = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      open.add(new OpenSplit(SPLITS.read(SplitSerializer.VERSION, in), in.readBoolean()));
    }
    return new SnapshotState(snapshot, asOf, deletesUnlisted, total, phase, open);
  }
}
