package io.chromasync.delta;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * The content of one object as it arrives; however the connection fails, it is unavailable, and so
 * it is when it comes too slowly.
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
