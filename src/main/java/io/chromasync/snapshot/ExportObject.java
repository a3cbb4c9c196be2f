package io.chromasync.snapshot;

import io.chromasync.snapshot.SnapshotSplit.ExportFile;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Locale;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/**
 * The lines of one data file as they come, never all at once. At the end its checksum and the
 * number of items must be those of the manifest.
 *
 * <p>A broken connection is told from a damaged file: the one is an {@link IOException}, the other
 * a {@link SnapshotFailure}. For one thread.
 */
final class ExportObject implements AutoCloseable {

  private static final int BUFFER = 1 << 16;

  /** An item has at most 400 KB, which JSON makes longer, and a line holds up to two of them. */
  private static final int LONGEST_LINE = 16 << 20;

  private final ExportFile file;
  private final MessageDigest md5 = ExportManifest.Md5.digest();
  private final Received received;
  private final InputStream packed;
  private BoundedLines lines;
  private long items;

  /**
   * @param content of the object; closed with this
   */
  ExportObject(ExportFile file, InputStream content) {
    this.file = file;
    this.received = new Received(content);
    this.packed = new BufferedInputStream(new DigestInputStream(received, md5), BUFFER);
  }

  /**
   * The next line; null at the end.
   *
   * @throws SnapshotFailure if the file is not what the manifest says
   */
  String next() throws IOException {
    try {
      if (lines == null) {
        lines = unpacked();
      }
      String line = lines.next();
      while (line != null && line.isBlank()) {
        line = lines.next();
      }
      if (line == null) {
        checkEnd();
      } else {
        items++;
      }
      return line;
    } catch (IOException e) {
      if (received.broken) {
        throw e;
      }
      throw failure("cannot be unpacked (%s); it is damaged".formatted(e.getMessage()), e);
    }
  }

  /** How many items have come. */
  long items() {
    return items;
  }

  @Override
  public void close() throws IOException {
    received.close();
  }

  /** Of a partition without items the object may be empty, without even a gzip in it. */
  private BoundedLines unpacked() throws IOException {
    packed.mark(1);
    boolean isEmpty = packed.read() < 0;
    packed.reset();
    InputStream text =
        isEmpty
            ? packed
            // The JDK's takes the end of a gzip for the last one if what follows is not there yet.
            : GzipCompressorInputStream.builder()
                .setInputStream(packed)
                .setDecompressConcatenated(true)
                .get();
    return new BoundedLines(text, LONGEST_LINE);
  }

  private void checkEnd() throws IOException {
    String found = Base64.getEncoder().encodeToString(rest());
    if (!found.equals(file.md5())) {
      throw failure(
          "has the MD5 checksum %s, but its manifest says %s".formatted(found, file.md5()), null);
    }
    if (items != file.items()) {
      throw failure(
          String.format(
              Locale.ROOT, "has %,d items, but its manifest says %,d", items, file.items()),
          null);
    }
  }

  /** The checksum, what comes after the packed data included. */
  private byte[] rest() throws IOException {
    packed.transferTo(OutputStream.nullOutputStream());
    return md5.digest();
  }

  private SnapshotFailure failure(String wrong, Throwable cause) {
    return new SnapshotFailure(
        "The data file %s %s; nothing was taken to be gone because of it. Export again, and name that"
            .formatted(file.uri(), wrong),
        cause);
  }

  /** What comes, remembering whether it broke off. */
  private static final class Received extends FilterInputStream {

    private boolean broken;

    Received(InputStream content) {
      super(content);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      try {
        return in.read(bytes, offset, length);
      } catch (IOException | RuntimeException e) {
        broken = true;
        throw new IOException("The connection broke (%s)".formatted(e.getMessage()), e);
      }
    }
  }
}
