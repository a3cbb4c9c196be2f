package io.chromasync.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Reads files that whoever starts the job names, and says in words why one cannot be read. */
public final class TextFile {

  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private TextFile() {}

  /**
   * The text of a file in UTF-8, without the byte order mark that some editors put before it.
   *
   * @throws IOException whose message follows the file's name, as in {@code does not exist}
   */
  public static String read(String file) throws IOException {
    try {
      return read(Path.of(file));
    } catch (InvalidPathException e) {
      throw new IOException("is no name of a file", e);
    }
  }

  /** As above. */
  public static String read(Path file) throws IOException {
    try {
      String text = Files.readString(file);
      return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    } catch (IOException e) {
      throw new IOException(problem(file, e), e);
    }
  }

  private static String problem(Path file, IOException e) {
    if (e instanceof NoSuchFileException) {
      return "does not exist";
    }
    if (e instanceof AccessDeniedException) {
      return "may not be read by the user that the process runs as";
    }
    if (e instanceof CharacterCodingException) {
      return "is no text in UTF-8; save it in that encoding";
    }
    return Files.isDirectory(file)
        ? "is a folder, and must be a file"
        : "cannot be read: " + e.getMessage();
  }
}
