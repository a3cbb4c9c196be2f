package io.chromasync.receipts;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Reads the example items. */
final class Resources {

  private Resources() {}

  /** An item of the documentation's examples as DynamoDB JSON. */
  static String item(String name) {
    return read("/items/" + name + ".json");
  }

  static String read(String path) {
    try (InputStream file = Resources.class.getResourceAsStream(path)) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
