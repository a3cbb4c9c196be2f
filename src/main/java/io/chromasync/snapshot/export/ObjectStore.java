package io.chromasync.snapshot.export;

import java.io.IOException;
import java.io.InputStream;

/** Storage of the objects of an export. For one thread at a time. */
public interface ObjectStore extends AutoCloseable {

  /**
   * Opens the whole object as a stream; null if it does not exist.
   *
   * @throws IOException if it cannot be read
   */
  InputStream open(String bucket, String key) throws IOException;

  @Override
  void close();
}
