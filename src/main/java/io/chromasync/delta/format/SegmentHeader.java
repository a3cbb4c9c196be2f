package io.chromasync.delta.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Parsed {@code header.bin} of a vector folder, limited to the fields that reading needs. The
 * layout is defined by {@code persistHeader} in <a
 * href="https://github.com/chroma-core/hnswlib/blob/master/hnswlib/hnswalg.h">Chroma's hnswlib</a>,
 * on 64 bits, little-endian.
 *
 * @param capacity maximum number of elements that the other files have room for
 * @param count number of elements, deleted elements included
 * @param elementBytes size of an element: its links, its vector, its label
 */
public record SegmentHeader(
    long capacity, long count, int elementBytes, int labelOffset, int vectorOffset) {

  /** Size of the file, in bytes. */
  public static final int BYTES = 100;

  private static final int VERSION = 1;

  /**
   * Maximum bytes of an element's links: room for 16,000 links, while Chroma's 32 links need 132
   * bytes.
   */
  private static final int LONGEST_LINKS = 1 << 16;

  /** Returns null if the bytes are not a header for vectors of this dimension. */
  public static SegmentHeader parse(byte[] bytes, int dimension) {
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
   * Returns true if a file of this size contains all elements. Some files have room for the current
   * or an earlier capacity.
   */
  boolean fits(long fileBytes, int bytesEach) {
    long elements = fileBytes / bytesEach;
    return fileBytes % bytesEach == 0 && elements >= count && elements <= capacity;
  }
}
