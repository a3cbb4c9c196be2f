package io.chromasync.model;

import java.io.IOException;
import java.lang.reflect.Type;
import java.util.Map;
import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInfoFactory;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.base.TypeSerializerSingleton;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Flink's type of entity keys. A serialized key contains the names and traits of its kinds, so it
 * can be read without its domain.
 */
final class EntityKeyType extends TypeInformation<EntityKey> {

  private static final long serialVersionUID = 1;

  /** Factory that Flink finds by the annotation of {@link EntityKey}. */
  public static final class Factory extends TypeInfoFactory<EntityKey> {

    @Override
    public TypeInformation<EntityKey> createTypeInfo(
        Type type, Map<String, TypeInformation<?>> parameters) {
      return new EntityKeyType();
    }
  }

  @Override
  public boolean isBasicType() {
    return false;
  }

  @Override
  public boolean isTupleType() {
    return false;
  }

  @Override
  public int getArity() {
    return 1;
  }

  @Override
  public int getTotalFields() {
    return 1;
  }

  @Override
  public Class<EntityKey> getTypeClass() {
    return EntityKey.class;
  }

  @Override
  public boolean isKeyType() {
    return true;
  }

  @Override
  public TypeSerializer<EntityKey> createSerializer(SerializerConfig config) {
    return Serializer.INSTANCE;
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof EntityKeyType;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EntityKeyType;
  }

  @Override
  public int hashCode() {
    return EntityKey.class.hashCode();
  }

  @Override
  public String toString() {
    return "EntityKey";
  }

  /** Serializer of a key: the count of its levels below the partition, then each level. */
  static final class Serializer extends TypeSerializerSingleton<EntityKey> {

    static final Serializer INSTANCE = new Serializer();

    private static final long serialVersionUID = 1;
    private static final int NULL = -1;

    @Override
    public boolean isImmutableType() {
      return true;
    }

    @Override
    public EntityKey createInstance() {
      return EntityKey.PARTITION;
    }

    @Override
    public EntityKey copy(EntityKey from) {
      return from;
    }

    @Override
    public EntityKey copy(EntityKey from, EntityKey reuse) {
      return from;
    }

    @Override
    public int getLength() {
      return -1;
    }

    @Override
    public void serialize(EntityKey key, DataOutputView target) throws IOException {
      if (key == null) {
        target.writeByte(NULL);
      } else {
        target.writeByte(key.kind().depth());
        writeLevels(key, target);
      }
    }

    private static void writeLevels(EntityKey key, DataOutputView target) throws IOException {
      if (key.parent() != null) {
        writeLevels(key.parent(), target);
        target.writeUTF(key.kind().name());
        target.writeByte(key.kind().traits());
        target.writeInt(key.number());
        target.writeBoolean(key.name() != null);
        if (key.name() != null) {
          target.writeUTF(key.name());
        }
      }
    }

    @Override
    public EntityKey deserialize(DataInputView source) throws IOException {
      int levels = source.readByte();
      if (levels == NULL) {
        return null;
      }
      EntityKey key = EntityKey.PARTITION;
      for (int level = 0; level < levels; level++) {
        EntityKind kind = EntityKind.of(key.kind(), source.readUTF(), source.readUnsignedByte());
        int number = source.readInt();
        key = key.child(kind, number, source.readBoolean() ? source.readUTF() : null);
      }
      return key;
    }

    @Override
    public EntityKey deserialize(EntityKey reuse, DataInputView source) throws IOException {
      return deserialize(source);
    }

    @Override
    public void copy(DataInputView source, DataOutputView target) throws IOException {
      serialize(deserialize(source), target);
    }

    @Override
    public TypeSerializerSnapshot<EntityKey> snapshotConfiguration() {
      return new Snapshot();
    }

    /** Serializer snapshot without content. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<EntityKey> {

      /** Creates the snapshot; Flink calls this constructor on restore. */
      public Snapshot() {
        super(() -> INSTANCE);
      }
    }
  }
}
