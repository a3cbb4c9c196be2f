package io.chromasync.chroma;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/**
 * A collection as the server describes it.
 *
 * @param body of {@link Shape#COLLECTION}
 */
record FoundCollection(JsonNode body) {

  String id() {
    return body.path("id").asText();
  }

  /** Its distance function; null if the server does not say. */
  String space() {
    JsonNode configuration = body.path("configuration_json");
    // Of these two indexes a collection has one; older servers keep it in the metadata.
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

  /** How many numbers its vectors have; null until there is one. */
  Integer dimension() {
    JsonNode dimension = body.path("dimension");
    return dimension.canConvertToInt() && dimension.isIntegralNumber() ? dimension.asInt() : null;
  }

  /** A value of its metadata; null if there is none. */
  String metadata(String key) {
    JsonNode value = body.path("metadata").path(key);
    return value.isMissingNode() || value.isNull() ? null : value.asText();
  }

  /** What another collection of the same kind is created with. */
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
