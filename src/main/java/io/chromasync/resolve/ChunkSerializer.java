package io.chromasync.resolve;

import io.chromasync.model.EntityKey;
import io.chromasync.model.Entry;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Chunks in state: a chunk is read and written for each change, so this is where most of the time
 * of resolve and all of its bytes go. Flink's serializers for records write the name or a flag of
 * every component and read by reflection.
 *
 * <p>A value begins with the version of its form, so that another release reads what this one
 * wrote; {@link CompactOutput} says the form of parts. Stateless.
 */
public final class ChunkSerializer extends TypeSerializerSingleton<Chunk> {

  static final ChunkSerializer INSTANCE = new ChunkSerializer();

  private static final int VERSION = 1;

  @Override
  public boolean isImmutableType() {
    return false;
  }

  @Override
  public Chunk createInstance() {
    return Chunk.empty();
  }

  /** What is in its maps cannot change. */
  @Override
  public Chunk copy(Chunk from) {
    return new Chunk(new HashMap<>(from.entries()), new HashMap<>(from.written()));
  }

  @Override
  public Chunk copy(Chunk from, Chunk reuse) {
    return copy(from);
  }

  @Override
  public int getLength() {
    return -1;
  }

  @Override
  public void serialize(Chunk chunk, DataOutputView target) throws IOException {
    CompactOutput out = new CompactOutput(target);
    out.writeNumber(VERSION);
    out.writeNumber(chunk.entries().size());
    for (Map.Entry<EntityKey, Entry> each : chunk.entries().entrySet()) {
      out.writeKey(each.getKey());
      out.writeEntry(each.getValue());
    }
    out.writeNumber(chunk.written().size());
    for (Map.Entry<EntityKey, Written> each : chunk.written().entrySet()) {
      out.writeKey(each.getKey());
      out.writeWritten(each.getValue());
    }
  }

  @Override
  public Chunk deserialize(DataInputView source) throws IOException {
    CompactInput in = new CompactInput(source);
    int version = in.readNumber();
    if (version != VERSION) {
      throw new IOException(
          "State of resolve has version %s, which this release cannot read".formatted(version));
    }
    Chunk chunk = Chunk.empty();
    for (int left = in.readNumber(); left > 0; left--) {
      EntityKey key = in.readKey();
      chunk.entries().put(key, in.readEntry());
    }
    for (int left = in.readNumber(); left > 0; left--) {
      EntityKey key = in.readKey();
      chunk.written().put(key, in.readWritten());
    }
    return chunk;
  }

  @Override
  public Chunk deserialize(Chunk reuse, DataInputView source) throws IOException {
    return deserialize(source);
  }

  @Override
  public void copy(DataInputView source, DataOutputView target) throws IOException {
    serialize(deserialize(source), target);
  }

  @Override
  public TypeSerializerSnapshot<Chunk> snapshotConfiguration() {
    return new Snapshot();
  }

  /** That this serializer wrote it; the rest is in the values. */
  public static final class Snapshot extends SimpleTypeSerializerSnapshot<Chunk> {

    public Snapshot() {
      super(ChunkSerializer::new);
    }
  }
}
