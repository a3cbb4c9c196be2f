package io.chromasync.chroma;

import io.chromasync.model.CollectionName;
import io.chromasync.model.DeadLetter;
import io.chromasync.model.EntityKey;
import io.chromasync.model.ItemChange;
import io.chromasync.model.ItemKey;
import io.chromasync.model.RunReport;
import io.chromasync.model.SinkCommittable;
import io.chromasync.model.Version;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * Serializer of {@link SinkCommittable}s in checkpoints. Every released version stays readable.
 *
 * <p>Thread-safe: it has no state.
 */
final class SinkCommittableSerializer implements SimpleVersionedSerializer<SinkCommittable> {

  private static final int VERSION = 1;

  private static final TypeSerializer<EntityKey> KEYS =
      TypeInformation.of(EntityKey.class).createSerializer(new SerializerConfigImpl());

  @Override
  public int getVersion() {
    return VERSION;
  }

  @Override
  public byte[] serialize(SinkCommittable committable) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(256);
    out.writeBoolean(committable.kind() == SinkCommittable.Kind.REPORT);
    switch (committable.kind()) {
      case REPORT -> write(committable.report(), out);
      case DEAD_LETTERS -> {
        out.writeInt(committable.letters().size());
        for (DeadLetter letter : committable.letters()) {
          write(letter, out);
        }
      }
    }
    return out.getCopyOfBuffer();
  }

  @Override
  public SinkCommittable deserialize(int version, byte[] serialized) throws IOException {
    DataInputDeserializer in = new DataInputDeserializer(serialized);
    if (version != VERSION) {
      throw new IOException(
          ("The state of a committable has version %s, but this release reads version %s;"
                  + " restore it with the release that wrote it")
              .formatted(version, VERSION));
    }
    return in.readBoolean() ? SinkCommittable.of(report(in)) : SinkCommittable.of(letters(in));
  }

  private static void write(RunReport report, DataOutputSerializer out) throws IOException {
    out.writeUTF(report.partition());
    KEYS.serialize(report.scope(), out);
    out.writeUTF(report.item().partitionKey());
    out.writeUTF(report.item().sortKey());
    out.writeUTF(report.collection().name());
    out.writeInt(report.merged());
    text(report.error(), out);
    write(report.version(), out);
    text(report.created(), out);
  }

  private static RunReport report(DataInputDeserializer in) throws IOException {
    return new RunReport(
        in.readUTF(),
        KEYS.deserialize(in),
        new ItemKey(in.readUTF(), in.readUTF()),
        new CollectionName(in.readUTF()),
        in.readInt(),
        text(in),
        version(in),
        text(in));
  }

  private static void write(DeadLetter letter, DataOutputSerializer out) throws IOException {
    text(letter.entity(), out);
    out.writeUTF(letter.reason().name());
    text(letter.detail(), out);
    ItemChange change = letter.change();
    out.writeBoolean(change != null);
    if (change != null) {
      text(change.operation() == null ? null : change.operation().name(), out);
      text(change.partitionKey(), out);
      text(change.sortKey(), out);
      text(change.newItem(), out);
      text(change.oldItem(), out);
      write(change.version(), out);
      text(change.origin(), out);
      out.writeBoolean(change.redriven());
    }
  }

  private static List<DeadLetter> letters(DataInputDeserializer in) throws IOException {
    int count = in.readInt();
    List<DeadLetter> letters = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String entity = text(in);
      DeadLetter.Reason reason = DeadLetter.Reason.valueOf(in.readUTF());
      String detail = text(in);
      letters.add(new DeadLetter(in.readBoolean() ? change(in) : null, entity, reason, detail));
    }
    return letters;
  }

  private static ItemChange change(DataInputDeserializer in) throws IOException {
    String operation = text(in);
    return new ItemChange(
        operation == null ? null : ItemChange.Operation.valueOf(operation),
        text(in),
        text(in),
        text(in),
        text(in),
        version(in),
        text(in),
        in.readBoolean());
  }

  private static void write(Version version, DataOutputSerializer out) throws IOException {
    out.writeBoolean(version != null);
    if (version != null) {
      out.writeLong(version.micros());
      out.writeUTF(version.sequence());
    }
  }

  private static Version version(DataInputDeserializer in) throws IOException {
    return in.readBoolean() ? new Version(in.readLong(), in.readUTF()) : null;
  }

  /** Writes a string of any length, or null. */
  private static void text(String text, DataOutputSerializer out) throws IOException {
    StringSerializer.INSTANCE.serialize(text, out);
  }

  private static String text(DataInputDeserializer in) throws IOException {
    return StringSerializer.INSTANCE.deserialize(in);
  }
}
