package io.chromasync.chroma.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.regex.Pattern;

/**
 * Shape of the body in Chroma's response to a successful request. A body of another shape does not
 * come from Chroma, whatever the status. Observed on servers 1.0.3 and 1.3.4.
 */
public enum Shape {
  /** Body for a write: {@code {}}, {@code null} or an object such as {@code {"deleted":1}}. */
  ACKNOWLEDGEMENT {
    @Override
    boolean fits(JsonNode body) {
      return body.isNull() || isObject(body);
    }
  },

  /** Body for the heartbeat, which every server serves without side effects. */
  HEARTBEAT {
    @Override
    boolean fits(JsonNode body) {
      return isObject(body) && body.path("nanosecond heartbeat").isIntegralNumber();
    }
  },

  /** Body for {@code pre-flight-checks}. */
  LIMITS {
    @Override
    boolean fits(JsonNode body) {
      return isObject(body) && body.path("max_batch_size").isIntegralNumber();
    }
  },

  /** Body for a tenant or a database. */
  NAMED {
    @Override
    boolean fits(JsonNode body) {
      return isObject(body) && body.path("name").isTextual();
    }
  },

  /** Body for a collection; its id needs no escaping in a path. */
  COLLECTION {
    @Override
    boolean fits(JsonNode body) {
      return isObject(body) && ID.matcher(body.path("id").asText("")).matches();
    }
  },

  /** Body for {@code count}. */
  COUNT {
    @Override
    boolean fits(JsonNode body) {
      return body.isIntegralNumber() && body.canConvertToLong() && body.asLong() >= 0;
    }
  },

  /** Body for {@code version}: a string. */
  TEXT {
    @Override
    boolean fits(JsonNode body) {
      return body.isTextual();
    }
  },

  /** Body for {@code get} without columns. */
  IDS {
    @Override
    boolean fits(JsonNode body) {
      return isObject(body) && body.path("ids").isArray();
    }
  },

  /** Body for {@code query} of one vector: ids and their distances. */
  NEAREST {
    @Override
    boolean fits(JsonNode body) {
      return isObject(body)
          && body.path("ids").size() == 1
          && body.path("distances").path(0).size() == body.path("ids").path(0).size();
    }
  },

  /** Body for {@code get} with metadata: columns of equal length. */
  MARKS {
    @Override
    boolean fits(JsonNode body) {
      return isObject(body) && body.path("ids").isArray() && isColumn(body, "metadatas");
    }
  },

  /** Body for {@code get} with vectors, documents and metadata: columns of equal length. */
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

  /** Pattern that also accepts Chroma's UUIDs. */
  private static final Pattern ID = Pattern.compile("[0-9A-Za-z_-]{1,100}");

  /** Returns true if a body, which may be missing, has this shape. */
  abstract boolean fits(JsonNode body);

  private static boolean isObject(JsonNode body) {
    return body.isObject() && !body.has("error");
  }

  private static boolean isColumn(JsonNode page, String name) {
    return page.path(name).isArray() && page.path(name).size() == page.path("ids").size();
  }
}
