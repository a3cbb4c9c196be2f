package io.chromasync.snapshot;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The content of one object, however often the connection breaks: it goes on at the byte it has
 * come to. For one thread; an interrupt ends a pause.
 */
final class ObjectStream extends InputStream {

  private static final Logger LOG = LoggerFactory.getLogger(ObjectStream.class);

  /** Opens the object. */
  interface Opening {

    /**
     * The content from a byte on.
     *
     * @throws BadExport if trying again does not help
     * @throws FileNotFoundException if there is no such object
     */
    InputStream from(long offset) throws IOException;
  }

  private final String uri;
  private final Opening opening;
  private final ObjectPatience patience;
  private InputStream content;
  private long offset;
  private int failures;
  private Duration waited = Duration.ZERO;

  ObjectStream(String uri, Opening opening, ObjectPatience patience) {
    this.uri = uri;
    this.opening = opening;
    this.patience = patience;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int start, int length) throws IOException {
    while (true) {
      try {
        if (content == null) {
          checkInterrupt();
          content = opening.from(offset);
        }
        int count = content.read(bytes, start, length);
        if (count > 0) {
          offset += count;
          failures = 0;
          waited = Duration.ZERO;
        }
        return count;
      } catch (BadExport | FileNotFoundException | InterruptedIOException e) {
        throw e;
      } catch (IOException | RuntimeException e) {
        close();
        checkInterrupt();
        await(e);
      }
    }
  }

  @Override
  public void close() {
    if (content != null) {
      try {
        content.close();
      } catch (IOException | RuntimeException brokenAnyway) {
        LOG.debug("A broken connection could not be closed. object={}", uri, brokenAnyway);
      }
      content = null;
    }
  }

  private void await(Exception failure) throws IOException {
    Duration pause = patience.pause(++failures);
    if (waited.plus(pause).compareTo(patience.budget()) > 0) {
      throw new ExportUnavailable(
          "%s cannot be read, tried for %s: %s".formatted(uri, waited, failure.getMessage()),
          failure);
    }
    LOG.warn(
        "An object cannot be read and is asked for again. object={} byte={} pause={} failure={}",
        uri,
        offset,
        pause,
        failure.getMessage());
    waited = waited.plus(pause);
    try {
      Thread.sleep(pause.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      checkInterrupt();
    }
  }

  private void checkInterrupt() throws InterruptedIOException {
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("Interrupted while %s was read".formatted(uri));
    }
  }
}
