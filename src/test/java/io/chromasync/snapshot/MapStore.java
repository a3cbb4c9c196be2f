package io.chromasync.snapshot;

import io.chromasync.snapshot.export.ObjectStore;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;

/** Objects in memory, by key, whatever the bucket. Connections may break. For one thread. */
final class MapStore implements ObjectStore {

  private final Map<String, byte[]> objects = new HashMap<>();
  private int breaks;
  private int after;

  MapStore put(Map<String, byte[]> more) {
    objects.putAll(more);
    return this;
  }

  byte[] get(String key) {
    return objects.get(key);
  }

  void remove(String key) {
    objects.remove(key);
  }

  /** So many connections break after that many bytes. */
  MapStore breaking(int times, int afterBytes) {
    breaks = times;
    after = afterBytes;
    return this;
  }

  @Override
  public InputStream open(String bucket, String key) {
    byte[] content = objects.get(key);
    if (content == null) {
      return null;
    }
    InputStream stream = new ByteArrayInputStream(content);
    return breaks-- > 0 ? new Breaking(stream, after) : stream;
  }

  @Override
  public void close() {}

  private static final class Breaking extends FilterInputStream {

    private int left;

    Breaking(InputStream in, int left) {
      super(in);
      this.left = left;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int read = super.read(bytes, offset, Math.min(length, left));
      left -= Math.max(read, 0);
      if (left == 0) {
        throw new IOException("connection reset");
      }
      return read;
    }
  }
}
