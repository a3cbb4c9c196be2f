package io.chromasync.delta;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Vectors as Chroma stores them: little-endian floats. */
final class VectorBytes {

  private VectorBytes() {}

  /**
   * A vector, whose bytes the caller knows to be there.
   *
   * @param id of the record, for the message
   * @param file where the bytes are from, for the message
   */
  static float[] read(byte[] bytes, int offset, int dimension, String id, String file)
      throws BadDelta {
    float[] vector = new float[dimension];
    ByteBuffer.wrap(bytes, offset, dimension * Float.BYTES)
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(vector);
    for (float number : vector) {
      if (!Float.isFinite(number)) {
        throw new BadDelta(
            "%s has %s in the vector of record %s".formatted(file, number, Excerpt.of(id)));
      }
    }
    return vector;
  }
}
