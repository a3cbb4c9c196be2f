package io.chromasync.delta.format;

import io.chromasync.model.Excerpt;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Vectors in Chroma's storage format: little-endian floats. */
public final class VectorBytes {

  private VectorBytes() {}

  /**
   * Reads a vector; the caller must ensure that enough bytes exist.
   *
   * @param id id of the record, for messages
   * @param file origin of the bytes, for messages
   */
  static float[] read(byte[] bytes, int offset, int dimension, String id, String file)
      throws UnusableDelta {
    float[] vector = new float[dimension];
    ByteBuffer.wrap(bytes, offset, dimension * Float.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(vector);
    for (float number : vector) {
      if (!Float.isFinite(number)) {
        throw new UnusableDelta(
            "%s has %s in the vector of record %s".formatted(file, number, Excerpt.of(id)));
      }
    }
    return vector;
  }
}
