package io.chromasync.runtime;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * Serializes the state of a source into checkpoints. Every version ever released stays readable;
 * golden files in the tests contain their bytes.
 *
 * <p>Thread-safe: it has no state.
 */
public interface SplitStateSerializer<T> extends SimpleVersionedSerializer<T> {

  /** Returns the name of the state, for messages. */
  String what();

  /** Writes the newest version, {@link #getVersion}; versions count from 1. */
  void write(T state, DataOutputStream out) throws IOException;

  /**
   * Reads any version.
   *
   * @param version version of the data, from 1 to the newest
   */
  T read(int version, DataInputStream in) throws IOException;

  @Override
  default byte[] serialize(T state) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    write(state, new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  @Override
  default T deserialize(int version, byte[] serialized) throws IOException {
    if (version < 1 || version > getVersion()) {
      throw new IOException(
          ("The state of a %s has version %s, but this release reads versions up to %s; restore it"
                  + " with the release that wrote it")
              .formatted(what(), version, getVersion()));
    }
    return read(version, new DataInputStream(new ByteArrayInputStream(serialized)));
  }
}
