package io.chromasync.chroma;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.regex.Pattern;

/**
 * Shape of the body that Chroma gives to a request it has carried out. A body of another shape does
 * not come from Chroma, whatever the status. Seen on servers 1.0.3 and 1.3.4.
 */
enum Shape {
  /** Of a write: {@code {}}, {@code null} or an object such as {@code {"deleted":1}}. */
  ACKNOWLEDGEMENT {
    @Override
    boolean fits(JsonNode body) {
      return body.isNull() || isObject(body);
    }
  },

  /** Of the path that every server answers without doing anything. */
  HEARTBEAT {
    @Override
    boolean fits(JsonNode body) {
      return isObject(body) && body.path("nanosecond heartbeat").isIntegralNumber();
    }
  },

  /** Of {@code pre-flight-checks}. */
  LIMITS {
    @Override
    boolean fits(JsonNode body) {
      return isObject(body) && body.path("max_batch_size").isIntegralNumber();
    }
  },

  /** Of a tenant or a database. */
  NAMED {
    @Override
    boolean fits(JsonNode body) {
      return isObject(body) && body.path("name").isTextual();
    }
  },

  /** Of a collection; its id can stand in a path as it is. */
  COLLECTION {
    @Override
    boolean fits(JsonNode body) {
      return isObject(body) && ID.matcher(body.path("id").asText("")).matches();
    }
  },

  /** Of {@code count}. */
  COUNT {
    @Override
    boolean fits(JsonNode body) {
      return body.isIntegralNumber() && body.canConvertToLong() && body.asLong() >= 0;
    }
  },

  /** Of {@code get} with metadata: columns of one length. */
  MARKS {
    @Override
    boolean fits(JsonNode body) {
      return isObject(body) && body.path("ids").isArray() && isColumn(body, "metadatas");
    }
  },

  /** Of {@code get} with vectors, documents and metadata: columns of one length. */
  PAGE {
    @Override
    boolean fits(JsonNode body) {
      return isObject(body)
          && body.path("ids").isArray()
          && isColumn(body, "embeddings")
          && isColumn(body, "documents")
          && isColumn(body, "metadatas");
    }
  };

  /** Chroma's are UUIDs. */
  private static final Pattern ID = Pattern.compile("[0-9A-Za-z_-]{1,100}");

  /** Whether a body, which may be missing, has this shape. */
  abstract boolean fits(JsonNode body);

  private static boolean isObject(JsonNode body) {
    return body.isObject() && !body.has("error");
  }

  private static boolean isColumn(JsonNode page, String name) {
    return page.path(name).isArray() && page.path(name).size() == page.path("ids").size();
  }
}
