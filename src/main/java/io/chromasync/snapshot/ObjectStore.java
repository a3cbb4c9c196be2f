package io.chromasync.snapshot;

import java.io.IOException;
import java.io.InputStream;

/** Where the objects of an export lie. For one thread at a time. */
interface ObjectStore extends AutoCloseable {

  /**
   * The whole object as a stream; null if there is none.
   *
   * @throws IOException if it cannot be had
   */
  InputStream open(String bucket, String key) throws IOException;

  @Override
  void close();
}
