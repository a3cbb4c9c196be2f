package io.chromasync.chroma;

import io.chromasync.config.ApplicationProperties;
import io.chromasync.model.CollectionName;
import io.chromasync.receipts.ReceiptTree;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;

/** Settings for tests, read as the job reads them. */
public final class Settings {

  private Settings() {}

  public static ChromaSettings of(URI url) {
    return of(url, Map.of());
  }

  public static ChromaSettings of(URI url, Map<String, String> more) {
    Map<String, String> values = new HashMap<>(more);
    values.put("url", url.toString());
    return read(values);
  }

  /** The same dimension of the vectors of all collections. */
  public static Map<CollectionName, Integer> dimensions(int dimension) {
    return Map.of(ReceiptTree.WORDS, dimension, ReceiptTree.LINES, dimension);
  }

  public static ChromaSettings read(Map<String, String> values) {
    ApplicationProperties properties = new ApplicationProperties(Map.of("chroma", values));
    ChromaSettings settings = ChromaSettings.from(properties.group("chroma"), new ReceiptTree());
    properties.check();
    return settings;
  }
}
