package io.chromasync.delta;

import io.chromasync.delta.format.UnusableDelta;
import io.chromasync.model.Excerpt;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/**
 * Unpacks a gzip tar archive as a stream. Only plain files are accepted; directories are created
 * for the files in them. A truncated archive is always detected: gzip ends with a checksum, and tar
 * with a record of zeros.
 *
 * <p>A format error makes the delta incomplete; a connection error ({@link Unavailable}) does not.
 */
final class Archive {

  /** Maximum bytes of headers before one member, long names included; more is an attack. */
  private static final long HEADERS = 1 << 20;

  /**
   * Bytes of a tar record: a header or the terminating zeros; members are padded to full records.
   */
  private static final int RECORD = 512;

  private final String origin;
  private final long maxSize;

  /**
   * @param origin the archive's name in messages
   * @param maxSize maximum size of all unpacked members together, in bytes
   */
  Archive(String origin, long maxSize) {
    this.origin = origin;
    this.maxSize = maxSize;
  }

  /**
   * Reads the archive to its end.
   *
   * @param packed throws {@link Unavailable} if the connection fails; is not closed
   * @throws UnusableDelta if the archive is damaged or rejected; the message names archive and
   *     member
   */
  void unpack(InputStream packed, DeltaFiles files) throws UnusableDelta, Unavailable {
    String member = null;
    try {
      Metered unpacked = new Metered(gzip(packed));
      TarArchiveInputStream tar = new TarArchiveInputStream(unpacked);
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; ) {
        member = entry.getName();
        files.announce(member, entry.getSize());
        unpacked.allow(maxSize + HEADERS);
        add(entry, tar, files);
        unpacked.allow(HEADERS);
        entry = tar.getNextEntry();
      }
      if (member == null) {
        throw UnusableDelta.incomplete(origin + " is no tar archive, or an empty one");
      }
      if (unpacked.passed() < RECORD) {
        throw new IOException("it has no end");
      }
      // Reads to the end, where gzip verifies its checksum.
      unpacked.transferTo(OutputStream.nullOutputStream());
    } catch (Unavailable e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw UnusableDelta.incomplete(
          "%s is no complete gzip tar archive: %s it cannot be read (%s)"
              .formatted(
                  origin,
                  member == null ? "from its start" : "at or after '" + Excerpt.of(member) + "'",
                  Excerpt.of(e)),
          e);
    }
  }

  /**
   * The JDK's GZIPInputStream mistakes data that has not arrived yet (InputStream.available) for
   * the end.
   */
  private static InputStream gzip(InputStream packed) throws IOException {
    return GzipCompressorInputStream.builder()
        .setInputStream(packed)
        .setDecompressConcatenated(true)
        .get();
  }

  private void add(TarArchiveEntry entry, TarArchiveInputStream tar, DeltaFiles files)
      throws UnusableDelta, IOException {
    // The tar reader also reports a link as a directory if the link's name ends with a slash.
    boolean special =
        entry.isSymbolicLink()
            || entry.isLink()
            || entry.isFIFO()
            || entry.isBlockDevice()
            || entry.isCharacterDevice()
            || entry.isSparse()
            || !tar.canReadEntryData(entry);
    if (special || !(entry.isDirectory() || entry.isFile())) {
      throw new UnusableDelta(
          "%s holds '%s', which is not a plain file"
              .formatted(origin, Excerpt.of(entry.getName())));
    }
    if (!entry.isDirectory()) {
      files.add(entry.getName(), tar);
    }
  }

  /** Stream that limits and counts the bytes since the last call of {@link #allow}. */
  private static final class Metered extends InputStream {

    private final InputStream in;
    private long allowed = HEADERS;
    private long passed;

    Metered(InputStream in) {
      this.in = in;
    }

    void allow(long bytes) {
      allowed = bytes;
      passed = 0;
    }

    long passed() {
      return passed;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int read = in.read(bytes, offset, length);
      passed += Math.max(read, 0);
      if (passed > allowed) {
        throw new IOException(
            String.format(Locale.ROOT, "more than %,d bytes that belong to no member", HEADERS));
      }
      return read;
    }
  }
}
