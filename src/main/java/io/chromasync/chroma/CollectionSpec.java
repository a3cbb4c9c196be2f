package io.chromasync.chroma;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/**
 * A collection that a job needs.
 *
 * @param setting that names it, for messages, as in {@code chroma.words-collection}
 * @param configuration that it is created with, if it is missing
 * @param dimension how many numbers its vectors have; null = any
 * @param dimensionOf who says so, for messages, as in {@code 'delta.dimension'}
 */
record CollectionSpec(
    String setting, String name, JsonNode configuration, Integer dimension, String dimensionOf) {

  /** Squared Euclidean distance, which every reader of these collections expects. */
  static final String SPACE = "l2";

  /** One that is created with the space, and otherwise as the server does. */
  static CollectionSpec of(String setting, String name, Integer dimension) {
    JsonNode configuration =
        JsonNodeFactory.instance
            .objectNode()
            .set("hnsw", JsonNodeFactory.instance.objectNode().put("space", SPACE));
    return new CollectionSpec(setting, name, configuration, dimension, "'delta.dimension'");
  }

  /** One that holds what another does: of the same configuration and dimension. */
  CollectionSpec like(FoundCollection original) {
    return new CollectionSpec(
        setting,
        name,
        original.configuration(),
        original.dimension(),
        "that of the collection which is copied");
  }
}
