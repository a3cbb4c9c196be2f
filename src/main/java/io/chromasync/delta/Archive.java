package io.chromasync.delta;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Unpacks a gzip tar, as it streams by. Only plain files are taken; directories come to be by the
 * files in them.
 *
 * <p>What the stream says of its own format makes a delta bad; what the connection says ({@link
 * Unavailable}) does not.
 */
final class Archive {

  /** Bytes of headers before one member, long names included; more is an attack. */
  private static final long HEADERS = 1 << 20;

  private final String origin;
  private final long maxSize;

  /**
   * @param origin the archive's name in messages
   * @param maxSize of all members together, unpacked, in bytes
   */
  Archive(String origin, long maxSize) {
    this.origin = origin;
    this.maxSize = maxSize;
  }

  /**
   * Reads the archive to its end.
   *
   * @param packed throws {@link Unavailable} where the connection fails; is not closed
   * @throws BadDelta naming archive and member
   */
  void unpack(InputStream packed, DeltaFiles files) throws BadDelta, Unavailable {
    String member = null;
    try {
      Metered unpacked = new Metered(new GZIPInputStream(packed));
      TarArchiveInputStream tar = new TarArchiveInputStream(unpacked);
      unpacked.allow(HEADERS);
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; ) {
        member = entry.getName();
        unpacked.allow(maxSize + HEADERS);
        add(entry, tar, files);
        unpacked.allow(HEADERS);
        entry = tar.getNextEntry();
      }
      if (member == null) {
        throw new BadDelta(origin + " is no tar archive, or an empty one");
      }
      // To the end, where gzip tells by a checksum whether all came through.
      unpacked.transferTo(OutputStream.nullOutputStream());
    } catch (Unavailable e) {
      throw e;
    } catch (IOException | IllegalArgumentException e) {
      throw new BadDelta(
          "%s is no complete gzip tar archive: %s it cannot be read (%s)"
              .formatted(
                  origin, member == null ? "from its start" : "at or after '" + member + "'", e),
          e);
    }
  }

  private void add(TarArchiveEntry entry, TarArchiveInputStream tar, DeltaFiles files)
      throws BadDelta, IOException {
    if (entry.isDirectory()) {
      return;
    }
    boolean plain = entry.isFile() && !entry.isSymbolicLink() && !entry.isLink();
    boolean special =
        entry.isFIFO()
            || entry.isBlockDevice()
            || entry.isCharacterDevice()
            || entry.isSparse()
            || !tar.canReadEntryData(entry);
    if (!plain || special) {
      throw new BadDelta(
          "%s holds '%s', which is not a plain file".formatted(origin, entry.getName()));
    }
    files.add(entry.getName(), entry.getSize(), tar);
  }

  /** Lets no more bytes pass than were allowed last. */
  private static final class Metered extends InputStream {

    private final InputStream in;
    private long left = HEADERS;

    Metered(InputStream in) {
      this.in = in;
    }

    void allow(long bytes) {
      left = bytes;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int read = in.read(bytes, offset, length);
      left -= Math.max(read, 0);
      if (left < 0) {
        throw new IOException("more than %,d bytes that belong to no member".formatted(HEADERS));
      }
      return read;
    }
  }
}
