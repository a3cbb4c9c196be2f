package io.chromasync.snapshot;

import io.chromasync.snapshot.SnapshotSplit.ExportFile;
import java.io.BufferedReader;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.zip.GZIPInputStream;

/**
 * The lines of one data file as they come, never all at once. At the end its checksum and the
 * number of items must be those of the manifest.
 *
 * <p>A broken connection is told from a damaged file: the one is an {@link IOException}, the other
 * a {@link SnapshotFailure}. For one thread.
 */
final class ExportObject implements AutoCloseable {

  private static final int BUFFER = 1 << 16;

  private final ExportFile file;
  private final MessageDigest md5 = ExportManifest.Md5.digest();
  private final Received received;
  private BufferedReader lines;
  private long items;

  /**
   * @param content of the object; closed with this
   */
  ExportObject(ExportFile file, InputStream content) {
    this.file = file;
    this.received = new Received(content);
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
      String line = lines.readLine();
      while (line != null && line.isBlank()) {
        line = lines.readLine();
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

  private BufferedReader unpacked() throws IOException {
    InputStream unpacked = new GZIPInputStream(new DigestInputStream(received, md5), BUFFER);
    return new BufferedReader(new InputStreamReader(unpacked, StandardCharsets.UTF_8), BUFFER);
  }

  private void checkEnd() throws IOException {
    String found = Base64.getEncoder().encodeToString(rest());
    if (!found.equals(file.md5())) {
      throw failure(
          "has the MD5 checksum %s, but its manifest says %s".formatted(found, file.md5()), null);
    }
    if (items != file.items()) {
      throw failure(
          "has %,d items, but its manifest says %,d".formatted(items, file.items()), null);
    }
  }

  /** The checksum, what comes after the packed data included. */
  private byte[] rest() throws IOException {
    byte[] bytes = new byte[BUFFER];
    for (int read = received.read(bytes); read >= 0; read = received.read(bytes)) {
      md5.update(bytes, 0, read);
    }
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
        throw new IOException("The connection broke (%s)".formatted(e), e);
      }
    }
  }
}
