package io.chromasync.receipts;

import io.chromasync.model.MetadataValue;
import io.chromasync.model.PartitionFacts;
import io.chromasync.model.Projection;
import io.chromasync.model.RecordKey;
import java.util.List;
import java.util.Map;

/**
 * The domain's projection: labels, place and section of words and printed rows, computed from facts
 * ({@link ReceiptView}).
 *
 * <p>Immutable and thread-safe.
 *
 * @param arrays true if the server supports arrays as metadata; otherwise bools carry the same
 *     facts
 */
public record ReceiptProjection(boolean arrays) implements Projection {

  private static final long serialVersionUID = 1;

  @Override
  public View of(PartitionFacts facts) {
    return new ReceiptView(arrays, facts);
  }

  @Override
  public Map<String, MetadataValue> given(RecordKey record, Map<String, MetadataValue> given) {
    return new ProducerMetadata(arrays).of(record, given);
  }

  @Override
  public List<String> foreign(RecordKey record, Map<String, MetadataValue> given) {
    return MetadataKeys.foreign(record.collection(), given.keySet());
  }
}
