package io.chromasync.fetching;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.apache.flink.core.io.SimpleVersionedSerializer;

/**
 * Writes what a source remembers into checkpoints. Every version ever released stays readable;
 * golden files in the tests hold their bytes.
 *
 * <p>Thread-safe: it has no state.
 */
public abstract class SplitStateSerializer<T> implements SimpleVersionedSerializer<T> {

  private final String what;
  private final int version;

  /**
   * @param what it writes, for people
   * @param version the newest; they count from 1
   */
  protected SplitStateSerializer(String what, int version) {
    this.what = what;
    this.version = version;
  }

  /** Writes the newest version. */
  protected abstract void write(T state, DataOutputStream out) throws IOException;

  /**
   * Reads any version.
   *
   * @param written from 1 to the newest
   */
  protected abstract T read(int written, DataInputStream in) throws IOException;

  @Override
  public final int getVersion() {
    return version;
  }

  @Override
  public final byte[] serialize(T state) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    write(state, new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  @Override
  public final T deserialize(int written, byte[] serialized) throws IOException {
    if (written < 1 || written > version) {
      throw new IOException(
          ("The state of a %s has version %d, but this release reads versions up to %d; restore it"
                  + " with the release that wrote it")
              .formatted(what, written, version));
    }
    return read(written, new DataInputStream(new ByteArrayInputStream(serialized)));
  }
}
