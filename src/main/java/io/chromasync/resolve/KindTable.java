package io.chromasync.resolve;

import io.chromasync.model.DomainCollection;
import io.chromasync.model.EntityKey;
import io.chromasync.model.EntityKind;
import io.chromasync.model.EntityTree;
import io.chromasync.resolve.rules.StateChunk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Kinds of entities that a {@link ChunkSerializer} denotes by their index, with names and traits,
 * so that state can be read without its domain. Flink stores the table once for each state.
 *
 * <p>A restored table keeps its order; kinds that it lacks are appended. A value may contain other
 * kinds too, which it then defines itself.
 */
public final class KindTable implements TypeSerializerSnapshot<StateChunk> {

  private static final int VERSION = 1;

  private List<EntityKind> kinds;

  /** Creates an empty table; Flink calls this constructor before it reads a table. */
  public KindTable() {
    this(List.of());
  }

  KindTable(List<EntityKind> kinds) {
    this.kinds = kinds;
  }

  /** Kinds of a domain, vector batches included; the partition is first, parents precede. */
  static List<EntityKind> of(EntityTree tree) {
    Set<EntityKind> all = new LinkedHashSet<>();
    tree.kinds().forEach(kind -> addPath(kind, all));
    all.add(EntityKey.SNAPSHOT.kind());
    for (DomainCollection collection : tree.collections()) {
      for (EntityKind scope = collection.records().parent();
          scope != null;
          scope = scope.parent()) {
        all.add(EntityKind.batchOf(scope));
      }
    }
    return List.copyOf(all);
  }

  private static void addPath(EntityKind kind, Set<EntityKind> all) {
    if (kind != null) {
      addPath(kind.parent(), all);
      all.add(kind);
    }
  }

  @Override
  public int getCurrentVersion() {
    return VERSION;
  }

  @Override
  public void writeSnapshot(DataOutputView out) throws IOException {
    out.writeInt(kinds.size());
    for (EntityKind kind : kinds) {
      out.writeInt(kind.parent() == null ? -1 : kinds.indexOf(kind.parent()));
      out.writeUTF(kind.name());
      out.writeByte(kind.traits());
    }
  }

  @Override
  public void readSnapshot(int version, DataInputView in, ClassLoader loader) throws IOException {
    List<EntityKind> read = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      int parent = in.readInt();
      read.add(
          EntityKind.of(parent < 0 ? null : read.get(parent), in.readUTF(), in.readUnsignedByte()));
    }
    kinds = List.copyOf(read);
  }

  @Override
  public TypeSerializer<StateChunk> restoreSerializer() {
    return new ChunkSerializer(kinds);
  }

  @Override
  public TypeSerializerSchemaCompatibility<StateChunk> resolveSchemaCompatibility(
      TypeSerializerSnapshot<StateChunk> old) {
    if (!(old instanceof KindTable table)) {
      return TypeSerializerSchemaCompatibility.incompatible();
    }
    Set<EntityKind> all = new LinkedHashSet<>(table.kinds);
    all.addAll(kinds);
    List<EntityKind> merged = List.copyOf(all);
    return merged.equals(kinds)
        ? TypeSerializerSchemaCompatibility.compatibleAsIs()
        : TypeSerializerSchemaCompatibility.compatibleWithReconfiguredSerializer(
            new ChunkSerializer(merged));
  }
}
