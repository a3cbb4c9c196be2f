package io.chromasync.delta;

import io.chromasync.delta.format.UnusableDelta;
import io.chromasync.model.Excerpt;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;

/**
 * Writes the files of one delta into a folder. File names are untrusted input. A name that leads
 * out of the folder, occurs twice or is too long is rejected. The number and the total size of the
 * files are limited.
 *
 * <p>Not thread-safe.
 */
final class DeltaFiles {

  /** Maximum number of files and folders; Chroma creates seven. */
  static final int MOST = 1_000;

  /** Maximum bytes of a name, as in S3. */
  private static final int LONGEST_NAME = 1_024;

  /** Maximum bytes of a path segment, as in the file systems of Linux. */
  private static final int LONGEST_PART = 255;

  private final Path folder;
  private final String origin;
  private final long maxSize;
  private int announced;
  private long announcedBytes;
  private long writtenBytes;

  /**
   * @param folder existing, empty folder
   * @param origin origin of the files, for messages, as in {@code s3://bucket/key}
   * @param maxSize maximum size of all files together, in bytes
   */
  DeltaFiles(Path folder, String origin, long maxSize) {
    this.folder = folder.toAbsolutePath().normalize();
    this.origin = origin;
    this.maxSize = maxSize;
  }

  /**
   * Checks a file or folder before its content arrives.
   *
   * @param bytes its declared size
   * @throws UnusableDelta if the number or the total size exceeds its limit
   */
  void announce(String name, long bytes) throws UnusableDelta {
    if (++announced > MOST) {
      throw new UnusableDelta(
          String.format(
              Locale.ROOT,
              "%s holds more than %,d files and folders, the limit for a delta",
              origin,
              MOST));
    }
    checkSize(name, bytes, announcedBytes);
    announcedBytes += bytes;
  }

  /**
   * Writes one file.
   *
   * @param name path relative to the folder, segments separated by slashes
   * @throws UnusableDelta if the name or the size is rejected
   * @throws Unavailable if the file cannot be written
   * @throws IOException if the content throws it
   */
  void add(String name, InputStream content) throws UnusableDelta, IOException {
    Path file = place(name);
    try (OutputStream out = create(name, file)) {
      byte[] buffer = new byte[1 << 16];
      for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
        checkSize(name, read, writtenBytes);
        writtenBytes += read;
        write(out, buffer, read, file);
      }
    }
  }

  private Path place(String name) throws UnusableDelta {
    List<String> parts = List.of(name.split("/"));
    if (bytes(name) > LONGEST_NAME || parts.stream().anyMatch(each -> bytes(each) > LONGEST_PART)) {
      throw bad(name, "whose name is too long for a file", null);
    }
    try {
      Path file = folder.resolve(name).normalize();
      boolean inside = file.startsWith(folder) && !file.equals(folder);
      if (inside && !name.startsWith("/") && !parts.contains("..")) {
        return file;
      }
    } catch (InvalidPathException e) {
      throw bad(name, "which is no name of a file", e);
    }
    throw bad(name, "which leads out of its folder", null);
  }

  private void checkSize(String name, long more, long before) throws UnusableDelta {
    if (more > maxSize - before) {
      throw new UnusableDelta(
          String.format(
              Locale.ROOT,
              "%s is too large: with '%s' it has more than the %,d bytes of 'delta.max-size'",
              origin,
              Excerpt.of(name),
              maxSize));
    }
  }

  private OutputStream create(String name, Path file) throws UnusableDelta, Unavailable {
    try {
      Files.createDirectories(file.getParent());
      return Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (FileAlreadyExistsException e) {
      throw twice(name, e);
    } catch (IOException e) {
      if (isBelowFile(file)) {
        throw twice(name, e);
      }
      throw unwritable(file, e);
    }
  }

  private boolean isBelowFile(Path file) {
    for (Path above = file.getParent(); !above.equals(folder); above = above.getParent()) {
      if (Files.isRegularFile(above)) {
        return true;
      }
    }
    return false;
  }

  private static void write(OutputStream out, byte[] bytes, int length, Path file)
      throws Unavailable {
    try {
      out.write(bytes, 0, length);
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  private static int bytes(String name) {
    return name.getBytes(StandardCharsets.UTF_8).length;
  }

  private UnusableDelta twice(String name, IOException e) {
    return new UnusableDelta(
        "%s holds '%s' twice, or as a file and a folder".formatted(origin, Excerpt.of(name)), e);
  }

  private UnusableDelta bad(String name, String what, Exception cause) {
    return new UnusableDelta("%s holds '%s', %s".formatted(origin, Excerpt.of(name), what), cause);
  }

  private static Unavailable unwritable(Path file, IOException e) {
    return new Unavailable(
        "%s cannot be written (%s); check the disk of the task".formatted(file, e.getMessage()), e);
  }
}
