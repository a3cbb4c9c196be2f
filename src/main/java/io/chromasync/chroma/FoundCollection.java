package io.chromasync.chroma;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chromasync.chroma.delivery.Shape;
import java.util.Map;

/**
 * Collection as described by the server.
 *
 * @param body response body of {@link Shape#COLLECTION}
 */
record FoundCollection(JsonNode body) {

  String id() {
    return body.path("id").asText();
  }

  /** Returns the distance function; null if the server does not report it. */
  String space() {
    JsonNode configuration = body.path("configuration_json");
    // A collection has an HNSW or a SPANN index; older servers store the space in the metadata.
    for (JsonNode space :
        new JsonNode[] {
          configuration.path("hnsw").path("space"),
          configuration.path("spann").path("space"),
          body.path("metadata").path("hnsw:space")
        }) {
      if (space.isTextual()) {
        return space.asText();
      }
    }
    return null;
  }

  /** Returns the dimension of the vectors; null while the collection has no vector. */
  Integer dimension() {
    JsonNode dimension = body.path("dimension");
    return dimension.canConvertToInt() && dimension.isIntegralNumber() ? dimension.asInt() : null;
  }

  /** Returns a value of the collection's metadata; null if there is none. */
  String metadata(String key) {
    JsonNode value = body.path("metadata").path(key);
    return value.isMissingNode() || value.isNull() ? null : value.asText();
  }

  /** Returns the configuration to create a similar collection with. */
  JsonNode configuration() {
    ObjectNode set = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> each : body.path("configuration_json").properties()) {
      if (!each.getValue().isNull()) {
        set.set(each.getKey(), each.getValue());
      }
    }
    return set;
  }
}
