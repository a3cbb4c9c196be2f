package io.chromasync.snapshot;

import io.chromasync.model.ItemKey;
import io.chromasync.runtime.SplitStateSerializer;
import io.chromasync.snapshot.SnapshotSplit.End;
import io.chromasync.snapshot.SnapshotSplit.ExportFile;
import io.chromasync.snapshot.SnapshotSplit.Segment;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * Serializer of splits in checkpoints. Every released version stays readable; golden files in the
 * tests contain their bytes.
 *
 * <p>Thread-safe, because it is stateless.
 */
final class SplitSerializer implements SplitStateSerializer<SnapshotSplit> {

  static final int VERSION = 1;

  private static final int SEGMENT = 1;
  private static final int EXPORT_FILE = 2;
  private static final int END = 3;

  @Override
  public int getVersion() {
    return VERSION;
  }

  @Override
  public String what() {
    return "snapshot split";
  }

  @Override
  public void write(SnapshotSplit split, DataOutputStream out) throws IOException {
    if (split instanceof Segment segment) {
      out.writeByte(SEGMENT);
      writeSegment(segment, out);
    } else if (split instanceof ExportFile file) {
      out.writeByte(EXPORT_FILE);
      writeFile(file, out);
    } else if (split instanceof End end) {
      out.writeByte(END);
      out.writeUTF(end.snapshot());
      out.writeLong(end.asOfMicros());
    }
  }

  @Override
  public SnapshotSplit read(int version, DataInputStream in) throws IOException {
    int kind = in.readByte();
    return switch (kind) {
      case SEGMENT -> new Segment(in.readUTF(), in.readInt(), in.readInt(), readKey(in));
      case EXPORT_FILE -> readFile(in);
      case END -> new End(in.readUTF(), in.readLong());
      default -> throw new IOException("The state of a snapshot split is of no kind: " + kind);
    };
  }

  private static void writeSegment(Segment segment, DataOutputStream out) throws IOException {
    out.writeUTF(segment.snapshot());
    out.writeInt(segment.index());
    out.writeInt(segment.total());
    out.writeBoolean(segment.after() != null);
    if (segment.after() != null) {
      out.writeUTF(segment.after().partitionKey());
      out.writeUTF(segment.after().sortKey());
    }
  }

  private static ItemKey readKey(DataInputStream in) throws IOException {
    return in.readBoolean() ? new ItemKey(in.readUTF(), in.readUTF()) : null;
  }

  private static void writeFile(ExportFile file, DataOutputStream out) throws IOException {
    out.writeUTF(file.snapshot());
    out.writeUTF(file.bucket());
    out.writeUTF(file.key());
    out.writeUTF(file.md5());
    out.writeLong(file.items());
    out.writeBoolean(file.asOfMicros() != null);
    if (file.asOfMicros() != null) {
      out.writeLong(file.asOfMicros());
    }
    out.writeLong(file.lines());
  }

  private static ExportFile readFile(DataInputStream in) throws IOException {
    String snapshot = in.readUTF();
    String bucket = in.readUTF();
    String key = in.readUTF();
    String md5 = in.readUTF();
    long items = in.readLong();
    Long asOf = in.readBoolean() ? in.readLong() : null;
    return new ExportFile(snapshot, bucket, key, md5, items, asOf, in.readLong());
  }
}
