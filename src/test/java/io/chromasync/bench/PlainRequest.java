package io.chromasync.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.Mutation;
import io.chromasync.model.Mutation.Verb;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A request of Chroma's API that is ready to be sent.
 *
 * @param verb the last part of its path
 * @param body JSON, vectors as base64
 */
// Nobody compares requests.
@SuppressWarnings("ArrayRecordComponent")
record PlainRequest(String verb, byte[] body) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Requests of one size. Verbs do not mix within a request, so mutations of different verbs keep
   * their order.
   */
  static List<PlainRequest> cut(List<Mutation> mutations, int size) {
    List<PlainRequest> requests = new ArrayList<>();
    int from = 0;
    for (int to = 1; to <= mutations.size(); to++) {
      boolean ends =
          to == mutations.size()
              || to - from == size
              || mutations.get(to).verb() != mutations.get(from).verb();
      if (ends) {
        requests.add(of(mutations.subList(from, to)));
        from = to;
      }
    }
    return requests;
  }

  /** One request of mutations of one verb. */
  static PlainRequest of(List<Mutation> mutations) {
    Verb verb = mutations.get(0).verb();
    ObjectNode body = JSON.createObjectNode();
    ArrayNode ids = body.putArray("ids");
    for (Mutation mutation : mutations) {
      ids.add(mutation.record().id());
      if (verb == Verb.UPSERT) {
        body.withArray("embeddings").add(base64(mutation.embedding()));
        body.withArray("documents").add(mutation.document());
      }
      if (verb != Verb.DELETE) {
        body.withArray("metadatas").add(metadata(mutation.metadata()));
      }
    }
    return new PlainRequest(
        verb.name().toLowerCase(Locale.ROOT), body.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static ObjectNode metadata(Map<String, MetadataValue> values) {
    ObjectNode metadata = JSON.createObjectNode();
    values.forEach(
        (key, value) -> {
          if (value.text() != null) {
            metadata.put(key, value.text());
          } else if (value.whole() != null) {
            metadata.put(key, value.whole());
          } else if (value.real() != null) {
            metadata.put(key, value.real());
          } else if (value.flag() != null) {
            metadata.put(key, value.flag());
          } else if (value.list() != null) {
            value.list().forEach(metadata.withArray(key)::add);
          } else {
            metadata.putNull(key);
          }
        });
    return metadata;
  }

  private static String base64(float[] vector) {
    ByteBuffer bytes =
        ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(vector);
    return Base64.getEncoder().encodeToString(bytes.array());
  }
}
