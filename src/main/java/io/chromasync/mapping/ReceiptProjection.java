package io.chromasync.mapping;

import io.chromasync.model.ImageFacts;
import io.chromasync.model.MetadataValue;
import io.chromasync.model.Projection;
import io.chromasync.model.RecordKey;
import java.util.List;
import java.util.Map;

/**
 * The domain's rule: the labels, the place and the section that facts give to words and printed
 * rows ({@link ReceiptView}).
 *
 * <p>Immutable and thread-safe.
 *
 * @param arrays whether the server takes arrays as metadata; where not, flags tell the same
 */
public record ReceiptProjection(boolean arrays) implements Projection {

  private static final long serialVersionUID = 1;

  @Override
  public View of(ImageFacts facts) {
    return new ReceiptView(arrays, facts);
  }

  @Override
  public Map<String, MetadataValue> given(RecordKey record, Map<String, MetadataValue> given) {
    return new GivenMetadata(arrays).of(record, given);
  }

  @Override
  public List<String> foreign(RecordKey record, Map<String, MetadataValue> given) {
    return MetadataKeys.foreign(record.collection(), given.keySet());
  }
}
