package io.chromasync.resolve;

import io.chromasync.model.EntityKey;
import io.chromasync.model.EntityKind;
import io.chromasync.model.EntityTree;
import io.chromasync.model.FactRegister;
import io.chromasync.resolve.rules.RecordState;
import io.chromasync.resolve.rules.StateChunk;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Serializer of chunks. A chunk is read and written for each change, so resolve spends most of its
 * time and all of its state size here. Flink's serializers for records write the name or a flag of
 * every component, and read by reflection.
 *
 * <p>A value begins with its format version, so that later releases can read it; {@link
 * CompactOutput} defines the format of the parts. The serializer's snapshot contains the usual
 * kinds of entities, in an order that never changes: a new kind is appended.
 *
 * <p>Immutable and thread-safe.
 */
public final class ChunkSerializer extends TypeSerializer<StateChunk> {

  private static final long serialVersionUID = 1;
  private static final int VERSION = 1;

  private final List<EntityKind> kinds;

  /** Creates the serializer for the partitions of a domain. */
  public ChunkSerializer(EntityTree tree) {
    this(KindTable.of(tree));
  }

  ChunkSerializer(List<EntityKind> kinds) {
    this.kinds = kinds;
  }

  /** Kinds that a value denotes by their index. */
  List<EntityKind> kinds() {
    return kinds;
  }

  @Override
  public boolean isImmutableType() {
    return false;
  }

  @Override
  public StateChunk createInstance() {
    return StateChunk.empty();
  }

  /** Copies the maps only; their keys and values are immutable. */
  @Override
  public StateChunk copy(StateChunk from) {
    return new StateChunk(new HashMap<>(from.entries()), new HashMap<>(from.written()));
  }

  @Override
  public StateChunk copy(StateChunk from, StateChunk reuse) {
    return copy(from);
  }

  @Override
  public int getLength() {
    return -1;
  }

  @Override
  public void serialize(StateChunk chunk, DataOutputView target) throws IOException {
    CompactOutput out = new CompactOutput(target, kinds);
    out.writeNumber(VERSION);
    out.writeTop(top(chunk));
    out.writeNumber(chunk.entries().size());
    for (Map.Entry<EntityKey, FactRegister> each : chunk.entries().entrySet()) {
      out.writeKey(each.getKey());
      out.writeEntry(each.getValue());
    }
    out.writeNumber(chunk.written().size());
    for (Map.Entry<EntityKey, RecordState> each : chunk.written().entrySet()) {
      out.writeKey(each.getKey());
      out.writeWritten(each.getValue());
    }
  }

  /** Deepest key that all keys of a chunk are equal to or below. */
  private static EntityKey top(StateChunk chunk) {
    EntityKey top = null;
    for (EntityKey key : chunk.entries().keySet()) {
      top = top == null ? key : common(top, key);
    }
    for (EntityKey key : chunk.written().keySet()) {
      top = top == null ? key : common(top, key);
    }
    return top == null ? EntityKey.PARTITION : top;
  }

  private static EntityKey common(EntityKey top, EntityKey key) {
    EntityKey common = top;
    while (!key.isWithin(common)) {
      common = common.parent();
    }
    return common;
  }

  @Override
  public StateChunk deserialize(DataInputView source) throws IOException {
    CompactInput in = new CompactInput(source, kinds);
    int version = in.readNumber();
    if (version != VERSION) {
      throw new IOException(
          "State of resolve has version %s, which this release cannot read".formatted(version));
    }
    StateChunk chunk = StateChunk.empty();
    in.readTop();
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
  public StateChunk deserialize(StateChunk reuse, DataInputView source) throws IOException {
    return deserialize(source);
  }

  @Override
  public void copy(DataInputView source, DataOutputView target) throws IOException {
    serialize(deserialize(source), target);
  }

  @Override
  public TypeSerializerSnapshot<StateChunk> snapshotConfiguration() {
    return new KindTable(kinds);
  }

  @Override
  public TypeSerializer<StateChunk> duplicate() {
    return this;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ChunkSerializer serializer && kinds.equals(serializer.kinds);
  }

  @Override
  public int hashCode() {
    return kinds.hashCode();
  }
}
