package io.chromasync.snapshot.export;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * Lines of a UTF-8 text, with a maximum length, so that no content can fill the memory. For one
 * thread.
 */
public final class BoundedLines {

  private static final int CHUNK = 1 << 16;

  private final InputStream text;
  private final int longest;
  private final byte[] chunk = new byte[CHUNK];
  private byte[] line = new byte[1 << 12];
  private int position;
  private int end;

  /**
   * @param longest maximum length of a line, in bytes
   */
  BoundedLines(InputStream text, int longest) {
    this.text = text;
    this.longest = longest;
  }

  /**
   * Reads the next line without its line break; null at the end.
   *
   * @throws IOException also if the line is too long
   */
  String next() throws IOException {
    int length = nextLine();
    return length < 0 ? null : new String(line, 0, length, StandardCharsets.UTF_8);
  }

  private int nextLine() throws IOException {
    int length = 0;
    while (true) {
      if (position == end) {
        position = 0;
        end = Math.max(0, text.read(chunk, 0, CHUNK));
        if (end == 0) {
          return length == 0 ? -1 : length;
        }
      }
      int stop = position;
      while (stop < end && chunk[stop] != '\n') {
        stop++;
      }
      length = append(length, stop);
      if (stop < end) {
        position = stop + 1;
        return length;
      }
      position = stop;
    }
  }

  private int append(int length, int stop) throws IOException {
    int longer = length + stop - position;
    if (longer > longest) {
      throw new IOException(
          String.format(Locale.ROOT, "a line has more than %,d bytes, which no item has", longest));
    }
    if (longer > line.length) {
      line = Arrays.copyOf(line, Math.max(longer, Math.min(longest, line.length * 2)));
    }
    System.arraycopy(chunk, position, line, length, stop - position);
    return longer;
  }
}
