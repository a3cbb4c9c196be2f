package io.chromasync.ops.audit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.chromasync.model.CollectionName;
import io.chromasync.ops.audit.Part.Line;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Record as an audit has read it.
 *
 * @param partition that its metadata names; empty if they name none
 * @param vector hash of its vector and document; null if they were not read
 */
record ChromaLine(
    String partition, CollectionName collection, String id, Long vector, JsonNode metadata) {

  private static final ObjectMapper JSON = new ObjectMapper();

  static ChromaLine parse(Line line) {
    try {
      JsonNode json = JSON.readTree(line.text());
      return new ChromaLine(
          line.partition(),
          new CollectionName(json.get(0).asText()),
          json.get(1).asText(),
          json.get(2).isNull() ? null : json.get(2).asLong(),
          json.get(3));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
