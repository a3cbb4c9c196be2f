package io.chromasync.testing;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * A request of HTTP/1.1 as it came over a connection, whole. Its body has a Content-Length, as that
 * of every client of ours does.
 *
 * @param headers by name, in any case
 */
// Nobody compares these.
@SuppressWarnings("ArrayRecordComponent")
record ProxiedRequest(String method, String path, Map<String, String> headers, byte[] body) {

  /** The next of a connection, or null if the client has closed it. */
  static ProxiedRequest read(InputStream in) throws IOException {
    String first = line(in);
    if (first == null) {
      return null;
    }
    String[] parts = first.split(" ", 3);
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (String header = line(in); header != null && !header.isEmpty(); header = line(in)) {
      int colon = header.indexOf(':');
      headers.put(header.substring(0, colon), header.substring(colon + 1).strip());
    }
    int length = Integer.parseInt(headers.getOrDefault("Content-Length", "0"));
    byte[] body = in.readNBytes(length);
    if (body.length < length) {
      throw new EOFException("%s of %s bytes came".formatted(body.length, length));
    }
    return new ProxiedRequest(parts[0], parts[1], headers, body);
  }

  /**
   * Whether it changes records. That of a preflight does not: it asks what the server can do, and
   * nobody asks twice.
   */
  boolean isWrite() {
    return path.matches(".*/(upsert|update|delete)") && !text().contains("chromasync-probe");
  }

  /** Whether it is the sink's mark, which advances whatever is written. */
  boolean isMark() {
    return WriteJson.isMark(text());
  }

  private String text() {
    return new String(body, StandardCharsets.UTF_8);
  }

  /** Without its end, or null at the end of all. */
  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int next = in.read(); next != '\n'; next = in.read()) {
      if (next < 0) {
        return null;
      }
      line.append((char) next);
    }
    return line.toString().strip();
  }
}
