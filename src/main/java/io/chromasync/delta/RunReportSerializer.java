package io.chromasync.delta;

import io.chromasync.model.Collection;
import io.chromasync.model.RunReport;
import java.io.IOException;
import java.io.Serializable;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

/**
 * Writes reports of runs into checkpoints, where they wait to be told. Every version ever released
 * stays readable.
 *
 * <p>Thread-safe: it has no state.
 */
public final class RunReportSerializer
    implements SimpleVersionedSerializer<RunReport>, Serializable {

  /** Version 1 did not know when the run's item was created. */
  private static final int VERSION = 2;

  @Override
  public int getVersion() {
    return VERSION;
  }

  @Override
  public byte[] serialize(RunReport report) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(128);
    out.writeUTF(report.image());
    out.writeInt(report.receipt());
    out.writeUTF(report.run());
    out.writeUTF(report.collection().name());
    out.writeInt(report.merged());
    // Takes null, and texts of any length.
    StringSerializer.INSTANCE.serialize(report.error(), out);
    StringSerializer.INSTANCE.serialize(report.created(), out);
    return out.getCopyOfBuffer();
  }

  @Override
  public RunReport deserialize(int version, byte[] serialized) throws IOException {
    if (version < 1 || version > VERSION) {
      throw new IOException(
          ("The state of a run report has version %d, but this release reads versions 1 to %d;"
                  + " restore it with the release that wrote it")
              .formatted(version, VERSION));
    }
    DataInputDeserializer in = new DataInputDeserializer(serialized);
    return new RunReport(
        in.readUTF(),
        in.readInt(),
        in.readUTF(),
        Collection.valueOf(in.readUTF()),
        in.readInt(),
        StringSerializer.INSTANCE.deserialize(in),
        version == 1 ? null : StringSerializer.INSTANCE.deserialize(in));
  }
}
