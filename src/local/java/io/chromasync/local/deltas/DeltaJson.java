package io.chromasync.local.deltas;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.chromasync.model.Embedding;
import io.chromasync.model.MetadataValue;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;

/** Vectors and metadata as Chroma takes and keeps them. */
public final class DeltaJson {

  private DeltaJson() {}

  /** Removed values are null. */
  public static ObjectNode metadata(Map<String, MetadataValue> metadata) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    metadata.forEach((key, value) -> put(node, key, value));
    return node;
  }

  /** Metadata as Chroma's log has it: the document is one of its keys. */
  static ObjectNode logged(Embedding embedding) {
    ObjectNode node = metadata(embedding.metadata());
    if (embedding.document() != null) {
      node.put("chroma:document", embedding.document());
    }
    return node;
  }

  /** Little-endian floats. */
  public static byte[] bytes(float[] vector) {
    ByteBuffer bytes =
        ByteBuffer.allocate(vector.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(vector);
    return bytes.array();
  }

  private static void put(ObjectNode node, String key, MetadataValue value) {
    if (value.text() != null) {
      node.put(key, value.text());
    } else if (value.whole() != null) {
      node.put(key, value.whole());
    } else if (value.real() != null) {
      node.put(key, value.real());
    } else if (value.flag() != null) {
      node.put(key, value.flag());
    } else if (value.list() != null) {
      ArrayNode items = node.putArray(key);
      value.list().forEach(items::add);
    } else {
      node.putNull(key);
    }
  }
}
