package io.chromasync.delta.format;

import io.chromasync.model.MetadataValue;
import java.util.Map;

/**
 * Write in Chroma's log.
 *
 * @param sequence its position in the log
 * @param vector null = unchanged
 * @param metadata metadata to merge; removed values delete their keys. Includes the document, as
 *     {@link MetadataJson#DOCUMENT}
 */
// Writes are never compared.
@SuppressWarnings("ArrayRecordComponent")
public record LoggedWrite(
    long sequence,
    Operation operation,
    String id,
    float[] vector,
    Map<String, MetadataValue> metadata) {

  /** Operation of a write. */
  enum Operation {
    /** Has no effect if the record exists. */
    ADD,
    /** Has no effect if the record does not exist. */
    UPDATE,
    UPSERT,
    DELETE
  }
}
