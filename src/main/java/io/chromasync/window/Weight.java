package io.chromasync.window;

import io.chromasync.model.MetadataValue;
import io.chromasync.model.Mutation;
import java.util.Map;

/**
 * About how many bytes a mutation takes in a request: vectors as base64, other parts as text. An
 * estimate that closes windows; the sink measures what it sends.
 */
final class Weight {

  /** Quotes, commas and names around every part. */
  private static final int FRAME = 8;

  private static final int NUMBER = 12;

  private Weight() {}

  static long of(Mutation mutation) {
    long bytes = (long) FRAME + mutation.record().id().length();
    if (mutation.embedding() != null) {
      bytes += mutation.embedding().length * (long) Float.BYTES * 4 / 3;
    }
    if (mutation.document() != null) {
      bytes += mutation.document().length();
    }
    if (mutation.metadata() != null) {
      for (Map.Entry<String, MetadataValue> entry : mutation.metadata().entrySet()) {
        bytes += FRAME + entry.getKey().length() + of(entry.getValue());
      }
    }
    if (mutation.spared() != null) {
      bytes += mutation.spared().size() * (long) (FRAME + NUMBER);
    }
    if (mutation.report() != null && mutation.report().error() != null) {
      bytes += mutation.report().error().length();
    }
    return bytes;
  }

  private static int of(MetadataValue value) {
    if (value.text() != null) {
      return value.text().length();
    }
    if (value.list() != null) {
      return value.list().stream().mapToInt(item -> FRAME + item.length()).sum();
    }
    return NUMBER;
  }
}
