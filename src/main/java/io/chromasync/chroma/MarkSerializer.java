package io.chromasync.chroma;

import java.io.IOException;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/** Serializer of the marks in the state of the writer. Version 1: the components in their order. */
final class MarkSerializer implements SimpleVersionedSerializer<Mark> {

  private static final int VERSION = 1;
  private static final int USUAL_SIZE = 128;

  @Override
  public int getVersion() {
    return VERSION;
  }

  @Override
  public byte[] serialize(Mark mark) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(USUAL_SIZE);
    out.writeUTF(mark.collections());
    out.writeInt(mark.task());
    out.writeLong(mark.at());
    out.writeLong(mark.eventTime());
    return out.getCopyOfBuffer();
  }

  @Override
  public Mark deserialize(int version, byte[] bytes) throws IOException {
    if (version != VERSION) {
      throw new IOException(
          "State of the sink has version %s, which this release cannot read".formatted(version));
    }
    DataInputDeserializer in = new DataInputDeserializer(bytes);
    return new Mark(in.readUTF(), in.readInt(), in.readLong(), in.readLong());
  }
}
