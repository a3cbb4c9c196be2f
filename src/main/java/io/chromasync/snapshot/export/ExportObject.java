package io.chromasync.snapshot.export;

import io.chromasync.snapshot.SnapshotFailure;
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
 * Lines of one data file, read as a stream. At the end its checksum and the number of items must
 * match the manifest.
 *
 * <p>A broken connection is an {@link IOException}, a damaged file a {@link SnapshotFailure}. For
 * one thread.
 */
public final class ExportObject implements AutoCloseable {

  private static final int BUFFER = 1 << 16;

  /** An item has at most 400 KB, which is longer as JSON, and a line contains up to two items. */
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
   * Reads the next line; null at the end.
   *
   * @throws SnapshotFailure if the file does not match the manifest
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

  /** Number of items read. */
  long items() {
    return items;
  }

  @Override
  public void close() throws IOException {
    received.close();
  }

  /**
   * Opens the decompressed lines. For a partition without items the object may be empty, without a
   * gzip header.
   */
  private BoundedLines unpacked() throws IOException {
    packed.mark(1);
    boolean isEmpty = packed.read() < 0;
    packed.reset();
    InputStream text =
        isEmpty
            ? packed
            // The JDK's stream treats the end of a gzip member as the last if the next is not
            // available yet.
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
          "has the MD5 checksum %s, but its manifest has %s".formatted(found, file.md5()), null);
    }
    if (items != file.items()) {
      throw failure(
          String.format(
              Locale.ROOT, "has %,d items, but its manifest lists %,d", items, file.items()),
          null);
    }
  }

  /** Checksum of the whole object, including bytes after the compressed data. */
  private byte[] rest() throws IOException {
    packed.transferTo(OutputStream.nullOutputStream());
    return md5.digest();
  }

  private SnapshotFailure failure(String wrong, Throwable cause) {
    return new SnapshotFailure(
        ("The data file %s %s; no item counts as deleted because of it. Export again, and name the"
                + " new export")
            .formatted(file.uri(), wrong),
        cause);
  }

  /** Received bytes, with a flag for a broken connection. */
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
