package io.chromasync.delta;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Content of one object as it arrives. Any failure of the connection, and too slow a connection,
 * makes the delta unavailable.
 */
final class ObjectStream extends FilterInputStream {

  private final String uri;
  private final Deadline deadline;

  ObjectStream(InputStream content, String uri, Deadline deadline) {
    super(content);
    this.uri = uri;
    this.deadline = deadline;
  }

  @Override
  public int read() throws Unavailable {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws Unavailable {
    deadline.check(uri);
    try {
      return in.read(bytes, offset, length);
    } catch (IOException | RuntimeException e) {
      throw new Unavailable(
          "The connection broke while %s was read (%s)".formatted(uri, e.getMessage()), e);
    }
  }
}
