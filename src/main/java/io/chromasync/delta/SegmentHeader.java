package io.chromasync.delta;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What {@code header.bin} of a vector folder says, as far as reading needs it. The layout is that
 * of {@code persistHeader} in <a
 * href="https://github.com/chroma-core/hnswlib/blob/master/hnswlib/hnswalg.h">Chroma's hnswlib</a>,
 * on 64 bits, little-endian.
 *
 * @param capacity how many elements the other files may have room for
 * @param count how many elements there are, deleted ones too
 * @param elementBytes the size of an element: its links, its vector, its label
 */
record SegmentHeader(
    long capacity, long count, int elementBytes, int labelOffset, int vectorOffset) {

  static final int BYTES = 100;
  private static final int VERSION = 1;

  /** Bytes of the links of an element: Chroma has 132 for 32 links; this is for 16,000. */
  private static final int LONGEST_LINKS = 1 << 16;

  /** Null if that is no header of vectors of the dimension. */
  static SegmentHeader parse(byte[] bytes, int dimension) {
    if (bytes.length != BYTES) {
      return null;
    }
    ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int version = header.getInt();
    long linksOffset = header.getLong();
    long capacity = header.getLong();
    long count = header.getLong();
    long elementBytes = header.getLong();
    long labelOffset = header.getLong();
    long vectorOffset = header.getLong();
    boolean sound =
        version == VERSION
            && linksOffset == 0
            && count >= 0
            && count <= capacity
            && vectorOffset >= Integer.BYTES
            && vectorOffset <= LONGEST_LINKS
            && labelOffset == vectorOffset + (long) dimension * Float.BYTES
            && elementBytes == labelOffset + Long.BYTES;
    return sound
        ? new SegmentHeader(
            capacity, count, (int) elementBytes, (int) labelOffset, (int) vectorOffset)
        : null;
  }

  /**
   * Whether a file of so many bytes holds all elements: some files have room for as many as there
   * may be, or once might have been.
   */
  boolean fits(long fileBytes, int bytesEach) {
    long elements = fileBytes / bytesEach;
    return fileBytes % bytesEach == 0 && elements >= count && elements <= capacity;
  }
}
