package io.chromasync.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Reads text files that are named by the person who starts the job, and describes errors in words.
 */
public final class TextFile {

  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private TextFile() {}

  /**
   * Returns the text of a UTF-8 file, without the byte order mark that some editors write.
   *
   * @throws IOException with a message that continues the file's name, as in {@code does not exist}
   */
  public static String read(String file) throws IOException {
    try {
      return read(Path.of(file));
    } catch (InvalidPathException e) {
      throw new IOException("is no name of a file", e);
    }
  }

  /** Returns the text of a UTF-8 file; see {@link #read(String)}. */
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
