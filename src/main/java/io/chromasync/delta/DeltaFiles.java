package io.chromasync.delta;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * The files of one delta on their way into a folder. Names come from outside: one that leads out of
 * the folder is refused, so is one that comes twice, and all together may not grow too large.
 *
 * <p>Used by one thread.
 */
final class DeltaFiles {

  private final Path folder;
  private final String origin;
  private final long maxSize;
  private long size;

  /**
   * @param folder there and empty
   * @param origin of the files, for messages, as in {@code s3://bucket/key}
   * @param maxSize of all files together, in bytes
   */
  DeltaFiles(Path folder, String origin, long maxSize) {
    this.folder = folder.toAbsolutePath().normalize();
    this.origin = origin;
    this.maxSize = maxSize;
  }

  /**
   * Writes one file.
   *
   * @param name relative to the folder, parts separated by slashes
   * @param declared how many bytes it is said to have
   * @throws BadDelta if name or size are not taken
   * @throws Unavailable if it cannot be written
   * @throws IOException as the content throws it
   */
  void add(String name, long declared, InputStream content) throws BadDelta, IOException {
    Path file = place(name);
    checkSize(name, declared);
    try (OutputStream out = create(name, file)) {
      byte[] buffer = new byte[1 << 16];
      for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
        checkSize(name, read);
        size += read;
        write(out, buffer, read, file);
      }
    }
  }

  private Path place(String name) throws BadDelta {
    try {
      Path file = folder.resolve(name).normalize();
      boolean inside = file.startsWith(folder) && !file.equals(folder);
      if (inside && !name.startsWith("/") && !List.of(name.split("/")).contains("..")) {
        return file;
      }
    } catch (InvalidPathException e) {
      throw new BadDelta("%s holds '%s', which is no name of a file".formatted(origin, name), e);
    }
    throw new BadDelta("%s holds '%s', which leads out of its folder".formatted(origin, name));
  }

  private void checkSize(String name, long more) throws BadDelta {
    if (more > maxSize - size) {
      throw new BadDelta(
          "%s is too large: with '%s' it has more than the %,d bytes of 'delta.max-size'"
              .formatted(origin, name, maxSize));
    }
  }

  private OutputStream create(String name, Path file) throws BadDelta, Unavailable {
    try {
      Files.createDirectories(file.getParent());
      return Files.newOutputStream(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (FileAlreadyExistsException e) {
      throw new BadDelta(
          "%s holds '%s' twice, or as a file and a folder".formatted(origin, name), e);
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  private static void write(OutputStream out, byte[] bytes, int length, Path file)
      throws Unavailable {
    try {
      out.write(bytes, 0, length);
    } catch (IOException e) {
      throw unwritable(file, e);
    }
  }

  private static Unavailable unwritable(Path file, IOException e) {
    return new Unavailable(
        "%s cannot be written (%s); check the disk of the task".formatted(file, e), e);
  }
}
