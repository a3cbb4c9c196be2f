package io.chromasync.chroma;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/**
 * Collection that a job needs.
 *
 * @param setting setting that names the collection, for messages, as in {@code
 *     chroma.words-collection}
 * @param configuration configuration to create the collection with, if it is missing
 * @param dimension dimension of its vectors; null = any
 * @param dimensionOf origin of the dimension, for messages, as in {@code 'delta.dimension'}
 */
record CollectionSpec(
    String setting, String name, JsonNode configuration, Integer dimension, String dimensionOf) {

  /** Squared Euclidean distance, which every reader of these collections expects. */
  static final String SPACE = "l2";

  /** Returns a collection with the configured space and the server's defaults. */
  static CollectionSpec of(String setting, String name, Integer dimension) {
    JsonNode configuration =
        JsonNodeFactory.instance
            .objectNode()
            .set("hnsw", JsonNodeFactory.instance.objectNode().put("space", SPACE));
    return new CollectionSpec(setting, name, configuration, dimension, "'delta.dimension'");
  }

  /** Returns a collection with the configuration and dimension of an existing collection. */
  CollectionSpec like(FoundCollection original) {
    return new CollectionSpec(
        setting,
        name,
        original.configuration(),
        original.dimension(),
        "the same as in the copied collection");
  }
}
