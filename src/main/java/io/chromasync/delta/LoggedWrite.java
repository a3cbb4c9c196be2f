package io.chromasync.delta;

import io.chromasync.model.MetadataValue;
import java.util.Map;

/**
 * One write of the log.
 *
 * @param sequence its number in the log
 * @param vector null = as it was
 * @param metadata what to merge; removed values remove their keys. The document is among it, as
 *     {@link MetadataJson#DOCUMENT}
 */
// Nobody compares writes.
@SuppressWarnings("ArrayRecordComponent")
record LoggedWrite(
    long sequence,
    Operation operation,
    String id,
    float[] vector,
    Map<String, MetadataValue> metadata) {

  /** What a write does. */
  enum Operation {
    /** Nothing if the record is there. */
    ADD,
    /** Nothing if the record is not there. */
    UPDATE,
    UPSERT,
    DELETE
  }
}
